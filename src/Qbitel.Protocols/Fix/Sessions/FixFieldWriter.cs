using System.Buffers.Text;
using System.Text;
using Qbitel.Protocols.Fix.Tables;

namespace Qbitel.Protocols.Fix.Sessions;

/// <summary>Writes the fields of a body one after the other into a buffer that is used again.</summary>
/// <remarks>Not safe for use by several threads at once. Clearing keeps the buffer, so a writer that has grown no
/// longer allocates.</remarks>
public sealed class FixFieldWriter
{
    private byte[] _buffer = new byte[512];
    private int _length;

    /// <summary>The fields so far; valid until the next change.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public FixFieldWriter Clear()
    {
        _length = 0;
        return this;
    }

    /// <summary>Adds a field.</summary>
    /// <exception cref="ArgumentException">The value is empty or holds SOH, or the tag belongs to the frame.
    /// </exception>
    public FixFieldWriter Set(int tag, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value.Contains(FixReader.Soh))
            throw new ArgumentException("a value is not empty and holds no SOH", nameof(value));
        Write(tag, value);
        return this;
    }

    /// <summary>Adds a field; its text is written as Latin-1.</summary>
    /// <exception cref="ArgumentException">The value is empty, or holds SOH or what is not Latin-1.</exception>
    public FixFieldWriter Set(int tag, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        if (value.AsSpan().ContainsAnyExceptInRange('\u0002', '\u00FF'))
            throw new ArgumentException("a value holds no SOH and only Latin-1", nameof(value));

        Span<byte> bytes = value.Length <= 256 ? stackalloc byte[value.Length] : new byte[value.Length];
        Encoding.Latin1.GetBytes(value, bytes);
        Write(tag, bytes);
        return this;
    }

    public FixFieldWriter Set(int tag, long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out int size);
        Write(tag, digits[..size]);
        return this;
    }

    public FixFieldWriter Set(int tag, decimal value)
    {
        Span<byte> digits = stackalloc byte[31];
        Utf8Formatter.TryFormat(value, digits, out int size);
        Write(tag, digits[..size]);
        return this;
    }

    /// <summary>Adds a UTC time with milliseconds.</summary>
    public FixFieldWriter Set(int tag, DateTimeOffset value)
    {
        Span<byte> text = stackalloc byte[FixTimestamp.Length];
        FixTimestamp.Write(value, text);
        Write(tag, text);
        return this;
    }

    /// <summary>Adds a data field and, before it, its length; the bytes may be any.</summary>
    /// <param name="lengthTag">The length field, such as 95 for RawData (96).</param>
    /// <param name="data">At least one byte.</param>
    public FixFieldWriter SetData(int lengthTag, ReadOnlySpan<byte> data)
    {
        int dataTag = FixDataFields.DataTagOf(lengthTag);
        if (dataTag == 0) throw new ArgumentException($"{lengthTag} does not announce a data field", nameof(lengthTag));
        if (data.IsEmpty) throw new ArgumentException("data is not empty", nameof(data));

        Set(lengthTag, data.Length);
        Write(dataTag, data);
        return this;
    }

    /// <summary>Adds fields that are written already, each with its SOH.</summary>
    internal FixFieldWriter Append(ReadOnlySpan<byte> fields)
    {
        fields.CopyTo(Take(fields.Length));
        return this;
    }

    private void Write(int tag, ReadOnlySpan<byte> value)
    {
        if (tag is <= 0 or > 9_999_999 or 8 or 9 or 10)
            throw new ArgumentException($"{tag} is not a tag a caller may set", nameof(tag));

        Span<byte> digits = stackalloc byte[8];
        Utf8Formatter.TryFormat(tag, digits, out int size);
        Span<byte> field = Take(size + 1 + value.Length + 1);
        digits[..size].CopyTo(field);
        field[size] = (byte)'=';
        value.CopyTo(field[(size + 1)..]);
        field[^1] = FixReader.Soh;
    }

    private Span<byte> Take(int size)
    {
        if (_buffer.Length - _length < size)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + size));
        Span<byte> taken = _buffer.AsSpan(_length, size);
        _length += size;
        return taken;
    }
}
