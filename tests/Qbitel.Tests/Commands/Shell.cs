using System.Diagnostics;

namespace Qbitel.Tests.Commands;

/// <summary>The built program, run as a process of its own.</summary>
internal static class Shell
{
    public static readonly string Program = Path.Combine(AppContext.BaseDirectory, "qbitel");

    public sealed record Result(int ExitCode, string Data, string Notes);

    public static Task<Result> QbitelAsync(params string[] args) => RunAsync(Program, args, []);

    public static async Task<Result> RunAsync(string program, string[] args, IEnumerable<KeyValuePair<string,
        string?>> environment, string? folder = null)
    {
        ProcessStartInfo start = new(program, args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        foreach ((string name, string? value) in environment) start.Environment[name] = value;

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> data = process.StandardOutput.ReadToEndAsync(), notes = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(1));
        await process.WaitForExitAsync(limit.Token);
        return new(process.ExitCode, await data, await notes);
    }
}
