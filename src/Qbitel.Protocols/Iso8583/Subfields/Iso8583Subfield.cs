using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Iso8583.Subfields;

/// <summary>One part of a field.</summary>
/// <param name="Path">Its tag, or number, or place counted from 1; of a part within another, both with a dot between
/// them.</param>
/// <param name="Name">What the dialect calls it; null where it does not know it.</param>
/// <param name="Offset">Its first byte in the field's content, which is that of its tag or length where it has
/// one.</param>
/// <param name="ValueOffset">The first byte of its value in the field's content.</param>
/// <param name="ValueLength">Bytes of its value.</param>
/// <param name="Redaction">How much of it may be shown.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Iso8583Subfield(
    string Path, string? Name, int Offset, int ValueOffset, int ValueLength, Redaction Redaction)
{
    /// <summary>Whether it holds others, which follow it.</summary>
    public bool IsConstructed { get; init; }

    internal int End => ValueOffset + ValueLength;
}
