using System.Net.Security;
using System.Net.Sockets;

namespace Qbitel.Gateway.Fix;

/// <summary>A connection's bytes: read by one loop, written by one thread, cut off by anyone.</summary>
internal sealed class FixConnection(Stream stream, Socket socket) : IAsyncDisposable
{
    private readonly CancellationTokenSource _reading = new();
    private int _cut;

    public string Peer { get; } = socket.RemoteEndPoint?.ToString() ?? "unknown";

    /// <summary>Reads until <see cref="StopReading"/>.</summary>
    /// <returns>How many bytes; 0 at the end, -1 where reading was stopped.</returns>
    public async ValueTask<int> ReadAsync(Memory<byte> into)
    {
        try
        {
            return await stream.ReadAsync(into, _reading.Token);
        }
        catch (OperationCanceledException)
        {
            return -1;
        }
    }

    /// <summary>Ends the reading that is under way, so that the reader comes to end the connection.</summary>
    public void StopReading()
    {
        try
        {
            _reading.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended.
        }
    }

    /// <summary>Waits for the peer to close, for a time.</summary>
    public async Task AwaitEndAsync(Memory<byte> scratch, CancellationToken cancellationToken)
    {
        while (await stream.ReadAsync(scratch, cancellationToken) > 0)
        {
            // what comes after the end is not looked at
        }
    }

    /// <summary>Writes, unless the connection has ended: that is the reader's to notice.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (Volatile.Read(ref _cut) != 0) return;
        try
        {
            stream.Write(bytes);
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException or SocketException)
        {
            Cut();
        }
    }

    /// <summary>Says that nothing more is sent; what was sent still arrives.</summary>
    public async Task EndSendingAsync(CancellationToken cancellationToken)
    {
        if (stream is SslStream tls) await tls.ShutdownAsync().WaitAsync(cancellationToken);
        socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Ends the connection at once, whoever is waiting on it.</summary>
    public void Cut()
    {
        if (Interlocked.Exchange(ref _cut, 1) == 0) socket.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        await stream.DisposeAsync();
        _reading.Dispose();
    }
}
