using System.Globalization;
using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Emv.Words;

/// <summary>Records of one file of a card, as its AFL lists them (EMV Book 3, 10.2).</summary>
/// <param name="File">Its short identifier.</param>
/// <param name="First">Record, counted from 1.</param>
/// <param name="Last">Record.</param>
/// <param name="Covered">How many of them, from the first, are signed for offline authentication.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FileLocation(int File, int First, int Last, int Covered)
{
    /// <summary>Reads an AFL; false where it is none.</summary>
    public static bool TryReadList(ReadOnlySpan<byte> value, out IReadOnlyList<FileLocation> files)
    {
        List<FileLocation> found = [];
        files = found;
        if (value.Length % 4 != 0) return false;

        for (int at = 0; at < value.Length; at += 4)
        {
            FileLocation file = new(value[at] >> 3, value[at + 1], value[at + 2], value[at + 3]);
            bool isSound = (value[at] & 7) == 0 && file.File is >= 1 and <= 30 && file.First >= 1
                && file.Last >= file.First && file.Covered <= file.Last - file.First + 1;
            if (!isSound) return false;
            found.Add(file);
        }

        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"file {File}, {(First == Last ? $"record {First}" : $"records {First} to {Last}")}{Signature}");

    private string Signature => Covered == 0 ? ", not signed"
        : Covered == Last - First + 1 ? ", signed" : string.Create(CultureInfo.InvariantCulture, $", {Covered} signed");
}
