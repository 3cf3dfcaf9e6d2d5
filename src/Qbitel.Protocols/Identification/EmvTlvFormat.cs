using System.Buffers;
using Qbitel.Protocols.Emv;
using Qbitel.Protocols.Emv.Views;

namespace Qbitel.Protocols.Identification;

/// <summary>
/// Data objects of chip cards, as bytes or in hexadecimal: proved by known tags whose values have their lengths and
/// characters, to the end of the input.
/// </summary>
internal sealed class EmvTlvFormat : MessageFormat
{
    // Text in hexadecimal is rare, bytes are everywhere.
    private const double MinimumBitsOfText = 14, MinimumBitsOfBytes = 40;
    private const int MaximumLength = 64 * 1024;

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789ABCDEFabcdef \t\r\n"u8);

    public override string Name => "emv-tlv";

    public override IReadOnlyList<MessageProfile> Profiles { get; } =
        [new(TlvView.LongLengths, "Data objects whose lengths may be of three and four bytes")];

    /// <remarks>A tag of two bytes or a template that is known, in hexadecimal; bytes are claimed only where the first
    /// object is whole and as its tag has it.</remarks>
    public override bool Claims(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < 4 or > MaximumLength) return false;
        if (!HexText.MayBe(bytes))
        {
            BerTlvReader binary = new(bytes, ParseMode.Strict);
            return binary.TryRead(out BerTlv item) && item.Tag > 0xFF
                && EmvTagTable.Find(item.Tag) is { FixedLength: { } length } && length == item.ValueLength;
        }

        HexText.TryRead(bytes, 0, bytes.Length, out HexText text, out _);
        ReadOnlySpan<byte> start = text.Bytes.AsSpan().TrimStart((byte)0);
        if (start.Length < 2) return false;
        uint tag = (start[0] & 0x1F) == 0x1F ? (uint)((start[0] << 8) | start[1]) : start[0];
        return EmvTagTable.IsKnown(tag) && (tag > 0xFF || BerTlv.IsConstructedTag(tag));
    }

    public override IdentifiedMessage? Identify(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is 0 or > MaximumLength) return null;
        bool isText = HexText.MayBe(bytes);
        ReadOnlySpan<byte> content = bytes;
        if (isText)
        {
            if (!HexText.TryRead(bytes, 0, bytes.Length, out HexText text, out _)) return null;
            content = text.Bytes;
        }

        double bits = Bits(content, out string? type);
        return bits < (isText ? MinimumBitsOfText : MinimumBitsOfBytes) ? null
            : new IdentifiedMessage(Name, null, type, bytes.Length, IdentifiedMessage.ConfidenceOf(bits));
    }

    /// <remarks>Nothing tells where data objects end: text in hexadecimal ends where it does, bytes where no whole
    /// object follows.</remarks>
    public override FrameStatus TryReadMessage(ReadOnlySpan<byte> stream, out int consumed, out ParseError? error)
    {
        consumed = 0;
        error = null;
        if (stream.IsEmpty)
        {
            error = Empty;
            return FrameStatus.Incomplete;
        }

        int extent = stream.IndexOfAnyExcept(Digits);
        if (extent < 0) extent = stream.Length;
        // White space alone is no text in hexadecimal, however long it is.
        if (stream[..extent].ContainsAnyExcept(" \t\r\n"u8)
            && HexText.TryRead(stream, 0, extent, out HexText text, out _) && text.Bytes.Length > 1)
        {
            return Read(text.Bytes, extent, extent, out consumed, out error);
        }

        return Read(stream, stream.Length, 0, out consumed, out error);
    }

    public override void Cover(ReportField field, Span<byte> value) => EmvCovering.Cover(field, value);

    public override ParseReport Parse(ReadOnlySpan<byte> bytes, ParseOptions options) =>
        EmvDecoder.DecodeTlv(bytes, options).ToReport(options.FieldLimit);

    private static FrameStatus Read(ReadOnlySpan<byte> content, int whole, int dropped, out int consumed,
        out ParseError? error)
    {
        BerTlvReader reader = new(content, ParseMode.Strict);
        int end = 0;
        while (reader.TryRead(out BerTlv item))
            if (item.Depth == 0) end = item.ValueOffset + item.ValueLength;

        error = reader.Error;
        consumed = error is null ? whole : 0;
        if (error is null) return FrameStatus.Complete;
        if (error.IsIncomplete) return FrameStatus.Incomplete;
        consumed = Math.Max(1, Math.Max(dropped, end <= error.Offset ? end : 0));
        return FrameStatus.Invalid;
    }

    // What chance would have had to hit: a known tag, a length its tag has, characters of its format.
    private static double Bits(ReadOnlySpan<byte> content, out string? type)
    {
        type = null;
        double bits = 0;
        int outermost = 0;
        BerTlvReader reader = new(content);
        while (reader.TryRead(out BerTlv item))
        {
            if (item.Depth == 0 && ++outermost == 1 && item.IsConstructed) type = EmvTag.Show(item.Tag);
            if (!EmvTagTable.IsKnown(item.Tag))
            {
                bits -= 8;
                continue;
            }

            bits += item.Tag > 0xFFFF ? 18 : item.Tag > 0xFF ? 8 : 1;
            if (EmvTagTable.Find(item.Tag) is not { } rule) continue;
            if (!rule.AllowsLength(item.ValueLength))
            {
                bits -= 4;
                continue;
            }

            ReadOnlySpan<byte> value = content.Slice(item.ValueOffset, item.ValueLength);
            bits += rule.FixedLength is null ? item.IsConstructed ? 4 : 1 : 7;
            if (rule.FirstMisfit(value) >= 0) bits -= 4;
            else if (rule.Format is EmvFormat.Numeric or EmvFormat.CompressedNumeric) bits += 1.3 * value.Length;
            else if (rule.Format is EmvFormat.Alphabetic or EmvFormat.Alphanumeric) bits += 2 * value.Length;
        }

        if (outermost > 1) type = null;
        return reader.Error is null && outermost > 0 ? bits : 0;
    }
}
