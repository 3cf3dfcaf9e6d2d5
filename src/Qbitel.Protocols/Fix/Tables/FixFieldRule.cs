using System.Collections.Frozen;
using System.Text;

namespace Qbitel.Protocols.Fix.Tables;

/// <summary>One tag of a version: its name, type and, where they are listed, its values.</summary>
internal sealed class FixFieldRule
{
    // Codes of one character as bits, of up to eight bytes as numbers, the few longer ones as text.
    private readonly UInt128 _single;
    private readonly FrozenSet<ulong> _packed;
    private readonly byte[][] _long;
    private readonly string[] _words;

    /// <remarks>A code may have its name after a colon.</remarks>
    public FixFieldRule(int tag, string name, FixType type, FixType? alternative, IReadOnlyList<string> codes)
    {
        Tag = tag;
        Name = name;
        Type = type;
        Alternative = alternative;
        Codes = [.. codes.Select(code => code.Split(':')[0])];
        _words = [.. codes.Select(code => code.Contains(':', StringComparison.Ordinal) ? code.Split(':')[1] : "")];
        List<ulong> packed = [];
        List<byte[]> longer = [];
        foreach (byte[] code in Codes.Select(Encoding.ASCII.GetBytes))
        {
            if (code.Length == 1) _single |= UInt128.One << code[0];
            else if (code.Length <= 8) packed.Add(Pack(code));
            else longer.Add(code);
        }

        _packed = packed.ToFrozenSet();
        _long = [.. longer];
        IsList = type is FixType.MultipleValueString or FixType.MultipleStringValue or FixType.MultipleCharValue;
    }

    public int Tag { get; }

    public string Name { get; }

    public FixType Type { get; }

    /// <summary>What else a value may be besides a code, such as a quantity or the parties' own number.</summary>
    public FixType? Alternative { get; }

    public string[] Codes { get; }

    /// <summary>Whether the field holds several values with spaces between.</summary>
    public bool IsList { get; }

    /// <summary>Whether a value, or each part of a list, is listed or of the kind the list leaves room for.</summary>
    public bool Allows(ReadOnlySpan<byte> value)
    {
        if (Codes.Length == 0) return true;
        if (!IsList) return HasCode(value) || (Alternative is { } other && FixValue.Fits(other, value));

        foreach (Range part in value.Split((byte)' ')) if (!HasCode(value[part])) return false;
        return true;
    }

    /// <summary>The names of a value's codes in words; null where one of them is not listed.</summary>
    public string? Meaning(ReadOnlySpan<byte> value)
    {
        if (Codes.Length == 0 || value.Length > 256) return null;

        List<string> words = [];
        foreach (Range part in IsList ? value.Split((byte)' ') : value.Split((byte)1))
        {
            string code = Encoding.Latin1.GetString(value[part]);
            int at = Array.IndexOf(Codes, code);
            if (at < 0 || _words[at].Length == 0) return null;
            words.Add(Words(_words[at]));
        }

        return string.Join(", ", words);
    }

    private bool HasCode(ReadOnlySpan<byte> value)
    {
        if (value.Length == 1) return value[0] < 128 && (_single >> value[0] & 1) != 0;
        if (value.Length is > 0 and <= 8) return _packed.Contains(Pack(value));
        foreach (byte[] code in _long) if (value.SequenceEqual(code)) return true;
        return false;
    }

    private static ulong Pack(ReadOnlySpan<byte> code)
    {
        ulong packed = 0;
        foreach (byte b in code) packed = packed << 8 | b;
        return packed;
    }

    // PartiallyFilled becomes partially filled; OKToCross keeps its capitals.
    private static string Words(string name)
    {
        StringBuilder words = new(name.Length + 8);
        for (int i = 0; i < name.Length; i++)
        {
            bool upper = char.IsAsciiLetterUpper(name[i]);
            bool nextLower = i + 1 < name.Length && char.IsAsciiLetterLower(name[i + 1]);
            if (i > 0 && upper && (nextLower || char.IsAsciiLetterLower(name[i - 1]))) words.Append(' ');
            bool alone = upper
                && (nextLower || (i + 1 == name.Length && i > 0 && char.IsAsciiLetterLower(name[i - 1])));
            words.Append(alone ? char.ToLowerInvariant(name[i]) : name[i]);
        }

        return words.ToString();
    }
}
