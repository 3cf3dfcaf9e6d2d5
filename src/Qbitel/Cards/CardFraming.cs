using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

namespace Qbitel.Cards;

/// <summary>How messages follow each other on a connection.</summary>
internal enum CardFraming
{
    /// <summary>The length in two bytes, the greater first.</summary>
    TwoBytes,

    /// <summary>The length in four ASCII digits.</summary>
    FourDigits,
}

/// <summary>Frames of bytes.</summary>
internal static class CardFrames
{
    /// <summary>No authorisation is longer.</summary>
    public const int MaxSize = 8192;

    /// <summary>Takes one frame off the front.</summary>
    /// <exception cref="InvalidDataException">
    /// What stands there is no length, or more than a message may have.
    /// </exception>
    public static bool TryTake(ref ReadOnlySequence<byte> bytes, CardFraming framing, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        int head = framing == CardFraming.TwoBytes ? 2 : 4;
        if (bytes.Length < head) return false;

        Span<byte> length = stackalloc byte[4];
        bytes.Slice(0, head).CopyTo(length);
        int size;
        if (framing == CardFraming.TwoBytes)
        {
            size = BinaryPrimitives.ReadUInt16BigEndian(length);
        }
        else if (!int.TryParse(length[..4], NumberStyles.None, CultureInfo.InvariantCulture, out size))
        {
            throw new InvalidDataException("a frame's length is not four digits");
        }

        if (size is 0 or > MaxSize) throw new InvalidDataException($"a frame of {size} bytes");
        if (bytes.Length < head + size) return false;

        frame = bytes.Slice(head, size);
        bytes = bytes.Slice(head + size);
        return true;
    }

    public static byte[] Of(ReadOnlySpan<byte> message, CardFraming framing)
    {
        int head = framing == CardFraming.TwoBytes ? 2 : 4;
        byte[] frame = new byte[head + message.Length];
        if (framing == CardFraming.TwoBytes) BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)message.Length);
        else message.Length.TryFormat(frame.AsSpan(0, 4), out _, "D4", CultureInfo.InvariantCulture);
        message.CopyTo(frame.AsSpan(head));
        return frame;
    }
}
