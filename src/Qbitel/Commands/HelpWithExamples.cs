using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Qbitel.Commands;

/// <summary>The library's help, followed by lines that can be typed as they stand.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private static readonly Example[] First =
    [
        new("qbitel doctor", "what this machine offers"),
        new("qbitel up", "the console; prints a link that opens it once"),
        new("qbitel parse payment.txt", "what a message is, and where it is wrong"),
    ];

    private readonly HelpAction _help = new() { MaxWidth = 110 };

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        // What the commands above take is not typed before this one.
        Command command = parseResult.CommandResult.Command;
        foreach (Argument argument in Above(command).SelectMany(above => above.Arguments)) argument.Hidden = true;
        _help.Invoke(parseResult);

        TextWriter data = parseResult.InvocationConfiguration.Output;
        IReadOnlyList<Example> examples = command switch
        {
            Verb verb => verb.Examples,
            RootCommand => First,
            _ => [.. command.Subcommands.OfType<Verb>().SelectMany(verb => verb.Examples.Take(1))],
        };
        int width = examples.Max(example => example.Line.Length);

        data.WriteLine("Examples:");
        foreach (Example example in examples) data.WriteLine($"  {example.Line.PadRight(width)}  {example.Purpose}");
        if (command is RootCommand)
        {
            data.WriteLine();
            data.WriteLine("Exit codes:");
            data.WriteLine("  0  done");
            data.WriteLine("  1  refused, invalid or failed");
            data.WriteLine("  2  the command line itself is wrong");
        }

        return (int)ExitCode.Done;
    }

    private static IEnumerable<Command> Above(Command command) =>
        command.Parents.OfType<Command>().SelectMany(parent => Above(parent).Prepend(parent));
}
