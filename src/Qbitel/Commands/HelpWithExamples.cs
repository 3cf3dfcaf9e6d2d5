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

    private const int LongLine = 60;

    private readonly HelpAction _help = new() { MaxWidth = 110 };

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        // What the commands above take is not typed before this one.
        Command command = parseResult.CommandResult.Command;
        foreach (Argument argument in Above(command).SelectMany(parent => parent.Arguments)) argument.Hidden = true;
        _help.Invoke(parseResult);

        TextWriter data = parseResult.InvocationConfiguration.Output;
        IReadOnlyList<Example> examples = command switch
        {
            Verb verb => verb.Examples,
            RootCommand => First,
            _ => [.. command.Subcommands.OfType<Verb>().Where(verb => !verb.Hidden)
                .SelectMany(verb => verb.Examples.Take(1))],
        };

        data.WriteLine("Examples:");
        Write(examples, data);
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

    // What an example is for stands beside it or, where the line is long, below it.
    private static void Write(IReadOnlyList<Example> examples, TextWriter data)
    {
        int width = examples.Select(example => example.Line.Length).Where(length => length <= LongLine)
            .DefaultIfEmpty(2).Max();
        foreach (Example example in examples)
        {
            data.WriteLine(example.Line.Length <= width ? $"  {example.Line.PadRight(width)}  {example.Purpose}"
                : $"  {example.Line}\n      {example.Purpose}");
        }
    }

    private static IEnumerable<Command> Above(Command command) =>
        command.Parents.OfType<Command>().SelectMany(parent => Above(parent).Prepend(parent));
}
