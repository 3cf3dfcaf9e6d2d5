using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Qbitel.Gateway.Tests.Fix;

/// <summary>A relay between a client and a server that breaks its connections after a random number of bytes.</summary>
internal sealed class BreakingLine : IAsyncDisposable
{
    // A connection carries so many bytes before it breaks, both ways together.
    private const int Least = 20_000, Most = 200_000;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _calm = new();
    private Task _running = Task.CompletedTask;
    private int _breaks;
    private int _left;

    private BreakingLine(int target) => _target = target;

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Breaks => Volatile.Read(ref _breaks);

    public static BreakingLine Start(int target)
    {
        BreakingLine line = new(target);
        line._listener.Start();
        line._running = line.RunAsync();
        return line;
    }

    /// <summary>Connections live on from now.</summary>
    public void StopBreaking() => _calm.Cancel();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _running;
        _stopping.Dispose();
        _calm.Dispose();
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                using Socket client = await _listener.AcceptSocketAsync(_stopping.Token);
                using Socket server = new(SocketType.Stream, ProtocolType.Tcp);
                await server.ConnectAsync(IPAddress.Loopback, _target, _stopping.Token);
                _left = Least + RandomNumberGenerator.GetInt32(Most - Least);
                Task[] copying = [CopyAsync(client, server), CopyAsync(server, client)];
                await Task.WhenAny(copying);
                // In the end each side reads what the other sent before it closed.
                if (_calm.IsCancellationRequested)
                {
                    await Task.WhenAll(copying)
                        .WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System, _stopping.Token);
                }
            }
            catch (Exception ended) when (ended is SocketException or OperationCanceledException
                or ObjectDisposedException or TimeoutException)
            {
                // The next connection is another.
            }
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            for (int size; (size = await from.ReceiveAsync(buffer, SocketFlags.None, _stopping.Token)) > 0;)
            {
                await to.SendAsync(buffer.AsMemory(0, size), SocketFlags.None, _stopping.Token);
                if (_calm.IsCancellationRequested || Interlocked.Add(ref _left, -size) > 0) continue;

                Interlocked.Increment(ref _breaks);
                return;
            }

            if (_calm.IsCancellationRequested) to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception ended) when (ended is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One end is gone: so is the line.
        }
    }
}
