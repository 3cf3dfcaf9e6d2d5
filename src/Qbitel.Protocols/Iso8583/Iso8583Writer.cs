using Qbitel.Protocols.Iso8583.Coding;

namespace Qbitel.Protocols.Iso8583;

/// <summary>
/// Writes a message into a buffer, field after field in ascending order, without an allocation. Values must fit their
/// fields: use <see cref="Iso8583Builder"/> where they may not.
/// </summary>
public ref struct Iso8583Writer
{
    private readonly Span<byte> _buffer;
    private readonly Iso8583Plan _plan;
    private readonly int _bitmapAt;
    private int _at;
    private int _last;
    private ulong _first;
    private ulong _second;
    private ulong _third;
    private int _thirdAt;

    /// <param name="buffer">Room for the message.</param>
    /// <param name="profile">The field table.</param>
    /// <param name="encoding">How the message is written.</param>
    /// <param name="mti">The message type.</param>
    /// <param name="header">What stands between the length and the message type; empty for the usual one.</param>
    /// <exception cref="ArgumentException">The buffer is too small.</exception>
    public Iso8583Writer(Span<byte> buffer, Iso8583Profile profile, Iso8583Encoding encoding, Mti mti,
        ReadOnlySpan<byte> header = default)
    {
        ArgumentNullException.ThrowIfNull(profile);
        _buffer = buffer;
        _plan = profile.PlanFor(encoding);
        _at = encoding.LengthSize;
        if (header.IsEmpty) header = UsualHeader(encoding.Routing);
        header.CopyTo(buffer[_at..]);
        _at += header.Length;
        int value = (1000 * mti.Version) + (100 * mti.Class) + (10 * mti.Function) + mti.Origin;
        Span<byte> type = buffer.Slice(_at, encoding.MtiLength);
        for (int i = 3; i >= 0; i--, value /= 10)
        {
            int digit = value % 10;
            if (type.Length == 4) type[i] = (byte)(digit + (encoding.Mti == DigitCoding.Ebcdic ? 0xF0 : '0'));
            else type[i / 2] = (byte)(i % 2 == 0 ? type[i / 2] | (digit << 4) : digit);
        }

        _at += encoding.MtiLength;
        _bitmapAt = _at;
        _at += encoding.BitmapLength;
        _last = 1;
    }

    /// <summary>Writes the next field; binary is given in hexadecimal, fixed numbers and text in their whole
    /// length.</summary>
    /// <exception cref="ArgumentException">The field does not follow the last one, the profile does not have it, the
    /// value does not fit it, or the buffer is full.</exception>
    public void Add(int number, ReadOnlySpan<char> value)
    {
        if (_plan.Profile.FieldOrNone(number) is not { } rule)
            throw new ArgumentException($"the profile has no field {number}", nameof(number));
        ref readonly FieldShape shape = ref _plan.Shape(number);
        int characters = shape.CharactersOf(value.Length);
        if (shape.PrefixDigits == 0 ? characters != shape.Length : characters > shape.Length)
            throw new ArgumentException($"the value does not have the length of field {number}", nameof(value));
        if (FieldCharacters.FirstMisfit(rule.Type, value) >= 0
            || (rule.Type == Iso8583Type.Binary && value.Length % 2 != 0))
        {
            throw new ArgumentException($"the value holds a character field {number} may not", nameof(value));
        }


        Announce(number);
        int size = shape.SizeOf(characters);
        _at += shape.WritePrefix(_buffer[_at..], characters, size);
        shape.Encode(value, _buffer.Slice(_at, size));
        _at += size;
    }

    /// <summary>Ends the message; its bytes.</summary>
    public int Complete()
    {
        Iso8583Bitmap form = _plan.Encoding.Bitmap;
        int size = _plan.Encoding.BitmapLength;
        Iso8583Edit.WriteBitmap(_buffer.Slice(_bitmapAt, size), form, _first);
        if (_second != 0) Iso8583Edit.WriteBitmap(_buffer.Slice(_bitmapAt + size, size), form, _second);
        if (_third != 0) Iso8583Edit.WriteBitmap(_buffer.Slice(_thirdAt, size), form, _third);
        Iso8583Edit.WriteHeader(_buffer[.._at], _plan.Encoding);
        return _at;
    }

    internal void AddRaw(int number, ReadOnlySpan<byte> value, int characters)
    {
        Announce(number);
        _at += _plan.Shape(number).WritePrefix(_buffer[_at..], characters, value.Length);
        value.CopyTo(_buffer[_at..]);
        _at += value.Length;
    }

    internal static ReadOnlySpan<byte> UsualHeader(Iso8583Routing routing) => routing switch
    {
        Iso8583Routing.Tpdu => [0x60, 0, 0, 0, 0],
        Iso8583Routing.IsoLiteral => "ISO000000000"u8,
        Iso8583Routing.VisaStation => [22, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        _ => [],
    };

    private void Announce(int number)
    {
        if (number <= _last || number == 65)
            throw new ArgumentException($"field {number} does not follow field {_last}", nameof(number));

        int size = _plan.Encoding.BitmapLength;
        if (number > 64 && _second == 0 && (_first & (1UL << 63)) == 0)
        {
            OpenBitmap(_bitmapAt + size);
            _first |= 1UL << 63;
        }

        if (number > 128 && _third == 0)
        {
            // Where field 65 would be, or behind the second bitmap.
            _thirdAt = _plan.Encoding.IsThirdBitmapInField ? _thirdAt : _bitmapAt + (2 * size);
            OpenBitmap(_thirdAt);
            _second |= 1UL << 63;
        }

        _last = number;
        if (number <= 64) _first |= 1UL << (64 - number);
        else if (number <= 128) _second |= 1UL << (128 - number);
        else _third |= 1UL << (192 - number);
    }

    // The fields so far make room; the third bitmap in the place of field 65 begins where the fields up to 64 end.
    private void OpenBitmap(int at)
    {
        int size = _plan.Encoding.BitmapLength;
        _buffer[at.._at].CopyTo(_buffer[(at + size)..]);
        _at += size;
        if (_thirdAt == 0) _thirdAt = _at;
    }
}
