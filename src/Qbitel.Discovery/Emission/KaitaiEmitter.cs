using System.Globalization;
using System.Text;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Emission;

/// <summary>A description for Kaitai Struct; check values and counts of bytes are not verified by its
/// parsers.</summary>
internal sealed class KaitaiEmitter(Layout layout)
{
    private readonly StringBuilder _types = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <returns>False where the language cannot say it, and why.</returns>
    public static bool TryEmit(Layout layout, out string text, out string reason)
    {
        (text, reason) = ("", "");
        if (layout.Key is null && layout.Types.Count > 1)
            reason = "no key tells the types apart, and a Kaitai parser cannot try one after the other";
        else if (layout.Key is { Length: not (1 or 2 or 4) })
            reason = "the type key is not 1, 2 or 4 bytes long";
        else if (layout.Types.SelectMany(t => All(t.Parts)).Any(IsLongDelimited))
            reason = "a delimiter of several bytes";
        else if (layout.Types.SelectMany(t => All(t.Parts)).OfType<LayoutGroup>().Any(g => g.Choice?.Mask.Length > 0))
            reason = "a part that single bits choose";
        else if (layout.Types.Any(t => IsChosenByText(t.Parts)))
            reason = "a part that a text chooses";
        else if (Inner(layout).Any(p => p is LayoutField { Size: SizeToMultiple { Of: Layout.Start } }))
            reason = "padding inside a part that goes by the beginning of the message";

        if (reason.Length > 0) return false;
        text = new KaitaiEmitter(layout).Emit();
        return true;
    }

    private static IEnumerable<LayoutPart> Inner(Layout layout) =>
        layout.Types.SelectMany(t => t.Parts.Where(p => p is not LayoutField).SelectMany(p => All([p])));

    private static bool IsChosenByText(IReadOnlyList<LayoutPart> parts) => parts.Any(part => part switch
    {
        LayoutChain chain => IsChosenByText(chain.Item),
        LayoutGroup group => parts.Any(p => p is LayoutField f && f.Name == group.Choice?.Field && IsText(f.Type))
            || group.Cases.Any(c => IsChosenByText(c.Parts)),
        _ => false,
    });

    private static bool IsLongDelimited(LayoutPart part) =>
        part is LayoutField { Size: SizeUntil { Delimiter.Length: > 1 } } or LayoutChain { Delimiter.Length: > 1 }
            or LayoutChain { End: EndByMark { Mark.Length: > 1 } };

    private static IEnumerable<LayoutPart> All(IEnumerable<LayoutPart> parts) =>
        parts.SelectMany(p => p switch
        {
            LayoutChain chain => All(chain.Item).Prepend(p),
            LayoutGroup group => All(group.Cases.SelectMany(c => c.Parts)).Prepend(p),
            _ => [p],
        });

    private string Emit()
    {
        StringBuilder text = new();
        text.Append("meta:\n  id: ").Append(Identifier.Snake(layout.Name, "protocol")).Append("\n  endian: be\n");
        List<string> names = [.. layout.Types.Select(t => Name("t_" + Identifier.Snake(t.Name, "message")))];
        text.Append("seq:\n  - id: message\n    size-eos: true\n    type:");
        if (layout.Key is { } key)
        {
            text.Append("\n      switch-on: type_key\n      cases:\n");
            for (int i = 0; i < names.Count; i++)
            {
                text.Append(layout.Types[i].Key is { } value ? $"        0x{value}: " : "        _: ")
                    .Append(names[i]).Append('\n');
            }

            text.Append(CultureInfo.InvariantCulture,
                $"instances:\n  type_key:\n    pos: {key.Offset}\n    type: u{key.Length}\n");
        }
        else
        {
            text.Append(' ').Append(names[0]).Append('\n');
        }

        text.Append("types:\n");
        for (int i = 0; i < names.Count; i++) Type(names[i], layout.Types[i].Parts);
        return text.Append(_types).ToString();
    }

    private string Name(string asked)
    {
        string name = asked;
        for (int n = 2; !_names.Add(name); n++) name = $"{asked}_{n.ToString(CultureInfo.InvariantCulture)}";
        return name;
    }

    private void Type(string name, IReadOnlyList<LayoutPart> parts)
    {
        List<(string Name, IReadOnlyList<LayoutPart> Parts)> nested = [];
        StringBuilder text = new();
        text.Append("  ").Append(name).Append(":\n    seq:\n");
        for (int i = 0; i < parts.Count; i++)
        {
            text.Append("      - id: ").Append(parts[i].Name).Append('\n');
            int tail = LayoutParser.MinSize(parts, i + 1);
            if (parts[i] is LayoutField field) Field(text, field, parts, tail);
            else if (parts[i] is LayoutGroup group) nested.AddRange(Group(text, group, parts, tail, name));
            else nested.Add(Chain(text, (LayoutChain)parts[i], parts, tail, name));
        }

        _types.Append(text);
        foreach ((string item, IReadOnlyList<LayoutPart> inner) in nested) Type(item, inner);
    }

    private static void Field(StringBuilder text, LayoutField field, IReadOnlyList<LayoutPart> parts, int tail)
    {
        if (field.Evidence.Length > 0)
        {
            text.Append("        doc: ").Append(Identifier.Literal(Identifier.Prose(field.Evidence))).Append('\n');
        }

        if (field.Rule is ConstantRule constant)
        {
            text.Append("        contents: [")
                .AppendJoin(", ", constant.Value.ToArray().Select(b => $"0x{b:x2}")).Append("]\n");
            return;
        }

        string? number = field.Type switch
        {
            "uint8" => "u1",
            "uint16be" => "u2be",
            "uint16le" => "u2le",
            "uint32be" => "u4be",
            "uint32le" => "u4le",
            "uint64be" => "u8be",
            "uint64le" => "u8le",
            _ => null,
        };
        if (number is not null)
        {
            text.Append("        type: ").Append(number).Append('\n');
            return;
        }

        if (IsText(field.Type)) text.Append("        type: str\n        encoding: ISO-8859-1\n");
        text.Append("        ").Append(field.Size switch
        {
            FixedSize size => $"size: {size.Bytes.ToString(CultureInfo.InvariantCulture)}",
            SizeBy by => $"size: {Measured(parts, by.Field)}",
            SizeToMultiple pad => $"size: {Padding(pad, parts)}",
            SizeUntil until => $"terminator: 0x{until.Delimiter.Span[0]:x2}",
            _ => tail == 0 ? "size-eos: true"
                : $"size: _io.size - _io.pos - {tail.ToString(CultureInfo.InvariantCulture)}",
        }).Append('\n');
    }

    // What fills up is counted from the bytes of the part before, or from where the reading is.
    private static string Padding(SizeToMultiple pad, IReadOnlyList<LayoutPart> parts)
    {
        string unit = pad.Unit.ToString(CultureInfo.InvariantCulture);
        string of = pad.Of == Layout.Start ? "_io.pos" : parts.First(p => p.Name == pad.Of) switch
        {
            LayoutField { Size: SizeBy by } => $"({Measured(parts, by.Field)})",
            LayoutGroup { Size: SizeBy by } => $"({Measured(parts, by.Field)})",
            LayoutField { Size: FixedSize size } => size.Bytes.ToString(CultureInfo.InvariantCulture),
            _ => $"{pad.Of}.size",
        };
        return $"({unit} - {of} % {unit}) % {unit}";
    }

    private List<(string, IReadOnlyList<LayoutPart>)> Group(StringBuilder text, LayoutGroup group,
        IReadOnlyList<LayoutPart> parts, int tail, string around)
    {
        List<(string, IReadOnlyList<LayoutPart>)> cases =
            [.. group.Cases.Select(c => (Name($"{around}_{group.Name}_{c.Name}"), c.Parts))];
        text.Append("        type:");
        if (group.Choice is { } choice)
        {
            text.Append("\n          switch-on: ").Append(Bytes((LayoutField)parts.First(p => p.Name == choice.Field)))
                .Append("\n          cases:\n");
            for (int i = 0; i < cases.Count; i++)
            {
                text.Append(group.Cases[i].Value is { } value
                        ? $"            0x{Convert.ToHexStringLower(value.Span)}: " : "            _: ")
                    .Append(cases[i].Item1).Append('\n');
            }
        }
        else
        {
            text.Append(' ').Append(cases[0].Item1).Append('\n');
        }

        if (group.Size is not null)
        {
            text.Append("        size: ").Append(group.Size is SizeBy by ? Measured(parts, by.Field)
                : $"_io.size - _io.pos - {tail.ToString(CultureInfo.InvariantCulture)}").Append('\n');
        }

        return cases;
    }

    // The bytes of a field as one number, the first the highest.
    private static string Bytes(LayoutField field)
    {
        int size = ((FixedSize)field.Size).Bytes;
        return field.Rule is ConstantRule ? Polynomial(size, 256, i => $"{field.Name}[{i}]") : field.Type switch
        {
            "uint8" or "uint16be" or "uint32be" => field.Name,
            "uint16le" => $"((({field.Name} & 0xff) << 8) | ({field.Name} >> 8))",
            "uint32le" => $"((({field.Name} & 0xff) * 0x1000000) + ((({field.Name} >> 8) & 0xff) * 0x10000)"
                + $" + ((({field.Name} >> 16) & 0xff) * 0x100) + (({field.Name} >> 24) & 0xff))",
            _ => Polynomial(size, 256, i => $"{field.Name}[{i}]"),
        };
    }

    private (string, IReadOnlyList<LayoutPart>) Chain(StringBuilder text, LayoutChain chain,
        IReadOnlyList<LayoutPart> parts, int tail, string around)
    {
        string item = Name($"{around}_{chain.Name}");
        if (chain.End is EndByCount count)
        {
            text.Append("        type: ").Append(item).Append("\n        repeat: expr\n        repeat-expr: ")
                .Append(Measured(parts, count.Field)).Append('\n');
            return (item, chain.Item);
        }

        if (chain.End is EndByMark mark)
        {
            // Either the mark or an item, as the next byte says.
            string either = Name($"{item}_or_mark"), byteOf = $"0x{mark.Mark.Span[0]:x2}";
            text.Append("        type: ").Append(either)
                .Append("\n        repeat: until\n        repeat-until: _.ahead == ").Append(byteOf).Append('\n');
            _types.Append(CultureInfo.InvariantCulture,
                    $"  {either}:\n    instances:\n      ahead:\n        pos: _io.pos\n        type: u1\n")
                .Append(CultureInfo.InvariantCulture,
                    $"    seq:\n      - id: end_mark\n        size: 1\n        if: ahead == {byteOf}\n")
                .Append(CultureInfo.InvariantCulture,
                    $"      - id: item\n        type: {item}\n        if: ahead != {byteOf}\n");
            return (item, chain.Item);
        }

        if (chain.End is EndByLength || tail > 0)
        {
            // A stretch of its own, in which the items go to the end.
            string list = Name($"{item}_list");
            text.Append("        type: ").Append(list).Append("\n        size: ")
                .Append(chain.End is EndByLength by ? Measured(parts, by.Field)
                    : $"_io.size - _io.pos - {tail.ToString(CultureInfo.InvariantCulture)}").Append('\n');
            _types.Append("  ").Append(list).Append(":\n    seq:\n      - id: items\n");
            Items(_types, chain, item);
        }
        else
        {
            Items(text, chain, item);
        }

        return (item, chain.Item);
    }

    private static void Items(StringBuilder text, LayoutChain chain, string item)
    {
        text.Append("        type: ").Append(item).Append("\n        repeat: eos\n");
        if (chain.Delimiter.Length == 0) return;
        text.Append(CultureInfo.InvariantCulture, $"        terminator: 0x{chain.Delimiter.Span[0]:x2}\n");
        if (!chain.IsTerminated) text.Append("        eos-error: false\n");
    }

    private static string Measured(IReadOnlyList<LayoutPart> parts, string name)
    {
        var field = (LayoutField)parts.First(p => p.Name == name);
        (int unit, int addend) = field.Rule is LengthRule length ? (length.Unit, length.Addend)
            : (1, ((CountRule)field.Rule!).Addend);
        int size = ((FixedSize)field.Size).Bytes;
        string value = field.Type switch
        {
            "digits" => $"{name}.to_i",
            "hex-digits" => $"{name}.to_i(16)",
            "bcd" => Polynomial(size, 100, i => $"({name}[{i}] >> 4) * 10 + ({name}[{i}] & 15)"),
            "ebcdic-digits" => Polynomial(size, 10, i => $"{name}[{i}] - 0xf0"),
            "uint24be" => Polynomial(size, 256, i => $"{name}[{i}]"),
            "uint24le" => Polynomial(size, 256, i => $"{name}[{2 - i}]"),
            _ => name,
        };
        string shifted = addend == 0 ? value : $"({value} - ({addend.ToString(CultureInfo.InvariantCulture)}))";
        return unit == 1 ? shifted : $"({shifted}) * {unit.ToString(CultureInfo.InvariantCulture)}";
    }

    private static string Polynomial(int count, int radix, Func<int, string> digit) =>
        Enumerable.Range(1, count - 1).Aggregate($"({digit(0)})",
            (sum, i) => $"({sum} * {radix.ToString(CultureInfo.InvariantCulture)} + ({digit(i)}))");

    private static bool IsText(string type) => type is "ascii" or "digits" or "hex-digits";
}
