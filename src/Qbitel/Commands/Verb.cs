using System.CommandLine;
using Qbitel.Printing;

namespace Qbitel.Commands;

/// <summary>A command of Qbitel: binds its arguments, calls one room, prints; its help shows how it is used.</summary>
internal sealed class Verb : Command
{
    public Verb(string name, string description, params Example[] examples)
        : base(name, description)
    {
        Examples = examples;
    }

    public IReadOnlyList<Example> Examples { get; }

    public Verb Does(GlobalOptions global, Func<ParseResult, Output, CancellationToken, Task<ExitCode>> act)
    {
        SetAction(async (line, cancellation) =>
        {
            // Ctrl-C and SIGTERM are taken over when this first waits: until then they end the process at once.
            await Task.Yield();
            return (int)await Edge.RunAsync(
                global.Output(line), Misuse.Path(this), output => act(line, output, cancellation));
        });
        return this;
    }

    public Verb Does(GlobalOptions global, Func<ParseResult, Output, ExitCode> act) =>
        Does(global, (line, output, _) => Task.FromResult(act(line, output)));
}

/// <summary>One line a person can type, and what it is good for.</summary>
internal sealed record Example(string Line, string Purpose);
