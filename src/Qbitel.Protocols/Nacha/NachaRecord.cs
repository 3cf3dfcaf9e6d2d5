using System.Text;
using Qbitel.Protocols.Nacha.Rules;

namespace Qbitel.Protocols.Nacha;

/// <summary>One record of an ACH file, its fields read when asked for.</summary>
public sealed class NachaRecord
{
    private readonly ReadOnlyMemory<byte> _text;

    internal NachaRecord(ReadOnlyMemory<byte> text, NachaLayout layout, long offset, int index)
    {
        _text = text;
        Layout = layout;
        Offset = offset;
        Index = index;
    }

    /// <summary>What kind of record it is, such as <c>batchHeader</c> or <c>addenda99</c>.</summary>
    public string Kind => Layout.Name;

    /// <summary>Bytes before it in the input.</summary>
    public long Offset { get; }

    /// <summary>The names of its fields, in their order.</summary>
    public IEnumerable<string> FieldNames => Layout.Fields.Select(each => each.Name);

    /// <summary>The 94 characters in ASCII, whatever the input is written in.</summary>
    public ReadOnlySpan<byte> Text => _text.Span;

    internal NachaLayout Layout { get; }

    internal int Index { get; }

    /// <summary>The value of a field without the blanks around it; null where this record does not have it.</summary>
    public string? this[string field] =>
        Layout.Find(field) is { } found ? Encoding.ASCII.GetString(found.Of(Text)).Trim() : null;

    /// <summary>Every field with its value, with what is personal masked.</summary>
    public override string ToString()
    {
        StringBuilder text = new(Layout.Title);
        foreach (NachaField field in Layout.Fields)
        {
            if (field.Start == 0 || field.IsBlank(Text)) continue;
            text.Append(", ").Append(field.Title).Append(": ")
                .Append(field.Redaction.Mask(field.Of(Text).Trim((byte)' ')));
        }

        return text.ToString();
    }

    internal long Number(string field) =>
        Layout.Find(field) is { } found ? NachaNumber.Read(found.Of(Text)) : -1;

    internal DateOnly? Date(string field) =>
        Layout.Find(field) is { } found && NachaNumber.TryReadDate(found.Of(Text), out DateOnly date) ? date : null;
}
