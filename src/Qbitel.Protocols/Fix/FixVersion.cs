namespace Qbitel.Protocols.Fix;

/// <summary>What field 8 may say.</summary>
public readonly record struct FixVersion
{
    internal const string Known = "FIX.4.0 to FIX.4.4 or FIXT.1.1";

    private static readonly string[] Names = ["FIX.4.0", "FIX.4.1", "FIX.4.2", "FIX.4.3", "FIX.4.4", "FIXT.1.1"];

    private static readonly string[] ApplicationNames =
    [
        "FIX.2.7", "FIX.3.0", "FIX.4.0", "FIX.4.1", "FIX.4.2", "FIX.4.3", "FIX.4.4", "FIX.5.0", "FIX.5.0SP1",
        "FIX.5.0SP2",
    ];

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
        if (text.Length == 8 && text.SequenceEqual("FIXT.1.1"u8)) version = Fixt11;
        else if (text.Length == 7 && text.StartsWith("FIX.4."u8) && text[6] is >= (byte)'0' and <= (byte)'4')
            version = new FixVersion(text[6] - '0');
        else return false;
        return true;
    }

    /// <summary>A version as people name it: FIX.5.0 and its service packs are carried by FIXT.1.1.</summary>
    internal static bool TryParseName(string name, out FixVersion version, out FixApplication? application)
    {
        application = null;
        if (TryParse(name.AsSpan(), out version)) return true;

        version = Fixt11;
        application = (FixApplication)Array.IndexOf(ApplicationNames, name);
        return application >= FixApplication.Fix50;
    }

    /// <summary>The application version of a session that carries one only; null for FIXT.1.1.</summary>
    internal static FixApplication? ApplicationOf(FixVersion version) =>
        version == Fixt11 ? null : FixApplication.Fix40 + version._index;

    internal static string NameOf(FixApplication application) =>
        (uint)application < (uint)ApplicationNames.Length
            ? ApplicationNames[(int)application] : $"ApplVerID {(int)application}";
}
