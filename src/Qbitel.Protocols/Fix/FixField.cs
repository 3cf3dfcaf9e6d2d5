using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Fix;

/// <summary>Where one field of a message lies.</summary>
/// <param name="Tag">The field's number; 0 where it could not be read.</param>
/// <param name="Offset">Where the field begins, in bytes from the start of the message.</param>
/// <param name="ValueOffset">Where its value begins.</param>
/// <param name="ValueLength">Bytes of the value, without the SOH.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FixField(int Tag, int Offset, int ValueOffset, int ValueLength)
{
    /// <summary>The end of the field, after its SOH.</summary>
    public int End => ValueOffset + ValueLength + 1;
}
