using System.Buffers;
using System.Globalization;
using System.Text;
using Qbitel.Protocols.Fix.Tables;

namespace Qbitel.Protocols.Fix;

/// <summary>
/// A message being written: fields go out in the order they are set, BodyLength and CheckSum come last.
/// </summary>
public sealed class FixDraft
{
    private readonly FixVersion _version;
    private readonly FixProfile _profile;
    private readonly ArrayBufferWriter<byte> _body = new();

    internal FixDraft(FixVersion version, FixProfile? profile = null)
    {
        _version = version;
        _profile = profile ?? FixProfile.Standard;
    }

    /// <summary>Adds a field; its text is written as Latin-1.</summary>
    /// <exception cref="ArgumentException">The value is empty, holds SOH or cannot be written, or the tag belongs to
    /// the frame.</exception>
    public FixDraft Set(int tag, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        if (tag is <= 0 or > 9_999_999 or 8 or 9 or 10)
        {
            throw new ArgumentException($"{tag} is not a tag a caller may set", nameof(tag));
        }

        if (value.AsSpan().ContainsAnyExceptInRange('\u0002', '\u00FF'))
        {
            throw new ArgumentException("a value holds no SOH and only Latin-1", nameof(value));
        }

        Write(tag, Encoding.Latin1.GetBytes(value));
        return this;
    }

    public FixDraft Set(int tag, decimal value) => Set(tag, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a UTC time with milliseconds.</summary>
    public FixDraft Set(int tag, DateTimeOffset value) =>
        Set(tag, value.UtcDateTime.ToString("yyyyMMdd-HH:mm:ss.fff", CultureInfo.InvariantCulture));

    /// <summary>Adds a data field and, before it, its length; the bytes may be any.</summary>
    /// <param name="lengthTag">The length field, such as 95 for RawData (96).</param>
    /// <param name="data">At least one byte.</param>
    public FixDraft SetData(int lengthTag, ReadOnlySpan<byte> data)
    {
        int dataTag = FixDataFields.DataTagOf(lengthTag);
        if (dataTag == 0) throw new ArgumentException($"{lengthTag} does not announce a data field", nameof(lengthTag));
        if (data.IsEmpty) throw new ArgumentException("data is not empty", nameof(data));

        Set(lengthTag, data.Length);
        Write(dataTag, data);
        return this;
    }

    /// <summary>The finished message, checked against the dictionary of its version.</summary>
    /// <exception cref="MessageFormatException">A rule is broken and <paramref name="allowInvalid"/> does not let it
    /// pass.</exception>
    public FixMessage Build(bool allowInvalid = false)
    {
        FixMessage message = FixMessage.Parse(FixMessage.Frame(_version, _body.WrittenSpan));
        if (!allowInvalid && message.Validate(_profile).FirstError() is { } first)
        {
            throw new MessageFormatException(new ParseError(first));
        }

        return message;
    }

    private void Write(int tag, ReadOnlySpan<byte> value)
    {
        _body.Write(Encoding.ASCII.GetBytes(tag.ToString(CultureInfo.InvariantCulture)));
        _body.Write("="u8);
        _body.Write(value);
        _body.Write([FixReader.Soh]);
    }
}
