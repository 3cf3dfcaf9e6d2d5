using Qbitel.Discovery.Tls;

namespace Qbitel.Automation.Estate;

/// <summary>One look at one endpoint.</summary>
public sealed record EndpointScan
{
    public required EndpointAddress Address { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What it chose when everything was on offer.</summary>
    public required TlsEndpointReport Preferred { get; init; }

    /// <summary>Whether it also agrees a key that a quantum computer breaks; null where it did not answer.</summary>
    public bool? AcceptsClassicalKeyExchange { get; init; }

    /// <summary>
    /// Whether it also accepts TLS 1.2 or older, which cannot be quantum-safe; null where it did not answer.
    /// </summary>
    public bool? AcceptsTls12OrOlder { get; init; }
}
