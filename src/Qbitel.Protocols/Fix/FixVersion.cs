namespace Qbitel.Protocols.Fix;

/// <summary>What field 8 may say.</summary>
public readonly record struct FixVersion
{
    internal const string Known = "FIX.4.0 to FIX.4.4 or FIXT.1.1";

    private static readonly string[] Names = ["FIX.4.0", "FIX.4.1", "FIX.4.2", "FIX.4.3", "FIX.4.4", "FIXT.1.1"];

    private readonly byte _index;

    private FixVersion(int index) => _index = (byte)index;

    public static FixVersion Fix42 { get; } = new(2);

    public static FixVersion Fix44 { get; } = new(4);

    public static FixVersion Fixt11 { get; } = new(5);

    public static bool TryParse(ReadOnlySpan<char> text, out FixVersion version)
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (!text.SequenceEqual(Names[i])) continue;

            version = new FixVersion(i);
            return true;
        }

        version = default;
        return false;
    }

    public override string ToString() => Names[_index];

    internal static bool TryParse(ReadOnlySpan<byte> text, out FixVersion version)
    {
        version = default;
        if (text.Length is not (7 or 8)) return false;

        Span<char> chars = stackalloc char[8];
        for (int i = 0; i < text.Length; i++) chars[i] = (char)text[i];
        return TryParse(chars[..text.Length], out version);
    }
}
