using System.CommandLine;

namespace Qbitel.Commands;

internal static class CompletionCommand
{
    public static Verb Create(GlobalOptions global)
    {
        Argument<string> shell = new("SHELL") { Description = "The shell that will read the script" };
        shell.AcceptOnlyFromAmong([.. CompletionScripts.Shells]);

        Verb verb = new("completion", "Print a script that makes the shell complete qbitel's commands and options.",
            new("source <(qbitel completion bash)", "in this shell; put the line into ~/.bashrc to keep it"),
            new("qbitel completion zsh > ~/.zfunc/_qbitel", "for zsh, in a folder of its fpath"),
            new("qbitel completion fish > ~/.config/fish/completions/qbitel.fish", "for fish"))
        {
            shell,
        };
        return verb.Does(global, (line, output) =>
        {
            output.Text(CompletionScripts.For(line.GetRequiredValue(shell)));
            return ExitCode.Done;
        });
    }
}
