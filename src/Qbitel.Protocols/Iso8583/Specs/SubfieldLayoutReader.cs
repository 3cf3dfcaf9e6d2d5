using System.Globalization;
using System.Text.Json;
using Qbitel.Protocols.Iso8583.Coding;
using Qbitel.Protocols.Iso8583.Subfields;

namespace Qbitel.Protocols.Iso8583.Specs;

/// <summary>Reads how a field is divided from a profile.</summary>
/// <param name="wrong">Takes what is wrong: where, a sentence, what was expected.</param>
internal sealed class SubfieldLayoutReader(Action<SpecNode, string, string> wrong)
{
    private static readonly string[] Kinds =
        ["positional", "bitmap", "tlv", "ber", "emv", "datasets", "length-value"];

    private static readonly string[] Members =
        ["kind", "optional", "tag", "length", "prefix", "bitmap", "bytes", "items"];

    public SubfieldLayout? Read(SpecNode node)
    {
        if (node.Kind != JsonTokenType.StartObject)
        {
            wrong(node, "subfields are an object", "an object with kind and items");
            return null;
        }

        foreach ((string name, SpecNode value) in node.Members)
        {
            if (!Members.Contains(name, StringComparer.Ordinal))
                wrong(value, $"there is no member {name}", string.Join(", ", Members));
        }

        string? kindName = node.Find("kind")?.Text;
        int kindIndex = Array.IndexOf(Kinds, kindName);
        if (kindIndex < 0) wrong(node.Find("kind") ?? node, "there is no such kind", string.Join(", ", Kinds));
        SubfieldKind kind = kindIndex switch
        {
            0 => SubfieldKind.Positional,
            1 => SubfieldKind.Bitmap,
            2 => SubfieldKind.Tlv,
            5 => SubfieldKind.Datasets,
            6 => SubfieldKind.LengthValue,
            _ => SubfieldKind.Ber,
        };
        string prefixName = node.Find("prefix")?.Text ?? "ascii";
        PrefixCoding prefix = prefixName switch
        {
            "bcd" => PrefixCoding.Bcd,
            "binary" => PrefixCoding.Binary,
            _ => PrefixCoding.Ascii,
        };
        if (prefixName is not ("ascii" or "bcd" or "binary"))
            wrong(node.Find("prefix")!, "there is no such choice", "ascii, bcd, binary");

        bool isHex = node.Find("bitmap")?.Text == "hex";
        if (node.Find("bitmap") is { Text: not ("hex" or "binary") } form)
            wrong(form, "there is no such choice", "hex, binary");
        return new SubfieldLayout(kind, Items(node, kind))
        {
            TagSize = kind == SubfieldKind.Tlv ? Size(node, "tag", 1, 4, 2) : 0,
            LengthSize = kind is SubfieldKind.Tlv or SubfieldKind.LengthValue ? Size(node, "length", 1, 4, 2) : 0,
            Prefix = prefix,
            BitmapSize = kind == SubfieldKind.Bitmap ? Size(node, "bytes", 1, 16, 8) : 0,
            IsBitmapHex = isHex,
            IsEmv = kindName == "emv",
            IsOptional = node.Find("optional")?.Kind == JsonTokenType.True,
        };
    }

    private List<SubfieldRule> Items(SpecNode node, SubfieldKind kind)
    {
        List<SubfieldRule> items = [];
        bool needsLength = kind is SubfieldKind.Positional or SubfieldKind.Bitmap;
        foreach (SpecNode item in node.Find("items")?.Items ?? [])
        {
            string place = (items.Count + 1).ToString(CultureInfo.InvariantCulture);
            SpecNode? stated = item.Find("tag");
            string tag = stated?.Text ?? stated?.Number?.ToString(CultureInfo.InvariantCulture) ?? place;
            if (stated is null && kind is SubfieldKind.Tlv or SubfieldKind.Bitmap)
                wrong(item, "the member tag is missing", "the tag, or the number in the bitmap");
            string? name = item.Find("name")?.Text;
            if (name is null) wrong(item.Find("name") ?? item, "the member name is missing or no text", "text");
            Iso8583Type? type = item.Find("type")?.Text is { } typeName ? FieldCharacters.TypeOf(typeName) : null;
            if (type is null && item.Find("type") is { } typeNode)
                wrong(typeNode, "there is no such type", string.Join(", ", FieldCharacters.Names));
            Redaction redaction = Redaction.None;
            if (item.Find("redaction") is { } redacted && !Enum.TryParse(redacted.Text, out redaction))
                wrong(redacted, "there is no such choice", string.Join(", ", Enum.GetNames<Redaction>()));

            SpecNode? lengthNode = item.Find("length");
            string length = lengthNode?.Text ?? lengthNode?.Number?.ToString(CultureInfo.InvariantCulture) ?? "";
            string digits = length.TrimStart('.');
            int most = 0, dots = length.Length - digits.Length;
            bool isLength = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out most)
                && most is > 0 and <= 9999 && dots <= 4;
            if (!isLength && (needsLength || lengthNode is not null))
                wrong(lengthNode ?? item, "this is no length", "digits, with dots before them where a length is sent");
            items.Add(new SubfieldRule(tag, name ?? "", type, dots, isLength ? most : 0, redaction));
        }

        return items;
    }

    private int Size(SpecNode node, string member, int least, int most, int otherwise)
    {
        if (node.Find(member) is not { } stated) return otherwise;
        if (stated.Number is { } number && number >= least && number <= most) return number;
        wrong(stated, "this is no size", $"{least} to {most}");
        return otherwise;
    }
}
