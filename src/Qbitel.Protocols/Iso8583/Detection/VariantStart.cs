using System.Buffers.Binary;
using Qbitel.Protocols.Iso8583.Coding;

namespace Qbitel.Protocols.Iso8583.Detection;

/// <summary>A way to read a message up to its bitmaps.</summary>
/// <param name="Encoding">Length, header, message type and bitmap chosen; the rest is open.</param>
/// <param name="Profile">The field table of the version.</param>
/// <param name="Layout">Where the parts are.</param>
/// <param name="Bits">What they prove.</param>
internal sealed record VariantStart(
    Iso8583Encoding Encoding, Iso8583Profile Profile, Iso8583Layout Layout, double Bits)
{
    /// <summary>Of <see cref="Bits"/>, what fields prove by being absent alone, as zeros anywhere do.</summary>
    public double AbsenceBits { get; private init; }

    private static readonly Iso8583Routing[] Routings =
        [Iso8583Routing.None, Iso8583Routing.Tpdu, Iso8583Routing.IsoLiteral, Iso8583Routing.VisaStation];

    private static readonly DigitCoding[] MtiCodings = [DigitCoding.Ascii, DigitCoding.Ebcdic, DigitCoding.Bcd];

    /// <summary>Whether a message type stands where one could; costs nothing where none does.</summary>
    /// <param name="bytes">The input.</param>
    /// <param name="isOne">Whether it is exactly one message, whose length before it must be its own.</param>
    public static bool CanBegin(ReadOnlySpan<byte> bytes, bool isOne)
    {
        foreach (Iso8583Header header in Iso8583Encoding.Headers)
        {
            foreach (Iso8583Routing routing in Routings)
            {
                Iso8583Encoding encoding = new(header, Iso8583Bitmap.Binary) { Routing = routing };
                if (isOne && OfLength(bytes, encoding) < 0) continue;
                if (!Iso8583Reader.TryFindMti(bytes, encoding, out int at)) continue;
                foreach (DigitCoding coding in MtiCodings)
                    if (Iso8583Reader.TryReadMti(bytes[at..], coding, out _)) return true;
            }
        }

        return false;
    }

    /// <summary>Every way in which a header, a message type and whole bitmaps stand before fields.</summary>
    /// <param name="message">Exactly one message.</param>
    /// <param name="profiles">The field tables that may be meant.</param>
    public static List<VariantStart> Of(ReadOnlySpan<byte> message, IReadOnlyList<Iso8583Profile> profiles)
    {
        List<VariantStart> starts = [];
        foreach (Iso8583Header header in Iso8583Encoding.Headers)
        {
            foreach (Iso8583Routing routing in Routings)
            {
                Iso8583Encoding encoding = new(header, Iso8583Bitmap.Binary) { Routing = routing };
                double bits = Math.Min(OfLength(message, encoding), 40);
                if (bits < 0 || !Iso8583Reader.TryFindMti(message, encoding, out int at)) continue;
                bits += OfRouting(message, encoding);
                foreach (DigitCoding coding in MtiCodings)
                {
                    if (!Iso8583Reader.TryReadMti(message[at..], coding, out Mti mti)) continue;
                    foreach (Iso8583Profile profile in profiles)
                    {
                        if (profile.VersionDigit != mti.Version) continue;
                        Add(message, encoding with { Mti = coding }, profile, at, bits, starts);
                    }
                }
            }
        }

        return starts;
    }

    private static void Add(ReadOnlySpan<byte> message, Iso8583Encoding encoding, Iso8583Profile profile, int mtiAt,
        double bits, List<VariantStart> starts)
    {
        int bitmapAt = mtiAt + encoding.MtiLength;
        ReadOnlySpan<byte> rest = message[bitmapAt..];
        bool isWritten = false;
        foreach (Iso8583Bitmap form in (ReadOnlySpan<Iso8583Bitmap>)[Iso8583Bitmap.Hex, Iso8583Bitmap.EbcdicHex,
            Iso8583Bitmap.Binary])
        {
            // Digits are not taken for a binary bitmap: they would announce fields that digits happen to fill.
            Iso8583Encoding written = encoding with { Bitmap = form };
            int size = written.BitmapLength;
            if ((form == Iso8583Bitmap.Binary && isWritten) || rest.Length < size
                || !Iso8583Reader.TryReadBits(rest[..size], form, out ulong first, out _))
            {
                continue;
            }

            isWritten = true;
            int count = 1;
            ulong second = 0, third = 0;
            if (first >> 63 == 1)
            {
                if (rest.Length < 2 * size
                    || !Iso8583Reader.TryReadBits(rest.Slice(size, size), form, out second, out _))
                {
                    continue;
                }

                count++;
            }

            if (second >> 63 == 1)
            {
                if (rest.Length < 3 * size
                    || !Iso8583Reader.TryReadBits(rest.Slice(2 * size, size), form, out third, out _))
                {
                    continue;
                }

                count++;
            }

            double bitmaps = Evidence.OfBitmap(first, 1, form);
            if (count > 1) bitmaps += Evidence.OfBitmap(second, 65, form);
            if (count > 2) bitmaps += Evidence.OfBitmap(third, 129, form);
            double sum = bits + Evidence.OfMti(encoding.Mti) + bitmaps;
            starts.Add(new VariantStart(written, profile,
                new Iso8583Layout(mtiAt, bitmapAt, bitmapAt + (count * size))
                {
                    First = first,
                    Second = second,
                    Third = third,
                }, sum)
            {
                AbsenceBits = form == Iso8583Bitmap.Binary ? Math.Max(bitmaps, 0) : 0,
            });
        }
    }

    // -1 where the length is not that of the message.
    private static double OfLength(ReadOnlySpan<byte> message, Iso8583Encoding encoding)
    {
        int size = encoding.LengthSize;
        if (size == 0) return 0;
        if (message.Length < size) return -1;
        int stated = BinaryPrimitives.ReadUInt16BigEndian(message);
        if (!encoding.IsTwoByte && !Ascii.TryReadNumber(message[..4], 4, out stated)) return -1;
        return stated == message.Length - (encoding.IsInclusive ? 0 : size) ? 8 * size : -1;
    }

    private static double OfRouting(ReadOnlySpan<byte> message, Iso8583Encoding encoding)
    {
        int at = encoding.LengthSize;
        switch (encoding.Routing)
        {
            case Iso8583Routing.Tpdu:
                return 7;
            case Iso8583Routing.IsoLiteral:
                return 24 + (2.5 * message.Slice(at + 3, 9).Count((byte)'0'));
            case Iso8583Routing.VisaStation:
                bool isWhole = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 3)..]) == message.Length - at;
                return isWhole ? 20 : -4;
            default:
                return 0;
        }
    }
}
