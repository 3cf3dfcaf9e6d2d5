using System.Net.Security;

namespace Qbitel.Gateway.Fix;

/// <summary>Where an initiator connects to.</summary>
public sealed record FixInitiatorOptions
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>Default: null, the connection is not encrypted.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>How long connecting may take. Default: 10 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait before connecting again. Default: 5 seconds.</summary>
    public TimeSpan ReconnectAfter { get; init; } = TimeSpan.FromSeconds(5);
}
