namespace Qbitel.Protocols.Nacha.Rules;

/// <summary>
/// Cuts a stream into records of 94 characters, with line ends or without, in ASCII or EBCDIC, however its bytes
/// arrive.
/// </summary>
/// <remarks>
/// A record is whole after 94 characters or at the end of its line; a short one is filled with spaces. Records are
/// given in ASCII; a character that is none is a question mark, and <see cref="ForeignColumn"/> says where the first
/// stands.
/// </remarks>
internal sealed class NachaFramer
{
    private const int Length = NachaLayout.RecordLength;

    private readonly byte[] _record = new byte[Length];
    private readonly int[] _characters = new int[Length + 1];
    private byte[]? _toAscii;
    private int _filled;
    private int _bytes;
    private int _continuation;
    private bool _isWide;
    private long _start;
    private long _lineStart;
    private long _line = 1;
    private long _records;
    private bool _endsInCarriageReturn;
    private bool _followsRecord;

    /// <summary>Bytes taken so far.</summary>
    public long Position { get; private set; }

    /// <summary>Characters of the last record before it was filled.</summary>
    public int Characters { get; private set; }

    /// <summary>Where the last record has a character that is not printable ASCII; -1 where it has none.</summary>
    public int ForeignColumn { get; private set; }

    /// <summary>Whether the last record is what a line has beyond its 94 characters.</summary>
    public bool IsExcess { get; private set; }

    public bool IsEbcdic => _toAscii is not null;

    public NachaPlace Place { get; private set; }

    /// <summary>Takes the next record off the input; false when it needs more bytes.</summary>
    /// <remarks>The record is a part of the input or of this object: it is good until the next call.</remarks>
    public bool TryRead(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> record)
    {
        while (!input.IsEmpty)
        {
            byte next = input[0];
            if (Position == 0 && next is >= 0xF0 and <= 0xF9) _toAscii = Ebcdic037.ToAscii;
            if (IsLineEnd(next))
            {
                if (_filled > 0) return Emit(out record);
                EndLine(next);
                input = input[1..];
                continue;
            }

            _endsInCarriageReturn = false;
            if (_filled == 0)
            {
                _start = Position;
                if (_toAscii is null && input.Length >= Length
                    && !input[..Length].ContainsAnyExceptInRange((byte)' ', (byte)'~'))
                {
                    record = input[..Length];
                    input = input[Length..];
                    Position += Length;
                    Characters = Length;
                    ForeignColumn = -1;
                    IsExcess = false;
                    _followsRecord = true;
                    Place = new NachaPlace(_start, Length, _line, _start - _lineStart + 1, ++_records);
                    return true;
                }

                ForeignColumn = -1;
                _bytes = 0;
                _isWide = false;
            }

            input = input[Take(input)..];
            if (_filled == Length && _continuation == 0) return Emit(out record);
        }

        record = default;
        return false;
    }

    /// <summary>The record the input ended in.</summary>
    public bool TryFinish(out ReadOnlySpan<byte> record)
    {
        record = default;
        return _filled > 0 && Emit(out record);
    }

    // Printable ASCII in one go, anything else one byte at a time. UTF-8 continuation bytes belong to the character
    // before them; a byte that only looks like the start of such a character is one of its own.
    private int Take(ReadOnlySpan<byte> input)
    {
        if (_toAscii is null && _filled < Length)
        {
            int run = input.IndexOfAnyExceptInRange((byte)' ', (byte)'~');
            run = Math.Min(run < 0 ? input.Length : run, Length - _filled);
            if (run > 0)
            {
                input[..run].CopyTo(_record.AsSpan(_filled));
                for (int i = 0; i < run; i++) _characters[_filled + i] = _bytes + i;
                _continuation = 0;
                Advance(run, run);
                return run;
            }
        }

        byte next = input[0];
        if (_continuation > 0)
        {
            bool continues = next is >= 0x80 and < 0xC0;
            _continuation = continues ? _continuation - 1 : 0;
            if (continues)
            {
                _isWide = true;
                Advance(1, 0);
                return 1;
            }

            if (_filled == Length) return 0;
        }

        byte ascii = _toAscii is null ? next : _toAscii[next];
        if (ascii is < (byte)' ' or > (byte)'~')
        {
            if (ForeignColumn < 0) ForeignColumn = _filled;
            if (_toAscii is null) _continuation = ContinuationsOf(next);
            ascii = (byte)'?';
        }

        _record[_filled] = ascii;
        _characters[_filled] = _bytes;
        Advance(1, 1);
        return 1;
    }

    // UTF-8, RFC 3629: how many bytes follow the first one of a character.
    private static int ContinuationsOf(byte first) => first switch
    {
        >= 0xC2 and < 0xE0 => 1,
        >= 0xE0 and < 0xF0 => 2,
        >= 0xF0 and < 0xF5 => 3,
        _ => 0,
    };

    private void Advance(int bytes, int characters)
    {
        _bytes += bytes;
        _filled += characters;
        Position += bytes;
    }

    private bool Emit(out ReadOnlySpan<byte> record)
    {
        _record.AsSpan(_filled).Fill((byte)' ');
        _characters.AsSpan(_filled).Fill(_bytes);
        Characters = _filled;
        IsExcess = _followsRecord && _filled < Length;
        Place = new NachaPlace(_start, _bytes, _line, _start - _lineStart + 1, ++_records)
        {
            Characters = _isWide ? [.. _characters] : null, // findings about an entry come after the next record
        };
        _followsRecord = true;
        _filled = 0;
        _continuation = 0;
        record = _record;
        return true;
    }

    // In EBCDIC, NL and LF are characters of their own; files that came by way of a PC have ASCII's.
    private bool IsLineEnd(byte next) =>
        next is (byte)'\r' or (byte)'\n' || (_toAscii is not null && next is 0x15 or 0x25);

    private void EndLine(byte next)
    {
        Position++;
        bool isPair = _endsInCarriageReturn && next != '\r';
        _endsInCarriageReturn = next == '\r';
        _lineStart = Position;
        _followsRecord = false;
        if (!isPair) _line++;
    }
}
