using Qbitel.Protocols.Fix.Tables;

namespace Qbitel.Protocols.Fix;

/// <summary>Walks the fields of a tag=value message without allocating.</summary>
/// <remarks>
/// A malformed field is reported by <see cref="Fault"/> and stepped over, so one bad field does not hide the others.
/// After a length field (such as 95) the data field that belongs to it (96) may hold SOH and '='.
/// </remarks>
public ref struct FixReader(ReadOnlySpan<byte> fields)
{
    internal const byte Soh = 1;

    private readonly ReadOnlySpan<byte> _fields = fields;
    private int _position;
    private int _dataTag;
    private int _dataLength;

    /// <summary>Begins at a field within a message, whose offsets are counted from the message's start.</summary>
    internal FixReader(ReadOnlySpan<byte> fields, int at)
        : this(fields) => _position = at;

    /// <summary>The field's number; 0 where it could not be read.</summary>
    public int Tag { get; private set; }

    /// <summary>Where the field begins.</summary>
    public int FieldOffset { get; private set; }

    /// <summary>Where its value begins.</summary>
    public int ValueOffset { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public FixFieldFault Fault { get; private set; }

    /// <summary>The end of the field just read, after its SOH.</summary>
    internal readonly int Position => _position;

    /// <summary>Moves to the next field; false at the end.</summary>
    public bool Read()
    {
        if (_position >= _fields.Length) return false;

        FieldOffset = _position;
        Fault = FixFieldFault.None;
        int at = _position, tag = 0, digits = 0;
        for (; at < _fields.Length && digits < 8 && char.IsAsciiDigit((char)_fields[at]); at++, digits++)
        {
            tag = (tag * 10) + (_fields[at] - '0');
        }

        bool tagRead = digits is > 0 and <= 7 && _fields[_position] != '0' && at < _fields.Length && _fields[at] == '=';
        if (!tagRead) return Skip();

        Tag = tag;
        ValueOffset = at + 1;
        int end = EndOfValue(tag);
        Value = _fields[ValueOffset..Math.Min(end, _fields.Length)];
        _position = Math.Min(end + 1, _fields.Length);
        if (Fault == FixFieldFault.None && end >= _fields.Length) Fault = FixFieldFault.Unterminated;
        if (Fault == FixFieldFault.None && Value.IsEmpty) Fault = FixFieldFault.EmptyValue;
        ExpectData(tag);
        return true;
    }

    private int EndOfValue(int tag)
    {
        ReadOnlySpan<byte> rest = _fields[ValueOffset..];
        if (tag == _dataTag && _dataTag != 0)
        {
            // The length was checked to be small and not negative, so this cannot overflow.
            if (_dataLength < rest.Length && rest[_dataLength] == Soh) return ValueOffset + _dataLength;
            Fault = FixFieldFault.DataLength;
        }

        int soh = rest.IndexOf(Soh);
        return soh < 0 ? _fields.Length : ValueOffset + soh;
    }

    private void ExpectData(int tag)
    {
        _dataTag = FixDataFields.DataTagOf(tag);
        if (_dataTag != 0 && !Ascii.TryReadNumber(Value, 9, out _dataLength)) _dataTag = 0;
    }

    private bool Skip()
    {
        ReadOnlySpan<byte> rest = _fields[_position..];
        int soh = rest.IndexOf(Soh);
        Value = soh < 0 ? rest : rest[..soh];
        Tag = 0;
        ValueOffset = FieldOffset;
        Fault = soh < 0 ? FixFieldFault.Unterminated : Value.Contains((byte)'=')
            ? FixFieldFault.InvalidTag : FixFieldFault.NoSeparator;
        _position = soh < 0 ? _fields.Length : _position + soh + 1;
        _dataTag = 0;
        return true;
    }
}
