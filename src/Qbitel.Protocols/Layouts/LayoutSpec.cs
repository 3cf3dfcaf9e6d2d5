using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Qbitel.Protocols.Layouts;

/// <summary>A layout as a file that says all of it, for people and for programs: what is written can be read
/// back.</summary>
public static class LayoutSpec
{
    /// <summary>Characters of a file that is read, at most.</summary>
    public const int MaxSize = 16 * 1024 * 1024;

    public const string Format = "qbitel-layout", Version = "1";

    /// <summary>Reads what <see cref="Write(Layout)"/> wrote, or anybody: the layout can be parsed with, or the error
    /// says where it is wrong.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out Layout? layout,
        [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        return LayoutSpecReader.TryRead(text, out layout, out error);
    }

    public static string Write(Layout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream,
            new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.Default }))
        {
            Write(writer, layout);
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    public static void Write(Utf8JsonWriter writer, Layout layout)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(layout);
        writer.WriteStartObject();
        writer.WriteString("format", Format);
        writer.WriteString("version", Version);
        writer.WriteString("name", layout.Name);
        if (layout.Key is { } key)
        {
            writer.WriteStartObject("key");
            writer.WriteNumber("offset", key.Offset);
            writer.WriteNumber("length", key.Length);
            writer.WriteEndObject();
        }

        writer.WriteStartArray("types");
        foreach (LayoutType type in layout.Types)
        {
            writer.WriteStartObject();
            writer.WriteString("name", type.Name);
            if (type.Key is not null) writer.WriteString("key", type.Key);
            Parts(writer, "parts", type.Parts);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Parts(Utf8JsonWriter writer, string name, IReadOnlyList<LayoutPart> parts)
    {
        writer.WriteStartArray(name);
        foreach (LayoutPart part in parts)
        {
            writer.WriteStartObject();
            if (part is LayoutField field) Field(writer, field);
            else if (part is LayoutChain chain) Chain(writer, chain);
            else Group(writer, (LayoutGroup)part);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Field(Utf8JsonWriter writer, LayoutField field)
    {
        writer.WriteString("field", field.Name);
        writer.WriteString("type", field.Type);
        writer.WriteString("semantic", field.Semantic);
        writer.WriteNumber("confidence", Math.Round(field.Confidence, 4));
        if (field.Evidence.Length > 0) writer.WriteString("evidence", field.Evidence);
        switch (field.Size)
        {
            case FixedSize size:
                writer.WriteNumber("size", size.Bytes);
                break;
            case SizeBy by:
                writer.WriteString("sizeBy", by.Field);
                break;
            case SizeUntil until:
                writer.WriteString("until", Convert.ToHexStringLower(until.Delimiter.Span));
                break;
            case SizeToMultiple pad:
                writer.WriteStartObject("padding");
                writer.WriteNumber("unit", pad.Unit);
                writer.WriteString("of", pad.Of);
                writer.WriteEndObject();
                break;
            default:
                writer.WriteBoolean("rest", true);
                break;
        }

        switch (field.Rule)
        {
            case ConstantRule constant:
                writer.WriteString("constant", Convert.ToHexStringLower(constant.Value.Span));
                break;
            case FillRule fill:
                writer.WriteString("fill", fill.Value.ToString("x2", CultureInfo.InvariantCulture));
                break;
            case LengthRule length:
                writer.WriteStartObject("length");
                writer.WriteString("of", length.Of);
                writer.WriteNumber("unit", length.Unit);
                writer.WriteNumber("addend", length.Addend);
                writer.WriteEndObject();
                break;
            case CountRule count:
                writer.WriteStartObject("count");
                writer.WriteString("of", count.Of);
                writer.WriteNumber("addend", count.Addend);
                writer.WriteEndObject();
                break;
            case ChecksumRule sum:
                writer.WriteStartObject("checksum");
                writer.WriteString("algorithm", sum.Algorithm);
                writer.WriteString("from", sum.From);
                writer.WriteString("to", sum.To);
                writer.WriteEndObject();
                break;
            default:
                break;
        }
    }

    private static void Chain(Utf8JsonWriter writer, LayoutChain chain)
    {
        writer.WriteString("chain", chain.Name);
        writer.WriteNumber("confidence", Math.Round(chain.Confidence, 4));
        if (chain.Evidence.Length > 0) writer.WriteString("evidence", chain.Evidence);
        if (chain.End is EndByCount count) writer.WriteString("countBy", count.Field);
        if (chain.End is EndByLength length) writer.WriteString("sizeBy", length.Field);
        if (chain.End is EndByMark mark) writer.WriteString("mark", Convert.ToHexStringLower(mark.Mark.Span));
        if (chain.Delimiter.Length > 0)
        {
            writer.WriteString("delimiter", Convert.ToHexStringLower(chain.Delimiter.Span));
            writer.WriteBoolean("terminated", chain.IsTerminated);
        }

        Parts(writer, "item", chain.Item);
    }

    private static void Group(Utf8JsonWriter writer, LayoutGroup group)
    {
        writer.WriteString("group", group.Name);
        writer.WriteNumber("confidence", Math.Round(group.Confidence, 4));
        if (group.Evidence.Length > 0) writer.WriteString("evidence", group.Evidence);
        if (group.Size is SizeBy by) writer.WriteString("sizeBy", by.Field);
        if (group.Size is SizeRest) writer.WriteBoolean("rest", true);
        if (group.Choice is { } choice)
        {
            writer.WriteString("choice", choice.Field);
            if (choice.Mask.Length > 0) writer.WriteString("mask", Convert.ToHexStringLower(choice.Mask.Span));
        }

        writer.WriteStartArray("cases");
        foreach (GroupCase each in group.Cases)
        {
            writer.WriteStartObject();
            writer.WriteString("name", each.Name);
            if (each.Value is { } value) writer.WriteString("value", Convert.ToHexStringLower(value.Span));
            Parts(writer, "parts", each.Parts);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
