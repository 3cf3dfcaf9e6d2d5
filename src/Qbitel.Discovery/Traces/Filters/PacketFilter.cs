using Qbitel.Discovery.Captures;

namespace Qbitel.Discovery.Traces.Filters;

/// <summary>Chooses packets by an expression like <c>tcp port 8583 and not host 10.0.0.1</c>.</summary>
/// <remarks>
/// <c>ip</c>, <c>ip6</c>, <c>tcp</c>, <c>udp</c>, <c>vlan</c> with or without a number, <c>host</c>, <c>net</c>,
/// <c>port</c> and <c>portrange</c>, the last four also behind <c>src</c> or <c>dst</c>, ports also behind
/// <c>tcp</c> or <c>udp</c>; joined by <c>and</c>, <c>or</c> and <c>not</c>, with brackets. As in the filters
/// everybody knows, <c>and</c> and <c>or</c> bind equally and from the left. Safe for concurrent use.
/// </remarks>
public sealed class PacketFilter
{
    private readonly FilterNode _root;
    private readonly string _text;

    private PacketFilter(string text, FilterNode root) => (_text, _root) = (text, root);

    public bool Matches(LinkType link, ReadOnlySpan<byte> packet) => _root.Matches(new PacketView(link, packet));

    /// <summary>A program for the kernel that lets through all packets that match, and of packets that it cannot
    /// judge those that do not; null where the filter is too long for one.</summary>
    /// <param name="link">What the kernel hands the program: <see cref="LinkType.Ethernet"/> or <see
    /// cref="LinkType.Raw"/>.</param>
    /// <exception cref="NotSupportedException">Another link type.</exception>
    public IReadOnlyList<KernelInstruction>? Compile(LinkType link) => KernelFilter.Compile(_root, link);

    /// <exception cref="InputFormatException">The expression is none, and where.</exception>
    public static PacketFilter Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new PacketFilter(text, new FilterParser(text).Parse());
    }

    public override string ToString() => _text;
}
