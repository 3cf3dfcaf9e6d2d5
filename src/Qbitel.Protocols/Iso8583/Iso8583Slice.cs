using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Iso8583;

/// <summary>Where one field lies.</summary>
/// <param name="Number">2 to 192; 0 for none.</param>
/// <param name="Offset">Its first byte, which is that of its length where it has one.</param>
/// <param name="ValueOffset">The first byte of its value.</param>
/// <param name="ValueLength">Bytes of its value.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Iso8583Slice(int Number, int Offset, int ValueOffset, int ValueLength)
{
    /// <summary>Characters of its value as the standard counts them: of packed digits, how many there are.</summary>
    public int Characters { get; init; }

    internal int End => ValueOffset + ValueLength;
}
