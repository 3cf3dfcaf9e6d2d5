using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Qbitel.Protocols.Xml;

/// <summary>
/// Numbers for the names that our own tables know, schemas and packs: comparing numbers is what makes asking many
/// rules of many elements cheap. No name of an input is kept.
/// </summary>
internal static class MxNames
{
    /// <summary>No table has the name.</summary>
    public const int None = 0;

    /// <summary>The names of identifiers with a form of their own come first.</summary>
    public const int Iban = 1, Bicfi = 2, Bic = 3, BicOrBei = 4, AnyBic = 5, Lei = 6, Uetr = 7;

    /// <summary>The last of them.</summary>
    public const int LastIdentifier = Uetr;

    private static readonly string[] Identifiers = ["IBAN", "BICFI", "BIC", "BICOrBEI", "AnyBIC", "LEI", "UETR"];

    private static readonly ConcurrentDictionary<string, int> Numbers = new(
        Identifiers.Select((name, i) => KeyValuePair.Create(name, i + 1)), StringComparer.Ordinal);

    private static readonly ConcurrentDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> ByCharacters =
        Numbers.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly Lock Adding = new();

    /// <summary>The number of a name, which it is given where it has none.</summary>
    public static int Of(string name)
    {
        if (Numbers.TryGetValue(name, out int number)) return number;

        lock (Adding)
        {
            return Numbers.GetOrAdd(name, _ => Numbers.Count + 1);
        }
    }

    /// <summary>
    /// The first seven bytes of a name and its length, in one comparison: of two names that begin alike, more must be
    /// asked.
    /// </summary>
    public static ulong Key(ReadOnlySpan<byte> name)
    {
        Span<byte> first = stackalloc byte[8];
        name[..Math.Min(name.Length, 7)].CopyTo(first);
        return BinaryPrimitives.ReadUInt64LittleEndian(first) | ((ulong)name.Length << 56);
    }

    /// <summary>The same of a name somewhere in a text.</summary>
    public static ulong Key(ReadOnlySpan<byte> text, int start, int length)
    {
        if (start + 8 > text.Length) return Key(text.Slice(start, length));

        ulong first = BinaryPrimitives.ReadUInt64LittleEndian(text[start..]);
        return (first & ((1UL << (8 * Math.Min(length, 7))) - 1)) | ((ulong)length << 56);
    }

    /// <summary>The number of a name in UTF-8, or <see cref="None"/>.</summary>
    public static int Find(ReadOnlySpan<byte> name)
    {
        Span<char> characters = stackalloc char[MxLimits.Name];
        return System.Text.Encoding.UTF8.TryGetChars(name, characters, out int length)
            && ByCharacters.TryGetValue(characters[..length], out int number) ? number : None;
    }
}
