using System.Globalization;
using System.Net.Sockets;
using Qbitel.Discovery.Tls;

namespace Qbitel.Automation.Estate;

/// <summary>Asks an endpoint over the network how it speaks TLS: what it prefers, and what it also accepts.</summary>
/// <remarks>
/// Safe for concurrent use. A server that hangs, sends garbage or never closes costs at most the timeout and the
/// probe's byte limit.
/// </remarks>
public sealed class EndpointScanner(TimeProvider time, TimeSpan timeout)
{
    /// <summary>How long one connection may take where nothing else is said.</summary>
    public static TimeSpan DefaultTimeout => TimeSpan.FromSeconds(10);

    public async Task<EndpointScan> ScanAsync(EndpointAddress address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);

        DateTimeOffset at = time.GetUtcNow();
        TlsEndpointReport preferred = await ProbeAsync(address, TlsHello.Everything(address.Host), cancellationToken);

        // What else it accepts matters only where it speaks at all, and only below what it prefers.
        TlsEndpointReport? classical = preferred is { Completed: true, IsKeyExchangeQuantumSafe: true }
            ? await ProbeAsync(address, TlsHello.ClassicalOnly(address.Host), cancellationToken) : null;
        TlsEndpointReport? older = preferred is { Completed: true, Version: TlsNumbers.Tls13 }
            ? await ProbeAsync(address, TlsHello.UpToTls12(address.Host), cancellationToken) : null;

        return new EndpointScan
        {
            Address = address,
            At = at,
            Preferred = preferred,
            AcceptsClassicalKeyExchange = preferred.Completed
                ? classical?.Completed ?? !preferred.IsKeyExchangeQuantumSafe : null,
            AcceptsTls12OrOlder = preferred.Completed ? older?.Completed ?? preferred.Version < TlsNumbers.Tls13 : null,
        };
    }

    private async Task<TlsEndpointReport> ProbeAsync(EndpointAddress address, TlsHello hello,
        CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        using TlsProbe probe = new(hello);
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync(address.Host, address.Port, either.Token);
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync(probe.Hello, either.Token);

            byte[] buffer = new byte[16 * 1024];
            while (true)
            {
                int count = await stream.ReadAsync(buffer, either.Token);
                ProbeStep step = count == 0 ? probe.EndOfStream() : probe.Receive(buffer.AsSpan(0, count));
                if (step.Action == ProbeAction.Write) await stream.WriteAsync(step.Output, either.Token);
                if (step.Action == ProbeAction.Done) return probe.Report;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            probe.EndOfStream(
                string.Create(CultureInfo.InvariantCulture, $"no end within {timeout.TotalSeconds:0.#} seconds"));
        }
        catch (SocketException e)
        {
            probe.EndOfStream($"the connection failed ({e.SocketErrorCode})");
        }
        catch (IOException e)
        {
            probe.EndOfStream(
                $"the connection broke "
                + $"({(e.InnerException as SocketException)?.SocketErrorCode.ToString() ?? "input/output"})");
        }

        return probe.Report;
    }
}
