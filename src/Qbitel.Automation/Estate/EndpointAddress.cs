using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Qbitel.Automation.Estate;

/// <summary>Where an endpoint is: a host name or address, lower case, and a port.</summary>
public sealed record EndpointAddress
{
    private EndpointAddress(string host, int port)
    {
        Host = host;
        Port = port;
    }

    public string Host { get; }

    public int Port { get; }

    /// <summary>Reads <c>host:port</c>, <c>address:port</c> or <c>[IPv6]:port</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out EndpointAddress? address)
    {
        address = null;
        int colon = text?.LastIndexOf(':') ?? -1;
        if (colon < 1 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture,
            out int port) || port is < 1 or > 65535)
        {
            return false;
        }

        string host = text![..colon];
        if (host.StartsWith('[') && host.EndsWith(']')) host = host[1..^1];
        else if (host.Contains(':', StringComparison.Ordinal)) return false;
        if (host.Length > 253 || Uri.CheckHostName(host) == UriHostNameType.Unknown) return false;

        address = new EndpointAddress(host.ToLowerInvariant(), port);
        return true;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture,
            $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");
}
