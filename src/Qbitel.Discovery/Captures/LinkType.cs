namespace Qbitel.Discovery.Captures;

/// <summary>What the first bytes of a captured packet are.</summary>
/// <remarks>Numbers of the pcap link-layer header type registry; others are counted and skipped.</remarks>
public enum LinkType
{
    /// <summary>BSD loopback: an address family in the byte order of the capturing machine.</summary>
    Null = 0,
    Ethernet = 1,

    /// <summary>A bare IPv4 or IPv6 packet.</summary>
    Raw = 101,

    /// <summary>OpenBSD loopback: an address family in network order.</summary>
    Loop = 108,

    /// <summary>Linux "any" device, cooked, version 1.</summary>
    LinuxCooked = 113,
    IPv4 = 228,
    IPv6 = 229,

    /// <summary>Linux "any" device, cooked, version 2.</summary>
    LinuxCooked2 = 276,
}
