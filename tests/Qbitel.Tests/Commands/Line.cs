using Qbitel.Commands;

namespace Qbitel.Tests.Commands;

/// <summary>A command line run within the test: for all that does not touch the console's own streams.</summary>
internal static class Line
{
    public static async Task<Shell.Result> RunAsync(params string[] args)
    {
        StringWriter data = new(), notes = new();
        ExitCode code = await CommandLine.RunAsync(args, data, notes, TestContext.Current.CancellationToken);
        return new((int)code, data.ToString(), notes.ToString());
    }

    /// <summary>A line that must succeed and say nothing on standard error.</summary>
    public static async Task<string> DoneAsync(params string[] args)
    {
        Shell.Result result = await RunAsync(args);
        Assert.Equal((0, ""), (result.ExitCode, result.Notes));
        return result.Data;
    }

    /// <summary>A line that must be refused, with a remedy and without a result.</summary>
    public static async Task<string> RefusedAsync(params string[] args)
    {
        Shell.Result result = await RunAsync(args);
        Assert.Equal((1, ""), (result.ExitCode, result.Data));
        Assert.Matches("^qbitel: .+\n        .+\n$", result.Notes);
        return result.Notes;
    }

    public static async Task<string> MisusedAsync(params string[] args)
    {
        Shell.Result result = await RunAsync(args);
        Assert.Equal((2, ""), (result.ExitCode, result.Data));
        Assert.Matches($"\n        'qbitel {args[0]}.* --help' shows how it is used[.]\n$", result.Notes);
        return result.Notes;
    }
}
