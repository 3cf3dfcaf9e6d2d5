using System.Globalization;
using System.Net;
using Qbitel.Discovery.Traces.Packets;

namespace Qbitel.Discovery.Traces.Filters;

/// <summary>Compiles a filter's words to a test.</summary>
internal sealed class FilterParser(string text)
{
    private const int MaxDepth = 64, MaxWords = 1_000;
    private const string Special = "()!&|";

    private readonly List<(string Word, int At)> _words = Words(text);
    private int _next;

    private string? Word => _next < _words.Count ? _words[_next].Word : null;

    public FilterTest Parse()
    {
        // A test calls the one before it.
        if (_words.Count > MaxWords) throw new InputFormatException(_words[MaxWords].At, $"at most {MaxWords} words", "more");
        FilterTest test = Expression(MaxDepth);
        return Word is null ? test : throw Wrong("and, or, or the end");
    }

    private static List<(string, int)> Words(string text)
    {
        List<(string, int)> words = [];
        for (int at = 0; at < text.Length;)
        {
            int start = at;
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            if (text[at] is '(' or ')' or '!') at++;
            else if (text.AsSpan(at) is ['&', '&', ..] or ['|', '|', ..]) at += 2;
            else while (at < text.Length && !char.IsWhiteSpace(text[at]) && !Special.Contains(text[at])) at++;
            if (at == start) at++; // a lone & or |
            words.Add((text[start..at], start));
        }

        return words;
    }

    private FilterTest Expression(int depth)
    {
        FilterTest left = Term(depth);
        while (Word is "and" or "&&" or "or" or "||")
        {
            bool both = Word is "and" or "&&";
            _next++;
            FilterTest first = left, second = Term(depth);
            left = both ? (in PacketView p) => first(p) && second(p) : (in PacketView p) => first(p) || second(p);
        }

        return left;
    }

    private FilterTest Term(int depth)
    {
        if (depth == 0) throw Wrong($"at most {MaxDepth} brackets in each other");
        if (Word is "not" or "!")
        {
            _next++;
            FilterTest inner = Term(depth - 1);
            return (in PacketView p) => !inner(p);
        }

        if (Word != "(") return Primitive();
        _next++;
        FilterTest test = Expression(depth - 1);
        if (Word != ")") throw Wrong("a closing bracket");
        _next++;
        return test;
    }

    private FilterTest Primitive()
    {
        int? protocol = Word switch
        {
            "tcp" => IpHeader.Tcp,
            "udp" => IpHeader.Udp,
            _ => null,
        };
        if (protocol is { } number)
        {
            _next++;
            if (Word is not ("src" or "dst" or "port" or "portrange")) return (in PacketView p) => p.Protocol == number;
            FilterTest ports = Directed(onlyPorts: true);
            return (in PacketView p) => p.Protocol == number && ports(p);
        }

        switch (Word)
        {
            case "ip":
                _next++;
                return (in PacketView p) => p.Source.Length == 4;
            case "ip6":
                _next++;
                return (in PacketView p) => p.Source.Length == 16;
            case "vlan":
                _next++;
                int? vlan = Word is { } digits && char.IsAsciiDigit(digits[0]) ? Number(0xFFF) : null;
                return (in PacketView p) => p.HasVlan(vlan);
            default:
                return Directed(onlyPorts: false);
        }
    }

    private FilterTest Directed(bool onlyPorts)
    {
        bool source = true, destination = true;
        if (Word is "src" or "dst")
        {
            (source, destination) = (Word == "src", Word == "dst");
            _next++;
        }

        string? kind = Word;
        if (kind is "port" or "portrange")
        {
            _next++;
            (int from, int to) = kind == "port" ? Port() : Range();
            return (in PacketView p) => (source && p.SourcePort >= from && p.SourcePort <= to)
                || (destination && p.DestinationPort >= from && p.DestinationPort <= to);
        }

        if (onlyPorts || kind is not ("host" or "net"))
            throw Wrong(onlyPorts ? "port or portrange" : "ip, ip6, tcp, udp, vlan, host, net, port, portrange, src, dst or not");
        _next++;
        (byte[] address, int bits) = kind == "host" ? Host() : Net();
        return (in PacketView p) => (source && Begins(p.Source, address, bits))
            || (destination && Begins(p.Destination, address, bits));
    }

    private (int, int) Port() => Number(ushort.MaxValue) is var port ? (port, port) : default;

    private (int, int) Range()
    {
        string[] ends = (Word ?? "").Split('-');
        if (ends.Length != 2 || !Digits(ends[0], ushort.MaxValue, out int from) || !Digits(ends[1], ushort.MaxValue, out int to)
            || from > to)
        {
            throw Wrong("two ports like 8000-8100");
        }

        _next++;
        return (from, to);
    }

    private (byte[], int) Host()
    {
        if (!Address(Word, out byte[] address)) throw Wrong("an IP address");
        _next++;
        return (address, address.Length * 8);
    }

    private (byte[], int) Net()
    {
        string[] parts = (Word ?? "").Split('/');
        if (parts.Length != 2 || !Address(parts[0], out byte[] address) || !Digits(parts[1], address.Length * 8, out int bits))
            throw Wrong("a net like 10.0.0.0/8");
        _next++;
        return (address, bits);
    }

    // IPAddress takes 10.1 for 10.0.0.1, and scopes; neither is meant here.
    private static bool Address(string? word, out byte[] address)
    {
        address = [];
        if (word is null || word.Contains('%', StringComparison.Ordinal) || !IPAddress.TryParse(word, out IPAddress? parsed))
            return false;
        address = parsed.GetAddressBytes();
        return address.Length == 16 || word.Count(c => c == '.') == 3;
    }

    private int Number(int most)
    {
        if (!Digits(Word, most, out int value)) throw Wrong($"a number up to {most}");
        _next++;
        return value;
    }

    private static bool Digits(string? word, int most, out int value) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= most;

    private static bool Begins(ReadOnlySpan<byte> address, byte[] prefix, int bits)
    {
        if (address.Length != prefix.Length) return false;
        int bytes = bits / 8;
        return address[..bytes].SequenceEqual(prefix.AsSpan(0, bytes))
            && (bits % 8 == 0 || (address[bytes] ^ prefix[bytes]) >> (8 - (bits % 8)) == 0);
    }

    private InputFormatException Wrong(string expected) => _next < _words.Count
        ? new(_words[_next].At, expected, _words[_next].Word) : new(text.Length, expected, "the end");
}
