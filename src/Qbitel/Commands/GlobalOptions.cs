using System.CommandLine;
using Qbitel.Printing;

namespace Qbitel.Commands;

/// <summary>The options every command takes.</summary>
internal sealed class GlobalOptions
{
    public Option<string?> Data { get; } = new("--data")
    {
        Description = "Folder that holds the state [default: qbitel in the XDG data home]",
        HelpName = "DIR",
        Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Print the result as JSON", Recursive = true };

    public Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Say more on standard error; show where an error came from",
        Recursive = true,
    };

    public IEnumerable<Option> All => [Data, Json, Verbose];

    public DataFolder Folder(ParseResult line) =>
        DataFolder.Choose(line.GetValue(Data), Environment.GetEnvironmentVariable);

    public Output Output(ParseResult line) =>
        new(line.InvocationConfiguration.Output, line.InvocationConfiguration.Error, line.GetValue(Json),
            line.GetValue(Verbose));
}
