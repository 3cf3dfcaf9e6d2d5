using System.Collections.Frozen;

namespace Qbitel.Cryptography.Cards.KeyBlocks;

/// <summary>The codes of X9.143 and which of them go together.</summary>
internal static class KeyBlockCodes
{
    // X9.143, 6.3.1: usages with the algorithms and modes of use that each may have. N is in older blocks of every
    // kind.
    private static readonly FrozenDictionary<string, (string Algorithms, string Modes)> Usages = new Dictionary<string,
        (string, string)>(StringComparer.Ordinal)
    {
        ["B0"] = ("AT", "NX"),
        ["B1"] = ("AT", "NX"),
        ["B2"] = ("AT", "NX"),
        ["B3"] = ("AT", "NX"),
        ["C0"] = ("AT", "CGNV"),
        ["D0"] = ("ADT", "BDEN"),
        ["D1"] = ("ERS", "BDEN"),
        ["D2"] = ("AT", "BDEN"),
        ["D3"] = ("AT", "BDEN"),
        ["E0"] = ("AT", "NX"),
        ["E1"] = ("AT", "NX"),
        ["E2"] = ("AT", "NX"),
        ["E3"] = ("AT", "NX"),
        ["E4"] = ("AT", "NX"),
        ["E5"] = ("AT", "NX"),
        ["E6"] = ("AT", "NX"),
        ["E7"] = ("AT", "NX"),
        ["I0"] = ("ADT", "N"),
        ["K0"] = ("AT", "BDEN"),
        ["K1"] = ("AT", "BDEN"),
        ["K2"] = ("ERS", "BDEN"),
        ["K3"] = ("ERS", "BDENX"),
        ["K4"] = ("AT", "BDEN"),
        ["M0"] = ("AT", "CGNV"),
        ["M1"] = ("DT", "CGNV"),
        ["M2"] = ("DT", "CGNV"),
        ["M3"] = ("DT", "CGNV"),
        ["M4"] = ("DT", "CGNV"),
        ["M5"] = ("AT", "CGNV"),
        ["M6"] = ("AT", "CGNV"),
        ["M7"] = ("H", "CGNV"),
        ["M8"] = ("AT", "CGNV"),
        ["P0"] = ("AT", "BDEN"),
        ["P1"] = ("AT", "BDENGV"),
        ["S0"] = ("ERS", "NSTV"),
        ["S1"] = ("ERS", "NSTV"),
        ["S2"] = ("ERS", "NSTV"),
        ["V0"] = ("AT", "CGNV"),
        ["V1"] = ("AT", "CGNV"),
        ["V2"] = ("AT", "CGNV"),
        ["V3"] = ("AT", "CGNV"),
        ["V4"] = ("AT", "CGNV"),
        ["V5"] = ("AT", "CGNV"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, (string, string)>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        Usages.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>A usage of the standard, or two digits: those are for private use.</summary>
    public static bool IsUsage(ReadOnlySpan<char> usage) =>
        BySpan.ContainsKey(usage) || (char.IsAsciiDigit(usage[0]) && char.IsAsciiDigit(usage[1]));

    public static bool IsAlgorithm(char algorithm) =>
        algorithm is 'A' or 'D' or 'E' or 'H' or 'R' or 'S' or 'T' || char.IsAsciiDigit(algorithm);

    public static bool IsMode(char mode) =>
        "BCDEGNSTVXY".Contains(mode, StringComparison.Ordinal) || char.IsAsciiDigit(mode);

    /// <summary>Whether the standard lets a key be of that algorithm and mode for that usage; private codes may be
    /// anything.</summary>
    public static bool GoTogether(KeyBlockHeader header) =>
        !Usages.TryGetValue(header.Usage, out (string Algorithms, string Modes) allowed)
        || ((allowed.Algorithms.Contains(header.Algorithm, StringComparison.Ordinal)
            || char.IsAsciiDigit(header.Algorithm))
            && (allowed.Modes.Contains(header.Mode, StringComparison.Ordinal) || char.IsAsciiDigit(header.Mode)));

    /// <summary>Whether a key of that many bytes can be of that algorithm.</summary>
    public static bool Fits(char algorithm, int keySize) => algorithm switch
    {
        'A' => keySize is 16 or 24 or 32,
        'D' => keySize == 8,
        'T' => keySize is 16 or 24,
        _ => keySize > 0,
    };
}
