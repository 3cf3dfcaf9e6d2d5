namespace Qbitel.Protocols.Nacha.Rules;

/// <summary>A record being made: blanks and zeros at first, then fields set by name, each where and as it
/// belongs.</summary>
internal sealed class NachaDraft
{
    private readonly byte[] _record = new byte[NachaLayout.RecordLength];

    public NachaDraft(NachaLayout layout, char type)
    {
        Layout = layout;
        _record.AsSpan().Fill((byte)' ');
        foreach (NachaField field in layout.Fields)
        {
            if (field.IsNumber) _record.AsSpan(field.Start, field.Length).Fill((byte)'0');
        }

        _record[0] = (byte)type;
    }

    public NachaDraft(NachaLayout layout, ReadOnlySpan<byte> record)
    {
        Layout = layout;
        record.CopyTo(_record);
    }

    public NachaLayout Layout { get; }

    public ReadOnlySpan<byte> Record => _record;

    /// <exception cref="ArgumentException">The layout has no such field.</exception>
    /// <exception cref="MessageFormatException">The value does not fit the field.</exception>
    public NachaDraft Set(string name, ReadOnlySpan<char> value)
    {
        NachaField field = Layout.Find(name)
            ?? throw new ArgumentException($"{Layout.Title} has no field {name}", nameof(name));
        bool isNumber = field.IsNumber || (field.Kind == NachaKind.OptionalDigits && !value.IsWhiteSpace());
        if (isNumber && (value.IsEmpty || !Ascii.IsDigits(value))) throw Refuse(field, value, "digits");
        if (value.ContainsAnyExceptInRange(' ', '~')) throw Refuse(field, value, "characters from space to ~");
        if (value.Length > field.Length) throw Refuse(field, value, $"at most {field.Length} characters");

        Span<byte> target = _record.AsSpan(field.Start, field.Length);
        target.Fill(isNumber ? (byte)'0' : (byte)' ');
        Span<byte> place = isNumber ? target[^value.Length..] : target[..value.Length];
        for (int i = 0; i < value.Length; i++) place[i] = (byte)value[i];
        return this;
    }

    public NachaDraft Set(string name, Int128 value) =>
        Set(name, value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public NachaDraft Set(string name, DateOnly date) =>
        Set(name, date.ToString("yyMMdd", System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Takes over every field that the other record has too, except the record's type.</summary>
    public NachaDraft CopyFrom(NachaLayout layout, ReadOnlySpan<byte> record)
    {
        foreach (NachaField field in Layout.Fields)
        {
            if (layout.Find(field.Name) is { } same && same.Start == field.Start && same.Length == field.Length)
            {
                same.Of(record).CopyTo(_record.AsSpan(field.Start));
            }
        }

        return this;
    }

    private static MessageFormatException Refuse(NachaField field, ReadOnlySpan<char> value, string expected) =>
        new(new ParseError(new Diagnostic("Nacha.FieldFormat", Severity.Error, "the value does not fit its field")
        {
            Field = field.Name,
            Tag = field.Positions,
            Expected = expected,
            Actual = field.Redaction.Mask(value),
        }));
}
