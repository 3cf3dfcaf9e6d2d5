using System.Globalization;
using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Emv.Words;

/// <summary>One thing that a value says.</summary>
/// <param name="Byte">Where it says so, counted from 1; 0 for the whole value.</param>
/// <param name="Bit">8 for the highest; 0 for the whole byte.</param>
/// <param name="Text">In words.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct EmvWord(int Byte, int Bit, string Text)
{
    /// <summary>Such as <c>byte 1, bit 8</c>; null for the whole value.</summary>
    public string? Place => Byte == 0 ? null : Bit == 0
        ? string.Create(CultureInfo.InvariantCulture, $"byte {Byte}")
        : string.Create(CultureInfo.InvariantCulture, $"byte {Byte}, bit {Bit}");

    public override string ToString() => Place is { } place ? $"{place}: {Text}" : Text;
}
