using Qbitel.Protocols.Iso8583.Coding;

namespace Qbitel.Protocols.Iso8583.Detection;

/// <summary>
/// Reads a message field by field, and where a field depends on a choice that is still open goes on with each: a wrong
/// choice soon meets a length or characters that cannot be.
/// </summary>
internal sealed class VariantSearch
{
    /// <summary>Fields looked at in all branches of one message, at most.</summary>
    private const int MostSteps = 20_000;

    /// <summary>Readings kept that end before the message does.</summary>
    private const int MostFailures = 12;

    /// <summary>A branch that is so much less likely than random bytes is no message.</summary>
    private const double Hopeless = -60;

    private readonly byte[] _message;
    private readonly List<VariantReading> _whole = [];
    private readonly List<VariantReading> _failed = [];
    private List<int> _numbers = [];
    private VariantStart _start = null!;
    private int _steps;
    private bool _hasBytes;

    private VariantSearch(byte[] message) => _message = message;

    /// <summary>Every reading to the end, and the furthest of the others, the likeliest first.</summary>
    public static (List<VariantReading> Whole, List<VariantReading> Failed) Run(ReadOnlySpan<byte> message,
        IReadOnlyList<Iso8583Profile> profiles)
    {
        VariantSearch search = new(message.ToArray());
        foreach (VariantStart start in VariantStart.Of(message, profiles).OrderByDescending(start => start.Bits))
        {
            search._start = start;
            search._steps = 0;
            search._numbers = [];
            for (int number = 2; number <= Iso8583Profile.MostFields; number++)
                if (number != 65 && start.Layout.Has(number)) search._numbers.Add(number);
            search._hasBytes = search._numbers.Exists(number => start.Profile.Field(number) is
            {
                Type: Iso8583Type.Binary, LengthDigits: > 0,
            });
            search.Read(0, start.Layout.FieldsOffset, start.Encoding, VariantDimensions.None,
                start.Bits);
        }

        // Stable: of two that prove the same, the first table and the usual choice stay first.
        return ([.. search._whole.OrderByDescending(each => each.Bits)],
            [.. search._failed.OrderByDescending(each => each.Bits)]);
    }

    private void Read(int index, int at, Iso8583Encoding encoding, VariantDimensions told, double bits)
    {
        for (; index < _numbers.Count; index++)
        {
            if (++_steps > MostSteps || bits < Hopeless
                || _start.Profile.Field(_numbers[index]) is not { } rule)
            {
                Fail(encoding, told, bits, index);
                return;
            }

            VariantDimensions open = Open(rule, told);
            if (open != VariantDimensions.None)
            {
                foreach ((Iso8583Encoding choice, double prior) in Choices(open, encoding))
                    Read(index, at, choice, told | open, bits + prior);
                return;
            }

            FieldShape shape = rule.Shape(encoding);
            if (shape.Measure(_message, at, out int valueAt, out int size, out int characters) != ShapeFault.None)
            {
                Fail(encoding, told, bits, index);
                return;
            }

            ReadOnlySpan<byte> value = _message.AsSpan(valueAt, size);
            int digits = shape.Type == Iso8583Type.SignedNumeric ? characters - 1 : characters;
            bool isOdd = shape.Form == WireForm.Packed && size > 0
                && (digits % 2 == 1 || (shape.Unit == LengthUnit.Bytes && shape.PrefixDigits > 0));
            if (isOdd && rule.Padding is null && (told & VariantDimensions.Padding) == VariantDimensions.None)
            {
                foreach ((Iso8583Encoding choice, double prior) in Choices(VariantDimensions.Padding, encoding))
                    Read(index, at, choice, told | VariantDimensions.Padding, bits + prior);
                return;
            }

            bits += Evidence.OfField(rule, shape, value, characters);
            at = valueAt + size;
        }

        if (at != _message.Length)
        {
            Fail(encoding, told, bits, index);
            return;
        }

        _whole.Add(new VariantReading(_start.Profile, encoding, told, bits + Evidence.End, index, IsWhole: true));
    }

    private void Fail(Iso8583Encoding encoding, VariantDimensions told, double bits, int fields)
    {
        if (_failed.Count >= MostFailures)
        {
            int least = 0;
            for (int i = 1; i < _failed.Count; i++) if (_failed[i].Bits < _failed[least].Bits) least = i;
            if (_failed[least].Bits >= bits) return;
            _failed.RemoveAt(least);
        }

        _failed.Add(new VariantReading(_start.Profile, encoding, told, bits, fields, IsWhole: false));
    }

    // The first choice that a field depends on and that is still open.
    private static VariantDimensions Open(Iso8583FieldRule rule, VariantDimensions told)
    {
        bool isDigits = rule.Type is Iso8583Type.Numeric or Iso8583Type.Track or Iso8583Type.SignedNumeric;
        VariantDimensions needed = isDigits ? rule.Numbers is null ? VariantDimensions.Numbers : VariantDimensions.None
            : rule.Type == Iso8583Type.Binary ? rule.Bytes is null ? VariantDimensions.Bytes : VariantDimensions.None
            : rule.Text is null ? VariantDimensions.Text : VariantDimensions.None;
        if ((needed & ~told) != VariantDimensions.None) return needed;
        if (rule.Type == Iso8583Type.SignedNumeric && !told.HasFlag(VariantDimensions.Sign))
            return VariantDimensions.Sign;
        if (rule.LengthDigits == 0) return VariantDimensions.None;
        if (rule.Prefix is null && !told.HasFlag(VariantDimensions.Prefix)) return VariantDimensions.Prefix;
        return rule.Unit is null && !told.HasFlag(VariantDimensions.Unit) ? VariantDimensions.Unit
            : VariantDimensions.None;
    }

    // Each choice with what speaks for it before anything is read: the parts of one message are mostly written alike.
    private IEnumerable<(Iso8583Encoding Choice, double Prior)> Choices(VariantDimensions dimension,
        Iso8583Encoding encoding)
    {
        switch (dimension)
        {
            case VariantDimensions.Numbers:
                foreach (DigitCoding coding in (DigitCoding[])[DigitCoding.Ascii, DigitCoding.Bcd, DigitCoding.Ebcdic])
                    yield return (encoding with { Numbers = coding }, coding == encoding.Mti ? 0 : -3);
                break;
            case VariantDimensions.Text:
                bool isEbcdic = encoding.Mti == DigitCoding.Ebcdic || encoding.Numbers == DigitCoding.Ebcdic;
                yield return (encoding with { Text = TextCoding.Ascii }, isEbcdic ? -3 : 0);
                yield return (encoding with { Text = TextCoding.Ebcdic037 }, isEbcdic ? 0 : -3);
                yield return (encoding with { Text = TextCoding.Ebcdic1047 }, isEbcdic ? -1 : -4);
                break;
            case VariantDimensions.Bytes:
                yield return (encoding with { Bytes = BinaryCoding.AsBitmap }, 0);
                if (encoding.Bitmap != Iso8583Bitmap.Binary)
                    yield return (encoding with { Bytes = BinaryCoding.Raw }, -2);
                if (encoding.Bitmap != Iso8583Bitmap.Hex)
                    yield return (encoding with { Bytes = BinaryCoding.Hex }, -3);
                if (encoding.Bitmap != Iso8583Bitmap.EbcdicHex)
                    yield return (encoding with { Bytes = BinaryCoding.EbcdicHex }, -4);
                break;
            case VariantDimensions.Prefix:
                bool isPacked = encoding.Numbers == DigitCoding.Bcd;
                yield return (encoding with { Prefix = PrefixCoding.Ascii },
                    encoding.Numbers == DigitCoding.Ascii ? 0 : -3);
                yield return (encoding with { Prefix = PrefixCoding.Ebcdic },
                    encoding.Numbers == DigitCoding.Ebcdic ? 0 : -3);
                yield return (encoding with { Prefix = PrefixCoding.Bcd }, isPacked ? 0 : -3);
                yield return (encoding with { Prefix = PrefixCoding.Binary }, isPacked ? -1 : -3);
                yield return (encoding with { Prefix = PrefixCoding.BcdRight }, isPacked ? -4 : -7);
                yield return (encoding with { Prefix = PrefixCoding.Hex }, -5);
                yield return (encoding with { Prefix = PrefixCoding.HexShort }, -6);
                break;
            case VariantDimensions.Unit:
                yield return (encoding with { Unit = LengthUnit.Characters }, 0);
                yield return (encoding with { Unit = LengthUnit.Bytes }, -3);
                if (_hasBytes) yield return (encoding with { Unit = LengthUnit.Digits }, -4);
                yield return (encoding with { Unit = LengthUnit.Nibbles }, -5);
                break;
            case VariantDimensions.Padding:
                yield return (encoding with { Padding = DigitPadding.LeftZero }, 0);
                yield return (encoding with { Padding = DigitPadding.RightF }, -1);
                break;
            default:
                yield return (encoding with { IsSignCounted = false }, 0);
                yield return (encoding with { IsSignCounted = true }, -4);
                break;
        }
    }
}
