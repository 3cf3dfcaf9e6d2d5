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
    private readonly FilterTest _test;
    private readonly string _text;

    internal PacketFilter(string text, FilterTest test) => (_text, _test) = (text, test);

    public bool Matches(LinkType link, ReadOnlySpan<byte> packet) => _test(new PacketView(link, packet));

    /// <exception cref="InputFormatException">The expression is none, and where.</exception>
    public static PacketFilter Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new PacketFilter(text, new FilterParser(text).Parse());
    }

    public override string ToString() => _text;
}

internal delegate bool FilterTest(in PacketView packet);
