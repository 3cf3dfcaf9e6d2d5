using System.Security.Cryptography;
using System.Text;

namespace Qbitel.Protocols.Iso8583.Detection;

/// <summary>Reads all messages in one variant and sums what they prove.</summary>
internal static class VariantScore
{
    /// <summary>What it costs a variant that a message cannot be read in it.</summary>
    private const double Broken = -20;

    private static readonly (VariantDimensions Dimension, string Name)[] Names =
    [
        (VariantDimensions.Numbers, "numbers"), (VariantDimensions.Text, "text"), (VariantDimensions.Bytes, "bytes"),
        (VariantDimensions.Prefix, "prefix"), (VariantDimensions.Unit, "unit"), (VariantDimensions.Padding, "padding"),
        (VariantDimensions.Sign, "sign"),
    ];

    /// <param name="variant">The variant, as one message told it.</param>
    /// <param name="messages">All messages.</param>
    /// <param name="effect">Stands for everything that the variant reads: two variants of one effect cannot be told
    /// apart.</param>
    public static Iso8583Candidate Of(VariantReading variant, IReadOnlyList<ReadOnlyMemory<byte>> messages,
        out string effect)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Iso8583Plan plan = new(variant.Profile, variant.Encoding); // tried once, so the profile need not keep it
        Span<Iso8583Slice> slices = stackalloc Iso8583Slice[Iso8583Reader.MaximumFields];
        double bits = Prior(variant.Encoding)
            - Strangeness(variant);
        double absence = 0;
        int read = 0, failed = 0, fieldsBefore = 0;
        ParseError? failure = null;
        for (int i = 0; i < messages.Count; i++)
        {
            ReadOnlySpan<byte> bytes = messages[i].Span;
            if (Iso8583Message.TryRead(bytes, plan, out Iso8583Message message, out ParseError? error))
            {
                read++;
                bits += OfStart(bytes, variant, ref absence) + Evidence.End;
                foreach (Iso8583Slice slice in message.Fields)
                {
                    bits += Evidence.OfField(variant.Profile.Field(slice.Number)!, plan.Shape(slice.Number),
                        message.ValueOf(slice), slice.Characters);
                    string field = $"{slice.Number} {slice.ValueOffset} {message.Text(slice)}\n";
                    hash.AppendData(Encoding.UTF8.GetBytes(field));
                }
            }
            else
            {
                // The fields that were read speak for it nevertheless.
                bits += Math.Min(OfStart(bytes, variant, ref absence), 200) + Broken;
                Iso8583Reader.TryLocate(bytes, plan, slices, Iso8583Profile.MostFields, out _, out int fields, out _,
                    out _);
                for (int at = 0; at < fields; at++)
                {
                    Iso8583Slice slice = slices[at];
                    bits += Evidence.OfField(variant.Profile.Field(slice.Number)!, plan.Shape(slice.Number),
                        bytes.Slice(slice.ValueOffset, slice.ValueLength), slice.Characters);
                }

                if (failure is not null) continue;
                (failure, failed, fieldsBefore) = (error, i + 1, fields);
            }
        }

        if (failure is not null) hash.AppendData(Encoding.UTF8.GetBytes($"{failure} {bits:0}"));
        effect = Convert.ToHexString(hash.GetHashAndReset());
        return new Iso8583Candidate(variant.Profile, variant.Encoding, bits, 0, read, failure)
        {
            AbsenceBits = absence,
            FailedMessage = failed,
            FieldsBeforeFailure = fieldsBefore,
            Untold = [.. Names.Where(each => !variant.Told.HasFlag(each.Dimension)).Select(each => each.Name)],
        };
    }

    private static double OfStart(ReadOnlySpan<byte> bytes, VariantReading variant, ref double absence)
    {
        foreach (VariantStart start in VariantStart.Of(bytes, [variant.Profile]))
        {
            Iso8583Encoding a = start.Encoding, b = variant.Encoding;
            if (a.Header != b.Header || a.Routing != b.Routing || a.Mti != b.Mti || a.Bitmap != b.Bitmap) continue;
            absence += start.AbsenceBits;
            return start.Bits;
        }

        return 0;
    }

    // Of two tables that read the same, the one is meant whose messages are written so.
    private static double Strangeness(VariantReading variant)
    {
        Iso8583Encoding usual = variant.Profile.Encoding;
        double bits = usual.Numbers == variant.Encoding.Numbers ? 0 : 0.5;
        if (variant.Profile.StatesHeader && usual.Header != variant.Encoding.Header) bits += 1;
        return usual.Routing == variant.Encoding.Routing ? bits : bits + 0.75;
    }

    // The parts of one message are mostly written alike; a little, so that ties go to the usual.
    private static double Prior(Iso8583Encoding encoding)
    {
        double bits = encoding.Numbers == encoding.Mti ? 0 : -3;
        bool isEbcdic = encoding.Mti == Coding.DigitCoding.Ebcdic || encoding.Numbers == Coding.DigitCoding.Ebcdic;
        bits -= encoding.Text == Coding.TextCoding.Ascii == isEbcdic ? 3 : 0;
        bits -= encoding.Text == Coding.TextCoding.Ebcdic1047 ? 1 : 0;
        bits -= encoding.Bytes == Coding.BinaryCoding.AsBitmap ? 0 : 2;
        bits -= encoding.Prefix switch
        {
            Coding.PrefixCoding.Ascii => encoding.Numbers == Coding.DigitCoding.Ascii ? 0 : 3,
            Coding.PrefixCoding.Ebcdic => encoding.Numbers == Coding.DigitCoding.Ebcdic ? 0 : 3,
            Coding.PrefixCoding.Bcd => encoding.Numbers == Coding.DigitCoding.Bcd ? 0 : 3,
            Coding.PrefixCoding.Binary => encoding.Numbers == Coding.DigitCoding.Bcd ? 1 : 3,
            _ => 5,
        };
        bits -= encoding.Unit switch
        {
            Coding.LengthUnit.Characters => 0,
            Coding.LengthUnit.Bytes => 3,
            _ => 4,
        };
        return bits - (encoding.Padding == Coding.DigitPadding.RightF ? 1 : 0) - (encoding.IsSignCounted ? 4 : 0);
    }
}
