using System.Globalization;
using System.Net;
using Qbitel.Discovery.Traces.Packets;

namespace Qbitel.Discovery.Traces.Filters;

/// <summary>Understands a filter's words.</summary>
internal sealed class FilterParser(string text)
{
    private const int MaxDepth = 64, MaxWords = 1_000;
    private const string Special = "()!&|";

    private readonly List<(string Word, int At)> _words = Words(text);
    private int _next;

    private string? Word => _next < _words.Count ? _words[_next].Word : null;

    public FilterNode Parse()
    {
        // Each node holds the one before it.
        if (_words.Count > MaxWords)
            throw new InputFormatException(_words[MaxWords].At, $"at most {MaxWords} words", "more");
        FilterNode filter = Expression(MaxDepth);
        return Word is null ? filter : throw Wrong("and, or, or the end");
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

    private FilterNode Expression(int depth)
    {
        FilterNode left = Term(depth);
        while (Word is "and" or "&&" or "or" or "||")
        {
            bool both = Word is "and" or "&&";
            _next++;
            FilterNode second = Term(depth);
            left = both ? new BothNode(left, second) : new EitherNode(left, second);
        }

        return left;
    }

    private FilterNode Term(int depth)
    {
        if (depth == 0) throw Wrong($"at most {MaxDepth} brackets in each other");
        if (Word is "not" or "!")
        {
            _next++;
            return new NotNode(Term(depth - 1));
        }

        if (Word != "(") return Primitive();
        _next++;
        FilterNode bracketed = Expression(depth - 1);
        if (Word != ")") throw Wrong("a closing bracket");
        _next++;
        return bracketed;
    }

    private FilterNode Primitive()
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
            ProtocolNode transport = new(number);
            return Word is "src" or "dst" or "port" or "portrange"
                ? new BothNode(transport, Directed(onlyPorts: true)) : transport;
        }

        switch (Word)
        {
            case "ip":
                _next++;
                return new VersionNode(4);
            case "ip6":
                _next++;
                return new VersionNode(16);
            case "vlan":
                _next++;
                return new VlanNode(Word is { } digits && char.IsAsciiDigit(digits[0]) ? Number(0xFFF) : null);
            default:
                return Directed(onlyPorts: false);
        }
    }

    private FilterNode Directed(bool onlyPorts)
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
            return new PortNode(source, destination, from, to);
        }

        if (onlyPorts || kind is not ("host" or "net"))
        {
            throw Wrong(onlyPorts ? "port or portrange"
                : "ip, ip6, tcp, udp, vlan, host, net, port, portrange, src, dst or not");
        }

        _next++;
        (byte[] address, int bits) = kind == "host" ? Host() : Net();
        return new AddressNode(source, destination, address, bits);
    }

    private (int, int) Port() => Number(ushort.MaxValue) is var port ? (port, port) : default;

    private (int, int) Range()
    {
        string[] ends = (Word ?? "").Split('-');
        if (ends.Length != 2 || !Digits(ends[0], ushort.MaxValue, out int from)
            || !Digits(ends[1], ushort.MaxValue, out int to)
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
        if (parts.Length != 2 || !Address(parts[0], out byte[] address)
            || !Digits(parts[1], address.Length * 8, out int bits))
        {
            throw Wrong("a net like 10.0.0.0/8");
        }

        _next++;
        return (address, bits);
    }

    // IPAddress takes 10.1 for 10.0.0.1, and scopes; neither is meant here.
    private static bool Address(string? word, out byte[] address)
    {
        address = [];
        if (word is null || word.Contains('%', StringComparison.Ordinal)
            || !IPAddress.TryParse(word, out IPAddress? parsed))
        {
            return false;
        }

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

    private InputFormatException Wrong(string expected) => _next < _words.Count
        ? new(_words[_next].At, expected, _words[_next].Word) : new(text.Length, expected, "the end");
}
