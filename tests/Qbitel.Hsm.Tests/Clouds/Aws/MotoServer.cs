using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Qbitel.Hsm.Clouds.Aws;
using Qbitel.Testing;

namespace Qbitel.Hsm.Tests.Clouds.Aws;

/// <summary>moto, somebody else's AWS KMS, in a process of its own on loopback.</summary>
internal sealed partial class MotoServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;

    private MotoServer(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public AwsKmsOptions Options => new()
    {
        Region = FakeAwsKms.Region,
        Endpoint = Address,
        AllowHttpToLoopback = true,
        FirstPause = TimeSpan.FromMilliseconds(1),
    };

    /// <summary>Skips the test where moto has not been fetched.</summary>
    public static async Task<MotoServer> StartAsync(CancellationToken stop)
    {
        string run = Path.Combine(Environment.GetEnvironmentVariable("QBITEL_MOTO")
            ?? Path.Combine(Repository.Root, "artifacts", "moto"), "run");
        Assert.SkipUnless(File.Exists(run), "moto is not here: build/moto.sh fetches it");
        Process process = Process.Start(new ProcessStartInfo(run)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        string said = "";
        while (await process.StandardError.ReadLineAsync(limit.Token) is { } line)
        {
            said += line + "\n";
            if (RunningOn().Match(line) is { Success: true } found)
            {
                int port = int.Parse(found.Groups["port"].ValueSpan, CultureInfo.InvariantCulture);
                _ = process.StandardError.ReadToEndAsync(CancellationToken.None); // its log must not fill the pipe
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return new MotoServer(process, new Uri($"http://127.0.0.1:{port}/"));
            }
        }

        process.Kill();
        process.Dispose();
        throw new InvalidOperationException($"moto did not start: {said}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    [GeneratedRegex(
        @"Running on http://127\.0\.0\.1:(?<port>[0-9]+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RunningOn();
}
