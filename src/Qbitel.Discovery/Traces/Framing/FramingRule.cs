using System.Buffers.Binary;
using System.Globalization;

namespace Qbitel.Discovery.Traces.Framing;

/// <summary>One way a stream may say where its messages end.</summary>
internal abstract record FramingRule
{
    /// <summary>Answers of <see cref="Measure"/> that are not a length.</summary>
    public const int Incomplete = 0, Impossible = -1;

    /// <summary>
    /// The length of the message that the bytes begin with, or <see cref="Incomplete"/>, or <see cref="Impossible"/>.
    /// </summary>
    public abstract int Measure(ReadOnlySpan<byte> stream);

    /// <summary>
    /// Bytes at the front of a frame that may be a header around a message of another protocol; 0 where there is none.
    /// </summary>
    public virtual int HeaderSize => 0;

    /// <summary>Names and values for the document.</summary>
    public abstract IEnumerable<KeyValuePair<string, string>> Describe();

    protected static KeyValuePair<string, string> Entry(string name, string value) => new(name, value);

    protected static KeyValuePair<string, string> Entry(string name, int value) =>
        new(name, value.ToString(CultureInfo.InvariantCulture));
}

/// <summary>How a length is written.</summary>
internal enum LengthEncoding
{
    BigEndian,
    LittleEndian,

    /// <summary>Two decimal digits a byte.</summary>
    PackedDecimal,
    AsciiDecimal,
}

/// <summary>A length field at a fixed place; the whole message is its value plus a constant.</summary>
/// <remarks>The constant is 0 where the length counts the whole message, and Offset + Width where it counts what
/// follows the field.</remarks>
internal sealed record LengthFraming(int Offset, int Width, LengthEncoding Encoding, int Addend) : FramingRule
{
    /// <summary>Longer messages are taken for a wrong guess.</summary>
    public const int MaxMessageSize = 16 << 20;

    public override int HeaderSize => Offset == 0 ? Width : 0;

    public override int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < Offset + Width) return Incomplete;

        long value = Value(stream.Slice(Offset, Width));
        if (value < 0) return Impossible;
        long length = value + Addend;
        if (length < Offset + Width || length > MaxMessageSize) return Impossible;
        return length <= stream.Length ? (int)length : Incomplete;
    }

    public override IEnumerable<KeyValuePair<string, string>> Describe() =>
    [
        Entry("framing", "length"),
        Entry("lengthOffset", Offset),
        Entry("lengthWidth", Width),
        Entry("lengthEncoding", Encoding switch
        {
            LengthEncoding.BigEndian => "be",
            LengthEncoding.LittleEndian => "le",
            LengthEncoding.PackedDecimal => "bcd",
            _ => "ascii",
        }),
        Entry("lengthCounts", Addend == 0 ? "whole" : Addend == Offset + Width ? "rest"
            : $"whole minus {Addend.ToString(CultureInfo.InvariantCulture)}"),
    ];

    private long Value(ReadOnlySpan<byte> field)
    {
        switch (Encoding, Width)
        {
            case (_, 1) when Encoding is LengthEncoding.BigEndian: return field[0];
            case (LengthEncoding.BigEndian, 2): return BinaryPrimitives.ReadUInt16BigEndian(field);
            case (LengthEncoding.BigEndian, 4): return BinaryPrimitives.ReadUInt32BigEndian(field);
            case (LengthEncoding.LittleEndian, 2): return BinaryPrimitives.ReadUInt16LittleEndian(field);
            case (LengthEncoding.LittleEndian, 4): return BinaryPrimitives.ReadUInt32LittleEndian(field);
        }

        long value = 0;
        foreach (byte b in field)
        {
            if (Encoding == LengthEncoding.AsciiDecimal)
            {
                if (b is < (byte)'0' or > (byte)'9') return -1;
                value = (value * 10) + (b - '0');
            }
            else
            {
                if (b >> 4 > 9 || (b & 15) > 9) return -1;
                value = (value * 100) + ((b >> 4) * 10) + (b & 15);
            }
        }

        return value;
    }
}

/// <summary>Messages end with a delimiter, which is part of them.</summary>
internal sealed record DelimiterFraming(string Name, ReadOnlyMemory<byte> Delimiter) : FramingRule
{
    public static readonly IReadOnlyList<DelimiterFraming> All =
    [
        new("crlf", "\r\n"u8.ToArray()), new("lf", "\n"u8.ToArray()), new("nul", "\0"u8.ToArray()),
            new("etx", "\u0003"u8.ToArray()), new("cr", "\r"u8.ToArray()),
    ];

    public override int Measure(ReadOnlySpan<byte> stream)
    {
        int at = stream.IndexOf(Delimiter.Span);
        return at < 0 ? Incomplete : at + Delimiter.Length;
    }

    public override IEnumerable<KeyValuePair<string, string>> Describe() =>
        [Entry("framing", "delimiter"), Entry("delimiter", Name)];
}

/// <summary>All messages have the same length.</summary>
internal sealed record FixedFraming(int Length) : FramingRule
{
    public override int Measure(ReadOnlySpan<byte> stream) => stream.Length < Length ? Incomplete : Length;

    public override IEnumerable<KeyValuePair<string, string>> Describe() =>
        [Entry("framing", "fixed"), Entry("messageLength", Length)];
}
