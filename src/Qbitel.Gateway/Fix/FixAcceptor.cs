using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Qbitel.Protocols;
using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Fix.Sessions;

namespace Qbitel.Gateway.Fix;

/// <summary>
/// Listens for the peers of a number of sessions and gives each connection to the session its Logon names.
/// </summary>
public sealed partial class FixAcceptor : IAsyncDisposable
{
    // A first message may carry a signature and a certificate's worth of data, and no more.
    private const int MaximumFirst = 64 * 1024;

    private readonly FixAcceptorOptions _options;
    private readonly Dictionary<(string Version, string Sender, string Target), FixLink> _links;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _connections = [];
    private readonly SemaphoreSlim _free;
    private Task _accepting = Task.CompletedTask;

    private FixAcceptor(FixAcceptorOptions options, IEnumerable<FixLink> links, TimeProvider time, ILogger logger,
        Socket listener)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _listener = listener;
        _free = new SemaphoreSlim(options.MaximumConnections);
        _links = links.ToDictionary(
            link => ($"{link.Options.Version}", link.Options.Sender, link.Options.Target));
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Begins to listen.</summary>
    /// <param name="options">Where.</param>
    /// <param name="links">The sessions, none an initiator's, no two between the same parties in one version.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">For operators.</param>
    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public static FixAcceptor Start(FixAcceptorOptions options, IEnumerable<FixLink> links, TimeProvider time,
        ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(links);
        ArgumentNullException.ThrowIfNull(time);
        Socket listener = new(options.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            listener.Bind(options.Address);
            listener.Listen(options.MaximumConnections);
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        FixAcceptor acceptor = new(options, links, time, logger ?? NullLogger.Instance, listener);
        acceptor._accepting = acceptor.AcceptAsync();
        return acceptor;
    }

    /// <summary>Takes no more connections and ends those there are; their sessions are logged out before, if at all, by
    /// who holds the links.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _stopping.CancelAsync();
        await _accepting;
        Task[] open;
        lock (_gate) open = [.. _connections];
        await Task.WhenAll(open);
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
            if (!_stopping.IsCancellationRequested) LogStopped(ended);
        }
    }

    [SuppressMessage("Design", "CA1031",
        Justification = "The top of a connection's loop: a failure of one ends that one, and is said.")]
    private async Task ServeAsync(Socket socket)
    {
        await Task.Yield();
        string peer = "unknown";
        try
        {
            peer = $"{socket.RemoteEndPoint}";
            socket.NoDelay = true;
            await using Stream stream = new NetworkStream(socket, ownsSocket: true);
            await ServeAsync(socket, stream);
        }
        catch (Exception ended)
        {
            LogRefused(peer,
                ended is AuthenticationException or InvalidDataException ? ended.Message : ended.GetType().Name);
        }
    }

    private async Task ServeAsync(Socket socket, Stream stream)
    {
        byte[] first = new byte[4096];
        int filled = 0;
        FixLink? link = null;
        Stream inner = stream;
        using (CancellationTokenSource late = new(_options.LogonTimeout, _time))
        using (CancellationTokenSource ending =
            CancellationTokenSource.CreateLinkedTokenSource(late.Token, _stopping.Token))
        {
            if (_options.Tls is { } tls)
            {
                SslStream secured = new(stream, leaveInnerStreamOpen: false);
                inner = secured;
                await secured.AuthenticateAsServerAsync(tls, ending.Token);
            }

            while (link is null)
            {
                if (filled == first.Length)
                {
                    if (filled >= MaximumFirst) throw new InvalidDataException("the first message is too long");
                    Array.Resize(ref first, filled * 2);
                }

                int read = await inner.ReadAsync(first.AsMemory(filled), ending.Token);
                if (read == 0) return;
                filled += read;
                if (FixFraming.TryTake(first.AsSpan(0, filled), MaximumFirst, out int length, out _) is var status
                    && status == FrameStatus.Incomplete)
                {
                    continue;
                }

                link = status == FrameStatus.Complete ? Find(first.AsSpan(0, length)) : null;
                if (link is null)
                    throw new InvalidDataException("the first message is not of a session that is known here");
            }
        }

        await using FixConnection connection = new(inner, socket);
        if (!await link.TryServeAsync(connection, first.AsMemory(0, filled), _stopping.Token))
            throw new InvalidDataException("the session has a connection already");
    }

    private FixLink? Find(ReadOnlySpan<byte> message)
    {
        string version = "", sender = "", target = "";
        FixReader reader = new(message);
        while (reader.Read())
        {
            switch (reader.Tag)
            {
                case 8: version = Encoding.Latin1.GetString(reader.Value); break;
                case 49: target = Encoding.Latin1.GetString(reader.Value); break;
                case 56: sender = Encoding.Latin1.GetString(reader.Value); break;
            }
        }

        return _links.GetValueOrDefault((version, sender, target));
    }

    [LoggerMessage(5010, LogLevel.Warning, "A connection from {Peer} was ended: {Reason}")]
    private partial void LogRefused(string peer, string reason);

    [LoggerMessage(5011, LogLevel.Error, "No more connections are taken.")]
    private partial void LogStopped(Exception failure);
}
