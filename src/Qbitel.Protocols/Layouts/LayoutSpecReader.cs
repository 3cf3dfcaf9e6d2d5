using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Qbitel.Protocols.Layouts;

/// <summary>Reads the specification file of a layout; whatever it holds, the layout that comes out can be
/// parsed with, or there is an error that says where it is wrong.</summary>
internal static class LayoutSpecReader
{
    private const int MaxFieldSize = 1 << 20;

    public static bool TryRead(string text, [NotNullWhen(true)] out Layout? layout,
        [NotNullWhen(false)] out string? error)
    {
        layout = null;
        if (text.Length > LayoutSpec.MaxSize)
        {
            error = $"the file is longer than {LayoutSpec.MaxSize} characters";
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 64 });
            layout = Read(document.RootElement);
            error = null;
            return true;
        }
        catch (JsonException fault)
        {
            error = $"line {(fault.LineNumber ?? 0) + 1}: not JSON";
        }
        catch (FormatException fault)
        {
            error = fault.Message;
        }

        layout = null;
        return false;
    }

    /// <exception cref="FormatException">It is no layout, and where.</exception>
    public static Layout Read(JsonElement root)
    {
        Kind(root, JsonValueKind.Object, "$");
        if (Text(root, "format", "$") != LayoutSpec.Format || Text(root, "version", "$") != LayoutSpec.Version)
            throw new FormatException($"$: expected format {LayoutSpec.Format}, version {LayoutSpec.Version}");

        LayoutKey? key = null;
        if (root.TryGetProperty("key", out JsonElement place))
        {
            Kind(place, JsonValueKind.Object, "$.key");
            key = new LayoutKey(Number(place, "offset", "$.key", 0, 65_535), Number(place, "length", "$.key", 1, 16));
        }

        List<LayoutType> types = [];
        int parts = 0;
        foreach ((JsonElement element, string path) in Elements(root, "types", "$"))
        {
            string? value = key is null || !element.TryGetProperty("key", out _) ? null : Text(element, "key", path);
            if (value is not null && Hex(value, path + ".key").Length != key!.Length)
                throw new FormatException($"{path}.key: expected {key.Length} bytes in hex");

            LayoutType type = new(Text(element, "name", path), value?.ToLowerInvariant(),
                Parts(element, "parts", path, 0, [], ref parts));
            if (types.Exists(t => t.Name == type.Name)) throw new FormatException($"{path}.name: is there twice");
            types.Add(type);
            if (types.Count > Layout.MaxTypes) throw new FormatException($"{path}: too many types");
        }

        return new Layout(Text(root, "name", "$"), key, types);
    }

    private static List<LayoutPart> Parts(JsonElement element, string member, string path, int depth,
        IReadOnlyList<LayoutPart> around, ref int total)
    {
        if (depth >= Layout.MaxDepth) throw new FormatException($"{path}: nested more than {Layout.MaxDepth} deep");
        List<LayoutPart> parts = [];
        foreach ((JsonElement part, string at) in Elements(element, member, path))
        {
            if (++total > Layout.MaxParts) throw new FormatException($"{at}: too many parts");
            LayoutPart read = part.TryGetProperty("chain", out _)
                ? Chain(part, at, depth, [.. around, .. parts], ref total)
                : part.TryGetProperty("group", out _) ? Group(part, at, depth, [.. around, .. parts], ref total)
                : Field(part, at);
            if (around.Concat(parts).Any(p => p.Name == read.Name))
                throw new FormatException($"{at}: the name {read.Name} is taken");
            parts.Add(read);
        }

        LayoutCheck.Require(parts, around, path);
        return parts;
    }

    private static LayoutField Field(JsonElement part, string path)
    {
        FieldSize size = part.TryGetProperty("size", out _) ? new FixedSize(Number(part, "size", path, 1, MaxFieldSize))
            : part.TryGetProperty("sizeBy", out _) ? new SizeBy(Text(part, "sizeBy", path))
            : part.TryGetProperty("until", out _)
                ? new SizeUntil(NotEmpty(Hex(Text(part, "until", path), path + ".until"), path))
            : part.TryGetProperty("padding", out JsonElement padding) ? Padding(padding, path + ".padding")
            : part.TryGetProperty("rest", out JsonElement rest) && rest.ValueKind == JsonValueKind.True ? new SizeRest()
            : throw new FormatException($"{path}: expected size, sizeBy, until, padding or rest");
        FieldRule? rule = null;
        if (part.TryGetProperty("constant", out _))
        {
            rule = new ConstantRule(Hex(Text(part, "constant", path), path + ".constant"));
        }
        else if (part.TryGetProperty("fill", out _))
        {
            byte[] fill = Hex(Text(part, "fill", path), path + ".fill");
            rule = fill.Length == 1
                ? new FillRule(fill[0])
                : throw new FormatException($"{path}.fill: expected one byte");
        }
        else if (part.TryGetProperty("length", out JsonElement length))
        {
            Kind(length, JsonValueKind.Object, path + ".length");
            rule = new LengthRule(Text(length, "of", path + ".length"), Number(length, "unit", path + ".length", 1, 64),
                Number(length, "addend", path + ".length", -65_536, 65_536));
        }
        else if (part.TryGetProperty("count", out JsonElement count))
        {
            Kind(count, JsonValueKind.Object, path + ".count");
            rule = new CountRule(Text(count, "of", path + ".count"),
                Number(count, "addend", path + ".count", -65_536, 65_536));
        }
        else if (part.TryGetProperty("checksum", out JsonElement sum))
        {
            Kind(sum, JsonValueKind.Object, path + ".checksum");
            rule = new ChecksumRule(Text(sum, "algorithm", path + ".checksum"), Text(sum, "from", path + ".checksum"),
                Text(sum, "to", path + ".checksum"));
        }

        double confidence = Confidence(part, path);
        return new LayoutField(Name(Text(part, "field", path), path), Text(part, "type", path), size)
        {
            Semantic = Text(part, "semantic", path),
            Confidence = confidence,
            Evidence = part.TryGetProperty("evidence", out _) ? Text(part, "evidence", path) : "",
            Rule = rule,
        };
    }

    private static LayoutChain Chain(JsonElement part, string path, int depth, IReadOnlyList<LayoutPart> around,
        ref int total)
    {
        ChainEnd end = part.TryGetProperty("countBy", out _) ? new EndByCount(Text(part, "countBy", path))
            : part.TryGetProperty("sizeBy", out _) ? new EndByLength(Text(part, "sizeBy", path))
            : part.TryGetProperty("mark", out _)
                ? new EndByMark(NotEmpty(Hex(Text(part, "mark", path), path + ".mark"), path)) : new EndOfRegion();
        double confidence = Confidence(part, path);
        return new LayoutChain(Name(Text(part, "chain", path), path), end,
            Parts(part, "item", path, depth + 1, around, ref total))
        {
            Confidence = confidence,
            Evidence = part.TryGetProperty("evidence", out _) ? Text(part, "evidence", path) : "",
            Delimiter = part.TryGetProperty("delimiter", out _)
                ? NotEmpty(Hex(Text(part, "delimiter", path), path + ".delimiter"), path) : default,
            IsTerminated = part.TryGetProperty("terminated", out JsonElement t) && t.ValueKind == JsonValueKind.True,
        };
    }

    private static LayoutGroup Group(JsonElement part, string path, int depth, IReadOnlyList<LayoutPart> around,
        ref int total)
    {
        FieldSize? size = part.TryGetProperty("sizeBy", out _) ? new SizeBy(Text(part, "sizeBy", path))
            : part.TryGetProperty("rest", out JsonElement rest) && rest.ValueKind == JsonValueKind.True
                ? new SizeRest() : null;
        GroupChoice? choice = !part.TryGetProperty("choice", out _) ? null : new GroupChoice(Text(part, "choice", path),
            part.TryGetProperty("mask", out _) ? Hex(Text(part, "mask", path), path + ".mask") : default);
        List<GroupCase> cases = [];
        foreach ((JsonElement element, string at) in Elements(part, "cases", path))
        {
            cases.Add(new GroupCase(Name(Text(element, "name", at), at),
                element.TryGetProperty("value", out _)
                    ? Hex(Text(element, "value", at), at + ".value")
                    : (ReadOnlyMemory<byte>?)null,
                Parts(element, "parts", at, depth + 1, around, ref total)));
            if (cases.Count > Layout.MaxParts) throw new FormatException($"{at}: too many cases");
        }

        return new LayoutGroup(Name(Text(part, "group", path), path), size, choice, cases)
        {
            Confidence = Confidence(part, path),
            Evidence = part.TryGetProperty("evidence", out _) ? Text(part, "evidence", path) : "",
        };
    }

    private static SizeToMultiple Padding(JsonElement padding, string path)
    {
        Kind(padding, JsonValueKind.Object, path);
        return new SizeToMultiple(Number(padding, "unit", path, 2, 64), Text(padding, "of", path));
    }

    private static double Confidence(JsonElement part, string path)
    {
        double confidence = part.TryGetProperty("confidence", out JsonElement c) && c.ValueKind == JsonValueKind.Number
            && c.TryGetDouble(out double said) ? said : 0;
        return confidence is >= 0 and <= 1
            ? confidence
            : throw new FormatException($"{path}.confidence: expected 0 to 1");
    }

    private static IEnumerable<(JsonElement Element, string Path)> Elements(JsonElement element, string member,
        string path)
    {
        if (!element.TryGetProperty(member, out JsonElement array))
            throw new FormatException($"{path}: expected {member}");

        Kind(array, JsonValueKind.Array, $"{path}.{member}");
        int index = 0;
        foreach (JsonElement each in array.EnumerateArray())
        {
            string at = $"{path}.{member}[{index++}]";
            Kind(each, JsonValueKind.Object, at);
            yield return (each, at);
        }
    }

    private static void Kind(JsonElement element, JsonValueKind kind, string path)
    {
        if (element.ValueKind != kind) throw new FormatException($"{path}: expected {kind}, found {element.ValueKind}");
    }

    private static string Text(JsonElement element, string member, string path) =>
        element.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.String
            && Strings.TryGet(value, out string text)
                ? text : throw new FormatException($"{path}: expected {member}, a text");

    private static int Number(JsonElement element, string member, string path, int min, int max) =>
        element.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt32(out int number) && number >= min && number <= max
            ? number : throw new FormatException($"{path}: expected {member}, a number from {min} to {max}");

    private static byte[] Hex(string text, string path)
    {
        if (text.Length % 2 != 0 || !text.All(char.IsAsciiHexDigit)) throw new FormatException($"{path}: expected hex");
        return Convert.FromHexString(text);
    }

    private static byte[] NotEmpty(byte[] bytes, string path) =>
        bytes.Length > 0 ? bytes : throw new FormatException($"{path}: expected a delimiter");

    private static string Name(string name, string path) =>
        Layout.IsName(name) ? name : throw new FormatException($"{path}: expected a name of small letters and digits");

    private static class Strings
    {
        // A lone surrogate is JSON but no text.
        public static bool TryGet(JsonElement value, out string text)
        {
            try
            {
                text = value.GetString()!;
                return true;
            }
            catch (InvalidOperationException)
            {
                text = "";
                return false;
            }
        }
    }
}
