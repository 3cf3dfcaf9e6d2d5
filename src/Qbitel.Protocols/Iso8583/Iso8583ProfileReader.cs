using System.Globalization;
using System.Text.Json;
using Qbitel.Protocols.Iso8583.Coding;
using Qbitel.Protocols.Iso8583.Specs;
using Qbitel.Protocols.Iso8583.Subfields;

namespace Qbitel.Protocols.Iso8583;

/// <summary>Reads a profile from JSON and collects everything that is wrong with it.</summary>
internal sealed class Iso8583ProfileReader
{
    private static readonly string[] Members =
    [
        "$schema", "name", "version", "description", "source", "extends", "length", "header", "mti", "bitmap",
        "tertiaryBitmap", "numbers", "text", "bytes", "padding", "prefix", "unit", "sign", "fields", "remove",
        "mandatory", "echo",
    ];

    private static readonly string[] FieldMembers =
    [
        "number", "name", "type", "length", "coding", "padding", "prefix", "unit", "form", "redaction", "subfields",
    ];

    private readonly DiagnosticList _found = new();

    public Iso8583Profile? Read(ReadOnlySpan<byte> json)
    {
        SpecNode root;
        try
        {
            root = SpecNode.Read(json);
        }
        catch (InvalidOperationException)
        {
            // The reader says so of names and texts that are no UTF-8.
            _found.Add(new Diagnostic("Iso8583.Profile", Severity.Error, "the profile holds text that is no UTF-8")
            {
                Line = 1,
                Column = 1,
                Path = "/",
                Expected = "JSON in UTF-8",
            });
            return null;
        }
        catch (JsonException problem)
        {
            _found.Add(new Diagnostic("Iso8583.Profile", Severity.Error, "the profile is no JSON")
            {
                Line = (int)((problem.LineNumber ?? 0) + 1),
                Column = (int)((problem.BytePositionInLine ?? 0) + 1),
                Path = "/",
                Expected = "a JSON object",
            });
            return null;
        }

        if (root.Kind != JsonTokenType.StartObject)
        {
            Wrong(root, "the profile is no object", "a JSON object with name, version and fields");
            return null;
        }

        CheckMembers(root, Members);
        Iso8583Profile? basis = Basis(root);
        string name = Required(root, "name") ?? "";
        string version = root.Find("version") is null && basis is not null ? basis.Version
            : Required(root, "version") ?? "";
        if (root.Find("version") is { Text: not null } stated && version is not ("1987" or "1993" or "2003"))
            Wrong(stated, "there is no such version", "1987, 1993 or 2003");

        Iso8583FieldRule?[] fields = basis?.CopyFields() ?? new Iso8583FieldRule?[Iso8583Profile.MostFields + 1];
        foreach (SpecNode removed in List(root, "remove"))
        {
            if (removed.Number is { } number and >= 2 and <= Iso8583Profile.MostFields) fields[number] = null;
            else Wrong(removed, "this is no number of a field", "2 to 192");
        }

        if (basis is null && root.Find("fields") is null) Wrong(root, "the member fields is missing", "an array");
        ReadFields(root, fields);
        Dictionary<string, int[]> mandatory = new(StringComparer.Ordinal);
        if (basis is not null && root.Find("mandatory") is null)
            foreach ((string type, int[] numbers) in basis.AllMandatory) mandatory[type] = numbers;
        ReadMandatory(root, fields, mandatory);

        Iso8583Encoding encoding = ReadEncoding(root, basis?.Encoding ?? default);
        return new Iso8583Profile(name, version, fields, mandatory)
        {
            Description = root.Find("description")?.Text ?? basis?.Description ?? "",
            Encoding = encoding,
            StatesHeader = root.Find("length") is { Text: not "any" } || (root.Find("length") is null
                && (basis?.StatesHeader ?? false)),
            StatesBitmap = root.Find("bitmap") is { Text: not "any" } || (root.Find("bitmap") is null
                && (basis?.StatesBitmap ?? false)),
            Echoed = root.Find("echo") is null ? basis?.Echoed ?? Iso8583Validation.StandardEcho
                : [.. List(root, "echo").Select(each => FieldNumber(each, fields)).Where(each => each > 0)],
        };
    }

    /// <summary>What is wrong, with the line and column of each.</summary>
    public IReadOnlyList<Diagnostic> Findings(ReadOnlySpan<byte> json)
    {
        LineCounter lines = new();
        List<Diagnostic> located = [];
        foreach (Diagnostic finding in _found.Found.OrderBy(finding => finding.Offset ?? -1))
        {
            if (finding.Offset is not { } offset)
            {
                located.Add(finding);
                continue;
            }

            TextPosition position = lines.Of(json, (int)offset);
            located.Add(finding with { Line = position.Line, Column = position.Column });
        }

        return located;
    }

    private Iso8583Profile? Basis(SpecNode root)
    {
        if (root.Find("extends") is not { } node) return null;
        if (node.Text is { } name && Iso8583Profile.ShippedNames.Contains(name, StringComparer.Ordinal))
            return Iso8583Profile.Shipped(name);
        Wrong(node, "there is no such profile to extend", string.Join(", ", Iso8583Profile.ShippedNames));
        return null;
    }

    private void ReadFields(SpecNode root, Iso8583FieldRule?[] fields)
    {
        HashSet<int> seen = [];
        foreach (SpecNode node in List(root, "fields"))
        {
            if (node.Kind != JsonTokenType.StartObject)
            {
                Wrong(node, "a field is an object", "an object with number, name, type and length");
                continue;
            }

            CheckMembers(node, FieldMembers);
            int number = node.Find("number")?.Number ?? 0;
            if (number is < 2 or > Iso8583Profile.MostFields or 65)
            {
                Wrong(node.Find("number") ?? node, "this is no number of a field", "2 to 192 without 65");
                number = 0;
            }
            else if (!seen.Add(number))
            {
                Wrong(node.Find("number")!, "the field is there already", "every number once");
            }

            if (ReadField(node, number) is { } rule && number > 0) fields[number] = rule;
        }
    }

    private Iso8583FieldRule? ReadField(SpecNode node, int number)
    {
        string? name = Required(node, "name"), typeName = Required(node, "type");
        Iso8583Type? type = typeName is null ? null : FieldCharacters.TypeOf(typeName);
        if (typeName is not null && type is null)
            Wrong(node.Find("type")!, "there is no such type", string.Join(", ", FieldCharacters.Names));
        (int prefixDigits, int length) = ReadLength(node);
        Redaction redaction = Choice(node, "redaction",
            [.. Enum.GetValues<Redaction>().Select(each => (each.ToString(), each))]) ?? Redaction.None;
        string? form = node.Find("form")?.Text;
        bool isForm = form is not null && Iso8583Forms.Names.Contains(form, StringComparer.Ordinal);
        if (node.Find("form") is { } stated && !isForm)
            Wrong(stated, "there is no such form", string.Join(", ", Iso8583Forms.Names));
        SubfieldLayout? subfields = node.Find("subfields") is { } parts
            ? new SubfieldLayoutReader(Wrong).Read(parts) : null;
        if (type is not { } known || name is null || length == 0) return null;

        Iso8583FieldRule rule = new(number, name, known, prefixDigits, length, form, redaction)
        {
            Padding = Choice(node, "padding", Iso8583EncodingWords.Paddings),
            Prefix = Choice(node, "prefix", Iso8583EncodingWords.Prefixes),
            Unit = Choice(node, "unit", Iso8583EncodingWords.Units),
            Subfields = subfields,
        };
        if (node.Find("coding") is null) return rule;
        return known switch
        {
            Iso8583Type.Numeric or Iso8583Type.Track => rule with
            {
                Numbers = Choice(node, "coding", Iso8583EncodingWords.Digits),
            },
            Iso8583Type.SignedNumeric => rule with { Numbers = Choice(node, "coding", Iso8583EncodingWords.Digits) },
            Iso8583Type.Binary => rule with { Bytes = Choice(node, "coding", Iso8583EncodingWords.Binaries) },
            _ => rule with { Text = Choice(node, "coding", Iso8583EncodingWords.Texts) },
        };
    }

    private (int PrefixDigits, int Length) ReadLength(SpecNode node)
    {
        SpecNode? stated = node.Find("length");
        string text = stated?.Text ?? stated?.Number?.ToString(CultureInfo.InvariantCulture) ?? "";
        string digits = text.TrimStart('.');
        int dots = text.Length - digits.Length;
        if (dots <= 6 && digits.Length is > 0 and <= 6
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int length) && length > 0)
        {
            if (dots == 0 || digits.Length <= dots) return (dots, length);
            Wrong(stated!, "the length has fewer dots than its greatest value has digits", "a dot for every digit");
            return (0, 0);
        }

        Wrong(stated ?? node, "this is no length", "digits, with as many dots before them as the length is sent in");
        return (0, 0);
    }

    private void ReadMandatory(SpecNode root, Iso8583FieldRule?[] fields, Dictionary<string, int[]> mandatory)
    {
        foreach (SpecNode row in List(root, "mandatory"))
        {
            CheckMembers(row, ["types", "fields"]);
            int[] numbers = [.. List(row, "fields").Select(each => FieldNumber(each, fields)).Where(each => each > 0)];
            foreach (string type in (Required(row, "types") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (Mti.TryParse(type, out _)) mandatory[type] = numbers;
                else Wrong(row.Find("types")!, $"{type} is no message type", "four digits, with spaces between types");
            }
        }
    }

    private Iso8583Encoding ReadEncoding(SpecNode root, Iso8583Encoding basis) => new(
        Choice(root, "length", [.. Iso8583EncodingWords.Headers, ("any", Iso8583Header.None)]) ?? basis.Header,
        Choice(root, "bitmap", [.. Iso8583EncodingWords.Bitmaps, ("any", Iso8583Bitmap.Hex)]) ?? basis.Bitmap)
    {
        Routing = Choice(root, "header", Iso8583EncodingWords.Routings) ?? basis.Routing,
        Mti = Choice(root, "mti", Iso8583EncodingWords.Digits) ?? basis.Mti,
        Numbers = Choice(root, "numbers", Iso8583EncodingWords.Digits) ?? basis.Numbers,
        Text = Choice(root, "text", Iso8583EncodingWords.Texts) ?? basis.Text,
        Bytes = Choice(root, "bytes", Iso8583EncodingWords.Binaries) ?? basis.Bytes,
        Padding = Choice(root, "padding", Iso8583EncodingWords.Paddings) ?? basis.Padding,
        Prefix = Choice(root, "prefix", Iso8583EncodingWords.Prefixes) ?? basis.Prefix,
        Unit = Choice(root, "unit", Iso8583EncodingWords.Units) ?? basis.Unit,
        IsSignCounted = Choice(root, "sign", Iso8583EncodingWords.Signs) ?? basis.IsSignCounted,
        IsThirdBitmapInField = Choice(root, "tertiaryBitmap", Iso8583EncodingWords.ThirdBitmaps)
            ?? basis.IsThirdBitmapInField,
    };

    private T? Choice<T>(SpecNode node, string member, (string Name, T Value)[] names)
        where T : struct
    {
        if (node.Find(member) is not { } stated) return null;
        foreach ((string name, T value) in names) if (name == stated.Text) return value;
        Wrong(stated, "there is no such choice", string.Join(", ", names.Select(each => each.Name)));
        return null;
    }

    private int FieldNumber(SpecNode node, Iso8583FieldRule?[] fields)
    {
        if (node.Number is { } number and >= 2 and <= Iso8583Profile.MostFields && fields[number] is not null)
            return number;
        Wrong(node, "the profile has no field of this number", "the number of a field of the profile");
        return 0;
    }

    private string? Required(SpecNode node, string member)
    {
        SpecNode? stated = node.Find(member);
        if (stated?.Text is { Length: > 0 } text) return text;
        Wrong(stated ?? node, $"the member {member} is missing or no text", "text");
        return null;
    }

    private List<SpecNode> List(SpecNode node, string member)
    {
        if (node.Find(member) is not { } stated) return [];
        if (stated.Kind != JsonTokenType.StartArray) Wrong(stated, $"{member} is no array", "an array");
        return stated.Items;
    }

    private void CheckMembers(SpecNode node, IReadOnlyList<string> known)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach ((string name, SpecNode value) in node.Members)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
                Wrong(value, $"there is no member {name}", string.Join(", ", known));
            else if (!seen.Add(name)) Wrong(value, $"the member {name} is there already", "every member once");
        }
    }

    private void Wrong(SpecNode node, string message, string expected) =>
        _found.Add(new Diagnostic("Iso8583.Profile", Severity.Error, message)
        {
            Offset = node.Offset,
            Path = node.Path.Length == 0 ? "/" : node.Path,
            Field = node.Path.Length == 0 ? null : node.Path[(node.Path.LastIndexOf('/') + 1)..],
            Expected = expected,
            Actual = node.Text is { } text ? Redaction.None.Mask(text)
                : node.Number?.ToString(CultureInfo.InvariantCulture),
        });
}
