using System.Buffers;

namespace Qbitel.Protocols.Iso8583;

/// <summary>
/// Makes a message of one type: fields may be set in any order, the bitmaps and lengths are written for them.
/// </summary>
public sealed class Iso8583Builder(Mti mti, Iso8583Profile profile, Iso8583Encoding encoding)
{
    private readonly (byte[] Value, int Characters)?[] _fields =
        new (byte[] Value, int Characters)?[Iso8583Profile.MostFields + 1];

    private readonly Iso8583Plan _plan = profile.PlanFor(encoding);
    private byte[] _header = Iso8583Writer.UsualHeader(encoding.Routing).ToArray();

    /// <summary>A message of the general profile without a header, its bitmap in hexadecimal.</summary>
    /// <param name="mti">The message type.</param>
    public Iso8583Builder(Mti mti)
        : this(mti, Iso8583Profile.Ascii1987, default)
    {
    }

    /// <summary>A message as a profile writes it.</summary>
    public Iso8583Builder(Mti mti, Iso8583Profile profile)
        : this(mti, profile, profile is null ? throw new ArgumentNullException(nameof(profile)) : profile.Encoding)
    {
    }

    /// <summary>
    /// Sets a field. Numbers of fixed length are filled with zeros, text with spaces; binary is given in hexadecimal.
    /// </summary>
    /// <exception cref="MessageFormatException">The profile does not have the field, or the value does not fit
    /// it.</exception>
    public Iso8583Builder Set(int number, string value)
    {
        byte[] bytes = Iso8583Values.Encode(profile, _plan, number, value, out int characters);
        _fields[number] = (bytes, characters);
        return this;
    }

    /// <summary>Sets a field to bytes as they are sent, as a chip card gives them.</summary>
    /// <exception cref="MessageFormatException">The profile does not have the field, or the value does not fit
    /// it.</exception>
    public Iso8583Builder Set(int number, ReadOnlySpan<byte> value)
    {
        int characters = Iso8583Values.Characters(profile, _plan, number, value);
        _fields[number] = (value.ToArray(), characters);
        return this;
    }

    /// <summary>Sets a field to what another message of the same encoding has there, as an answer repeats it; nothing
    /// where it does not have the field.</summary>
    public Iso8583Builder Repeat(Iso8583Message message, int number)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Find(number) is not { } slice) return this;
        if (message.Encoding != encoding || message.Profile != profile) return Set(number, message.Text(slice));
        _fields[number] = (message.ValueOf(slice).ToArray(), slice.Characters);
        return this;
    }

    /// <summary>Sets what stands between the length and the message type, such as the addresses of a TPDU.</summary>
    /// <exception cref="MessageFormatException">It is no header of the encoding.</exception>
    public Iso8583Builder SetHeader(ReadOnlySpan<byte> header)
    {
        byte[] whole = [.. new byte[encoding.LengthSize], .. header];
        if (!Iso8583Reader.TryFindMti(whole, encoding, out int at) || at != whole.Length)
        {
            throw Iso8583Values.Refuse(0, null, "Iso8583.Header", "this is no header of the encoding",
                encoding.Routing.ToString());
        }

        _header = header.ToArray();
        return this;
    }

    /// <summary>The finished message.</summary>
    /// <exception cref="MessageFormatException">
    /// A rule is broken and <paramref name="allowInvalid"/> does not let it pass, or the message does not fit its
    /// header.
    /// </exception>
    public Iso8583Message Build(bool allowInvalid = false)
    {
        int most = 64 + _header.Length;
        foreach ((byte[] Value, int Characters)? field in _fields) most += field is { } set ? set.Value.Length + 6 : 0;
        byte[] rented = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            Iso8583Writer writer = new(rented, profile, encoding, mti, _header);
            for (int number = 2; number < _fields.Length; number++)
            {
                if (_fields[number] is { } field) writer.AddRaw(number, field.Value, field.Characters);
            }

            int size = writer.Complete();
            if (!Iso8583Message.TryRead(rented.AsSpan(0, size), profile, encoding, out Iso8583Message message,
                out ParseError? error))
            {
                throw new MessageFormatException(error!);
            }

            if (!allowInvalid && message.Validate().FirstError() is { } broken)
            {
                throw new MessageFormatException(new ParseError(broken));
            }

            return message;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    /// <summary>Zeroes what was set, for who is done with a card's number. Messages that were built stay.</summary>
    public void Erase()
    {
        foreach ((byte[] Value, int Characters)? field in _fields) Array.Clear(field?.Value ?? []);
    }

    internal Iso8583Builder SetRaw(int number, ReadOnlySpan<byte> value)
    {
        _fields[number] = (value.ToArray(), _plan.Shape(number).CharactersIn(value));
        return this;
    }
}
