using System.CommandLine;
using System.CommandLine.Help;
using Qbitel.Machine;

namespace Qbitel.Commands;

/// <summary>The whole command line: its commands, its help, its answers to wrong lines.</summary>
internal static class CommandLine
{
    public static RootCommand Create()
    {
        GlobalOptions global = new();
        RootCommand root = new("Quantum-safe security for a bank's protocols, keys and payments.")
        {
            HelpName = "qbitel",
        };
        root.Options.Clear();
        root.Directives.Clear();
        root.Add(CompletionDirective.Create());
        foreach (Option option in global.All) root.Add(option);

        root.Add(new HelpOption("--help", "-h")
        {
            Description = "Show help and examples",
            Action = new HelpWithExamples(),
        });
        root.Add(new Option<bool>("--version") { Description = "Show the version", Action = new ShowVersion() });

        root.Add(UpCommand.Create(global));
        root.Add(DemoCommand.Create(global));
        root.Add(ScanCommand.Create(global));
        root.Add(DiscoverCommand.Create(global));
        root.Add(AdapterCommand.Create(global));
        root.Add(ParseCommand.Create(global));
        root.Add(BuildCommand.Create(global));
        root.Add(RedactCommand.Create(global));
        root.Add(TranslateCommand.Create(global));
        root.Add(Iso8583Command.Create(global));
        root.Add(FpmlCommand.Create(global));
        root.Add(AcvpCommand.Create(global));
        root.Add(CardCommand.Create(global));
        root.Add(FixCommand.Create(global));
        root.Add(EmvCommand.Create(global));
        root.Add(HsmCommand.Create(global));
        root.Add(KeyCommand.Create(global));
        root.Add(SignCommand.Create(global));
        root.Add(VerifyCommand.Create(global));
        root.Add(EncryptCommand.Create(global));
        root.Add(DecryptCommand.Create(global));
        root.Add(BenchCommand.Create(global));
        root.Add(PostureCommand.Create(global));
        root.Add(KeysCommand.Create(global));
        root.Add(AuditCommand.Create(global));
        root.Add(DoctorCommand.Create(global));
        root.Add(CompletionCommand.Create(global));
        root.Add(VersionCommand.Create(global));
        return root;
    }

    public static Task<ExitCode> RunAsync(IReadOnlyList<string> args, TextWriter data, TextWriter notes,
        CancellationToken cancellation) =>
        Edge.RunAsync(new(data, notes, isJson: false, isVerbose: args.Contains("--verbose", StringComparer.Ordinal)),
            "qbitel", _ => ParseAndRunAsync(args, data, notes, cancellation));

    private static async Task<ExitCode> ParseAndRunAsync(IReadOnlyList<string> args, TextWriter data, TextWriter notes,
        CancellationToken cancellation)
    {
        LatticeChoice.Apply(Environment.GetEnvironmentVariable);

        // An argument that begins with @ is itself, not the name of a file of arguments.
        ParseResult line = Create().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (line.Errors.Count > 0 && line.Action is not { ClearsParseErrors: true }) return Misuse.Explain(line, notes);

        InvocationConfiguration configuration = new()
        {
            Output = data,
            Error = notes,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
        };
        return (ExitCode)await line.InvokeAsync(configuration, cancellation);
    }
}
