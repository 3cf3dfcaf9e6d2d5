using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Qbitel.Hsm.Cards.Issuing;

namespace Qbitel.Cards;

/// <summary>An issuer's host on a TCP port.</summary>
/// <remarks>
/// Every connection may send requests without waiting for answers; answers come as they are ready, told apart by their
/// trace numbers. Where too many are at work, nothing more is read, and the sender's network makes it wait. A stop
/// takes no new connection and reads nothing more, but answers what it has read.
/// </remarks>
internal sealed class CardServer : IAsyncDisposable
{
    private const int MaxConnections = 256;
    private const int AtWorkPerConnection = 256;
    private const int LargestWrite = 1 << 16;

    private static readonly TimeSpan LongestFrame = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(15);

    private readonly IssuerHost _host;
    private readonly CardFraming _framing;
    private readonly Action<string> _note;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _connections = [];
    private readonly SemaphoreSlim _free = new(MaxConnections);
    private Task _accepting = Task.CompletedTask;
    private long _answered;

    private CardServer(IssuerHost host, CardFraming framing, Action<string> note, Socket listener)
    {
        _host = host;
        _framing = framing;
        _note = note;
        _listener = listener;
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndPoint!;

    public long Answered => Interlocked.Read(ref _answered);

    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public static CardServer Start(IssuerHost host, IPEndPoint address, CardFraming framing, Action<string> note)
    {
        Socket listener = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(address);
            listener.Listen(MaxConnections);
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        CardServer server = new(host, framing, note, listener);
        server._accepting = server.AcceptAsync();
        return server;
    }

    /// <summary>Reads nothing more, and ends when what was read is answered.</summary>
    public async Task StopAsync()
    {
        Task cancelling = _stopping.CancelAsync();
        _listener.Dispose(); // at once: who connects while those who wait are told is refused
        await cancelling;
        await _accepting;
        Task[] open;
        lock (_gate) open = [.. _connections];
        Task all = Task.WhenAll(open);
        if (await Task.WhenAny(all, Task.Delay(LongestStop, TimeProvider.System)) != all)
            _note($"{open.Count(task => !task.IsCompleted)} connections did not end in time.");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopping.IsCancellationRequested) await StopAsync();
        _stopping.Dispose();
        _free.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await _free.WaitAsync(_stopping.Token);
                Socket socket = await _listener.AcceptAsync(_stopping.Token);
                Task connection = ServeAsync(socket);
                lock (_gate) _connections.Add(connection);
                _ = connection.ContinueWith(ended =>
                {
                    lock (_gate) _connections.Remove(ended);
                    if (!_stopping.IsCancellationRequested) _free.Release();
                }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            if (!_stopping.IsCancellationRequested) _note($"No more connections are taken: {ended.Message}");
        }
    }

    [SuppressMessage("Design", "CA1031",
        Justification = "This is the top of a connection's loop: a failure of one ends that one, and is said.")]
    private async Task ServeAsync(Socket socket)
    {
        await Task.Yield();
        socket.NoDelay = true;
        await using NetworkStream stream = new(socket, ownsSocket: true);
        Channel<(byte[] Frame, long Since)> answers = Channel.CreateBounded<(byte[], long)>(
            new BoundedChannelOptions(AtWorkPerConnection) { SingleReader = true });
        Task writing = WriteAsync(stream, answers.Reader);
        using SemaphoreSlim room = new(AtWorkPerConnection);
        try
        {
            await ReadAsync(stream, room, answers.Writer);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // What was read is still answered.
        }
        catch (Exception ended)
        {
            // Said without the peer's bytes: they may hold a card number.
            _note($"A connection ended: {(ended is InvalidDataException ? ended.Message : ended.GetType().Name)}");
        }

        for (int i = 0; i < AtWorkPerConnection; i++) await room.WaitAsync(CancellationToken.None);
        answers.Writer.Complete();
        await writing;
    }

    private async Task ReadAsync(NetworkStream stream, SemaphoreSlim room, ChannelWriter<(byte[], long)> answers)
    {
        PipeReader reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        using CancellationTokenSource late = new();
        await using CancellationTokenRegistration stop = _stopping.Token.Register(reader.CancelPendingRead);
        await using CancellationTokenRegistration cut = late.Token.Register(reader.CancelPendingRead);
        while (true)
        {
            ReadResult read = await reader.ReadAsync(CancellationToken.None);
            if (read.IsCanceled && late.IsCancellationRequested)
                throw new InvalidDataException("a frame was not finished in time");
            if (read.IsCanceled) return;

            ReadOnlySequence<byte> bytes = read.Buffer;
            while (CardFrames.TryTake(ref bytes, _framing, out ReadOnlySequence<byte> frame))
            {
                byte[] request = frame.ToArray();
                Erase(frame);
                await room.WaitAsync(_stopping.Token);
                _ = AnswerAsync(request, Stopwatch.GetTimestamp(), room, answers);
            }

            // The beginning of a frame must not be held open for ever.
            late.CancelAfter(bytes.IsEmpty ? Timeout.InfiniteTimeSpan : LongestFrame);
            reader.AdvanceTo(bytes.Start, bytes.End);
            if (read.IsCompleted) return;
        }
    }

    /// <summary>What was read is zeroed where it was read into: the buffer stays as long as the connection.</summary>
    private static void Erase(ReadOnlySequence<byte> frame)
    {
        foreach (ReadOnlyMemory<byte> part in frame) MemoryMarshal.AsMemory(part).Span.Clear();
    }

    [SuppressMessage("Design", "CA1031", Justification = "The top of one request: its failure is said and ends it.")]
    private async Task AnswerAsync(
        byte[] request, long came, SemaphoreSlim room, ChannelWriter<(byte[], long)> answers)
    {
        await Task.Yield();
        _host.Times.RecordSince(HostStage.Waiting, came);
        try
        {
            IssuerReply reply = await _host.AuthoriseAsync(request, CancellationToken.None);
            if (reply.Response is { } response)
            {
                byte[] frame = CardFrames.Of(response.RawContent.Span, _framing);
                response.Erase();
                await answers.WriteAsync((frame, Stopwatch.GetTimestamp()), CancellationToken.None);
                Interlocked.Increment(ref _answered);
            }
        }
        catch (Exception failed)
        {
            _note($"A request could not be answered: {failed.GetType().Name}");
        }
        finally
        {
            Array.Clear(request);
            room.Release();
        }
    }

    private async Task WriteAsync(NetworkStream stream, ChannelReader<(byte[] Frame, long Since)> answers)
    {
        // Never grows: what a smaller one held would stay behind in memory.
        using MemoryStream together = new(LargestWrite + CardFrames.MaxSize + 4);
        List<long> since = [];
        bool isOpen = true;
        while (await answers.WaitToReadAsync())
        {
            together.SetLength(0);
            since.Clear();
            while (together.Length < LargestWrite && answers.TryRead(out (byte[] Frame, long Since) answer))
            {
                together.Write(answer.Frame);
                Array.Clear(answer.Frame);
                since.Add(answer.Since);
            }

            try
            {
                if (!isOpen) continue; // the peer has gone: what is still at work ends all the same
                await stream.WriteAsync(together.GetBuffer().AsMemory(0, (int)together.Length));
                foreach (long ready in since) _host.Times.RecordSince(HostStage.Answering, ready);
            }
            catch (IOException)
            {
                isOpen = false;
            }
            finally
            {
                Array.Clear(together.GetBuffer(), 0, (int)together.Length);
            }
        }
    }
}
