using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Qbitel.Gateway.Fix;

/// <summary>Connects one session to its peer, and again whenever the connection ends.</summary>
public sealed partial class FixInitiator : IAsyncDisposable
{
    private readonly FixInitiatorOptions _options;
    private readonly FixLink _link;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    private FixInitiator(FixInitiatorOptions options, FixLink link, TimeProvider time, ILogger logger)
    {
        _options = options;
        _link = link;
        _time = time;
        _logger = logger;
    }

    /// <summary>Begins to connect.</summary>
    public static FixInitiator Start(FixInitiatorOptions options, FixLink link, TimeProvider time,
        ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(time);
        if (!link.Options.IsInitiator) throw new ArgumentException("the session is an acceptor's", nameof(link));

        FixInitiator initiator = new(options, link, time, logger ?? NullLogger.Instance);
        initiator._running = initiator.RunAsync();
        return initiator;
    }

    /// <summary>Cuts the connection off and connects no more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    [SuppressMessage("Design", "CA1031",
        Justification = "The top of the loop: a failure of one connection is said, and the next is tried.")]
    private async Task RunAsync()
    {
        await Task.Yield();
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (_link.IsOpen)
                {
                    await using FixConnection connection = await ConnectAsync();
                    await _link.TryServeAsync(connection, default, _stopping.Token);
                }
            }
            catch (Exception) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failed)
            {
                LogNotConnected(_options.Host, _options.Port,
                    failed is SocketException or AuthenticationException ? failed.Message : failed.GetType().Name);
            }

            try
            {
                await Task.Delay(_options.ReconnectAfter, _time, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<FixConnection> ConnectAsync()
    {
        using CancellationTokenSource late = new(_options.ConnectTimeout, _time);
        using CancellationTokenSource ending =
            CancellationTokenSource.CreateLinkedTokenSource(late.Token, _stopping.Token);
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(_options.Host, _options.Port, ending.Token);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (_options.Tls is { } tls)
            {
                SslStream secured = new(stream, leaveInnerStreamOpen: false);
                stream = secured;
                await secured.AuthenticateAsClientAsync(tls, ending.Token);
            }

            return new FixConnection(stream, socket);
        }
        catch
        {
            if (stream is not null) await stream.DisposeAsync();
            socket.Dispose();
            throw;
        }
    }

    [LoggerMessage(5015, LogLevel.Warning, "{Host}:{Port} could not be connected to: {Reason}")]
    private partial void LogNotConnected(string host, int port, string reason);
}
