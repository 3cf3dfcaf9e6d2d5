using System.Diagnostics;
using System.Text.Json;
using Qbitel.Tests.Commands;

namespace Qbitel.Tests.Demo;

/// <summary>An entry of the audit log that the process said is in it.</summary>
internal sealed record Acknowledged(long Index, Guid Id);

/// <summary>The demo as a process of its own, listened to until it ends or is killed.</summary>
internal sealed class DemoProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _data;
    private readonly Task _listening;
    private readonly List<string> _lines = [];
    private readonly SemaphoreSlim _said = new(0);

    private DemoProcess(Process process)
    {
        _process = process;
        _data = process.StandardOutput.ReadToEndAsync();
        _listening = ListenAsync();
    }

    public static DemoProcess Start(string data) =>
        new(Process.Start(new ProcessStartInfo(Shell.Program, ["demo", "--headless", "--json", "--data", data])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!);

    /// <summary>Ends when the process has said so many lines more, or has ended.</summary>
    public async Task SaysAsync(int lines)
    {
        for (; lines > 0; lines--)
            if (await Task.WhenAny(_said.WaitAsync(), _listening) == _listening) return;
    }

    /// <summary>Lines of standard error that are no JSON: what went wrong.</summary>
    public IEnumerable<string> Complaints => _lines.Where(line => !line.StartsWith('{'));

    public IEnumerable<Acknowledged> Acknowledged => _lines.Where(line => line.StartsWith('{')).SelectMany(Read);

    /// <summary>The exit code and the report, once it has ended by itself.</summary>
    public async Task<(int ExitCode, string Report)> EndAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation);
        await _listening;
        return (_process.ExitCode, await _data);
    }

    /// <summary>Ends it by SIGKILL; what it had said by then counts.</summary>
    /// <returns>False where it had ended by itself.</returns>
    public async Task<bool> KillAsync(CancellationToken cancellation)
    {
        bool isAlive = !_process.HasExited;
        _process.Kill();
        await _process.WaitForExitAsync(cancellation);
        await _listening;
        return isAlive;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
        _said.Dispose();
    }

    // A line without its end was not said.
    private async Task ListenAsync()
    {
        string rest = "";
        char[] buffer = new char[4096];
        while (await _process.StandardError.ReadAsync(buffer) is > 0 and int count)
        {
            string[] parts = (rest + new string(buffer, 0, count)).Split('\n');
            _lines.AddRange(parts[..^1]);
            rest = parts[^1];
            if (parts.Length > 1) _said.Release(parts.Length - 1);
        }
    }

    private static IEnumerable<Acknowledged> Read(string line)
    {
        using var said = JsonDocument.Parse(line);
        if (said.RootElement.GetProperty("kind").GetString() == "committed")
        {
            yield return new(said.RootElement.GetProperty("auditIndex").GetInt64(),
                said.RootElement.GetProperty("auditEntry").GetGuid());
        }
    }
}
