using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Qbitel.Pki.Tests;

/// <summary>The system's <c>openssl</c>: a reader and writer of certificates that shares no code with ours.</summary>
internal static partial class OpenSsl
{
    public static Version? Version { get; } = FindVersion();

    public static void Require(int major, int minor)
    {
        Assert.SkipWhen(Version is null, "openssl is not installed");
        Assert.SkipWhen(Version < new Version(major, minor), $"openssl {Version} is older than {major}.{minor}");
    }

    public static async Task<(int Code, string Output)> RunAsync(string folder, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("openssl", arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await error);
    }

    /// <summary>Runs and expects success.</summary>
    public static async Task<string> MustAsync(string folder, params string[] arguments)
    {
        (int code, string output) = await RunAsync(folder, arguments);
        Assert.True(code == 0, $"openssl {string.Join(' ', arguments)}: {output}");
        return output;
    }

    private static Version? FindVersion()
    {
        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo("openssl", "version") { UseShellExecute = false, RedirectStandardOutput = true })!;
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Match match = Number().Match(text);
            return match.Success ? Version.Parse(match.Value) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    [GeneratedRegex(@"[0-9]+\.[0-9]+\.[0-9]+", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Number();
}
