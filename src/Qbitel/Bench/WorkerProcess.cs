using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Qbitel.Bench;

/// <summary>A measuring process of our own program, under switches of its own.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    public const string Command = "worker";

    // The slowest case alone: key generation, signature and verification of SLH-DSA-SHAKE-256s without vector code.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly Task<string> _notes;
    private readonly TimeProvider _time;

    private WorkerProcess(Process process, TimeProvider time)
    {
        _process = process;
        _time = time;
        _notes = process.StandardError.ReadToEndAsync();
    }

    public WorkerGreeting Greeting { get; private set; } = new("", [], []);

    public static async Task<WorkerProcess> StartAsync(string? without, TimeProvider time,
        CancellationToken cancellation)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        // As a tool, or from the SDK, we are started by the program dotnet.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "qbitel.dll"));
        foreach (string argument in new[] { "bench", Command }) start.ArgumentList.Add(argument);
        if (without is not null) start.Environment[without] = "0";

        WorkerProcess worker = new(Process.Start(start)!, time);
        try
        {
            worker.Greeting = await worker.ReadAsync(BenchJson.Default.WorkerGreeting, cancellation);
            return worker;
        }
        catch
        {
            await worker.DisposeAsync();
            throw;
        }
    }

    public Task<WarmUp> WarmAsync(IEnumerable<string> ids, CancellationToken cancellation) =>
        AskAsync($"warm {string.Join(' ', ids)}", BenchJson.Default.WarmUp, cancellation);

    public Task<Measurement> MeasureAsync(string id, TimeSpan duration, CancellationToken cancellation) =>
        AskAsync(string.Create(CultureInfo.InvariantCulture, $"measure {id} {duration.Ticks * 100}"),
            BenchJson.Default.Measurement, cancellation);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<T> AskAsync<T>(string order, JsonTypeInfo<T> answer, CancellationToken cancellation)
    {
        await _process.StandardInput.WriteLineAsync(order.AsMemory(), cancellation);
        await _process.StandardInput.FlushAsync(cancellation);
        return await ReadAsync(answer, cancellation);
    }

    private async Task<T> ReadAsync<T>(JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        string? line = await _process.StandardOutput.ReadLineAsync(cancellation).AsTask()
            .WaitAsync(Patience, _time, cancellation);
        if (line is not null) return JsonSerializer.Deserialize(line, type)!;

        string notes = (await _notes).Trim();
        throw new RefusedException($"A measuring process ended: {(notes.Length > 0 ? notes : "it said nothing")}",
            "Run again with --verbose, or leave the algorithm out with --algorithms.");
    }
}
