using System.Net;
using System.Net.Security;

namespace Qbitel.Gateway.Fix;

/// <summary>Where an acceptor listens.</summary>
public sealed record FixAcceptorOptions
{
    /// <summary>The address; port 0 takes a free one.</summary>
    public required IPEndPoint Address { get; init; }

    /// <summary>Default: null, connections are not encrypted.</summary>
    public SslServerAuthenticationOptions? Tls { get; init; }

    /// <summary>How many connections there may be, those that have not logged on included. Default: 256.</summary>
    public int MaximumConnections { get; init; } = 256;

    /// <summary>How long a connection may take to say who it is. Default: 10 seconds.</summary>
    public TimeSpan LogonTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
