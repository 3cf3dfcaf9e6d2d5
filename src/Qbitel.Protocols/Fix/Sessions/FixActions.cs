using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Fix.Sessions;

/// <summary>What a session wants done, in order, with the bytes it is about; cleared and used again.</summary>
public sealed class FixActions
{
    private const int TrailerLength = 7;

    private readonly List<FixAction> _actions = [];
    private byte[] _buffer = new byte[4096];
    private int _length;

    public int Count => _actions.Count;

    public FixAction this[int index] => _actions[index];

    /// <summary>The bytes of an action; valid until the next call of the session or of <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Bytes(FixAction action) => _buffer.AsSpan(action.Offset, action.Length);

    public void Clear()
    {
        _actions.Clear();
        _length = 0;
    }

    internal void Add(FixAction action) => _actions.Add(action);

    internal void Note(string text) => Add(new FixAction(FixActionKind.Note, Text: text));

    /// <summary>Adds an action with a copy of its bytes.</summary>
    internal void Add(FixAction action, ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        Add(action with { Offset = _length, Length = bytes.Length });
        _length += bytes.Length;
    }

    /// <summary>Adds an action whose bytes are a message of three parts, with fields 8, 9 and 10 around them.</summary>
    internal void AddFramed(FixAction action, ReadOnlySpan<byte> begin, ReadOnlySpan<byte> header,
        ReadOnlySpan<byte> moreHeader, ReadOnlySpan<byte> body)
    {
        int size = header.Length + moreHeader.Length + body.Length;
        Reserve(begin.Length + 12 + size + TrailerLength);
        Span<byte> into = _buffer.AsSpan(_length);
        begin.CopyTo(into); // 8=…, SOH
        int at = begin.Length;
        into[at++] = (byte)'9';
        into[at++] = (byte)'=';
        Utf8Formatter.TryFormat(size, into[at..], out int digits);
        at += digits;
        into[at++] = FixReader.Soh;
        header.CopyTo(into[at..]);
        moreHeader.CopyTo(into[(at + header.Length)..]);
        body.CopyTo(into[(at + header.Length + moreHeader.Length)..]);
        at += size;
        byte sum = FixFrame.CheckSum(into[..at]);
        Span<byte> trailer = into[at..];
        "10="u8.CopyTo(trailer);
        trailer[3] = (byte)('0' + (sum / 100));
        trailer[4] = (byte)('0' + (sum / 10 % 10));
        trailer[5] = (byte)('0' + (sum % 10));
        trailer[6] = FixReader.Soh;
        Add(action with { Offset = _length, Length = at + TrailerLength });
        _length += at + TrailerLength;
    }

    internal Span<FixAction> All => CollectionsMarshal.AsSpan(_actions);

    private void Reserve(int size)
    {
        if (_buffer.Length - _length < size)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + size));
    }
}
