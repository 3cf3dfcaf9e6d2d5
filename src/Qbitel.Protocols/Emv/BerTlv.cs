using System.Buffers;
using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Emv;

/// <summary>Where one BER-TLV data object of EMV lies (EMV Book 3, Annex B).</summary>
/// <param name="Tag">Its one to three bytes as a number, e.g. 0x9F26.</param>
/// <param name="Offset">Of its tag.</param>
/// <param name="ValueOffset">Of its value.</param>
/// <param name="ValueLength">In bytes.</param>
/// <param name="Depth">0 for an object that stands in no other.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BerTlv(uint Tag, int Offset, int ValueOffset, int ValueLength, int Depth)
{
    /// <summary>Its value is data objects.</summary>
    public bool IsConstructed => IsConstructedTag(Tag);

    /// <summary>Of the object, with its tag and length.</summary>
    internal int End => ValueOffset + ValueLength;

    internal static bool IsConstructedTag(uint tag) =>
        ((tag > 0xFFFF ? tag >> 16 : tag > 0xFF ? tag >> 8 : tag) & 0x20) != 0;

    /// <summary>Whether a number is one whole tag: the continuation bits agree with its size.</summary>
    internal static bool IsTag(uint tag) => tag switch
    {
        0 or 0xFF => false,
        <= 0xFF => (tag & 0x1F) != 0x1F,
        <= 0xFFFF => (tag >> 8 & 0x1F) == 0x1F && (tag & 0x80) == 0,
        <= 0xFFFFFF => (tag >> 16 & 0x1F) == 0x1F && (tag & 0x8000) != 0 && (tag & 0x80) == 0,
        _ => false,
    };

    /// <summary>Bytes of the tag.</summary>
    internal static int TagSize(uint tag) => tag > 0xFFFF ? 3 : tag > 0xFF ? 2 : 1;

    /// <summary>Bytes of the shortest form of a length.</summary>
    internal static int LengthSize(int length) =>
        length switch { < 0x80 => 1, <= 0xFF => 2, <= 0xFFFF => 3, <= 0xFFFFFF => 4, _ => 5 };

    /// <summary>Appends one object with the shortest length.</summary>
    public static void Write(IBufferWriter<byte> writer, uint tag, ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tag, 0xFFFFFFu);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, 0xFFFF, nameof(value));
        Span<byte> head = writer.GetSpan(6);
        int at = 0;
        if (tag > 0xFFFF) head[at++] = (byte)(tag >> 16);
        if (tag > 0xFF) head[at++] = (byte)((tag >> 8) & 0xFF);
        head[at++] = (byte)(tag & 0xFF);
        if (value.Length > 0xFF)
        {
            head[at++] = 0x82;
            head[at++] = (byte)(value.Length >> 8);
        }
        else if (value.Length > 0x7F)
        {
            head[at++] = 0x81;
        }

        head[at++] = (byte)(value.Length & 0xFF);
        writer.Advance(at);
        writer.Write(value);
    }
}
