using Qbitel.Protocols.Layouts;
using static Qbitel.Discovery.Emission.CodeParts;

namespace Qbitel.Discovery.Emission;

/// <summary>The method of a generated class that reads it and checks what it read.</summary>
internal sealed class CSharpReader(CodeText code, IReadOnlyList<LayoutPart> parts, IReadOnlyList<string> properties,
    IReadOnlyDictionary<object, string> items)
{
    public void Emit(string name)
    {
        code.Line("internal static bool Read(byte[] m, int start, int end, "
                + $"System.Collections.Generic.List<string> found, string path, out {name} value, out int c)")
            .Line("{").Line($"value = new {name}();").Line("c = start;").Line("ulong number = 0;").Line("_ = number;");
        for (int i = 0; i < parts.Count; i++)
        {
            string n = N(i), at = Identifier.Literal($" ({parts[i].Name})");
            code.Line($"int s{n} = c, n{n} = 0;");
            if (parts[i] is LayoutField field)
            {
                int after = 0;
                switch (field.Size)
                {
                    case FixedSize size:
                        code.Line($"n{n} = {N(size.Bytes)};");
                        break;
                    case SizeBy by:
                        Measure(by.Field, $"n{n}", at);
                        break;
                    case SizeToMultiple pad:
                        code.Line($"n{n} = {Padding(parts, pad, "c")};");
                        break;
                    case SizeUntil until:
                        after = until.Delimiter.Length;
                        code.Line($"n{n} = Wire.Find(m, c, end, {Array(until.Delimiter.Span)});");
                        Fail($"n{n} < 0", "Layout.Delimiter", "c", at);
                        break;
                    default:
                        int min = LayoutParser.MinSize(parts, i + 1);
                        code.Line($"n{n} = end - c - {N(min)};");
                        Fail($"n{n} < 0", "Layout.Incomplete", "c", at);
                        break;
                }

                Fail($"n{n} > end - c - {N(after)}", "Layout.Incomplete", "c", at);
                code.Line($"c += n{n} + {N(after)};");
                continue;
            }

            if (parts[i] is LayoutGroup group) ReadGroup(group, i, at);
            else ReadChain((LayoutChain)parts[i], i, at);
        }

        for (int i = 0; i < parts.Count; i++) Checks(i);
        for (int i = 0; i < parts.Count; i++)
        {
            if (parts[i] is not LayoutField { IsDerived: false } field) continue;
            string n = N(i);
            if (IsNumber(field))
            {
                code.Line($"Wire.TryNumber({Identifier.Literal(field.Type)}, m, s{n}, n{n}, out number);")
                    .Line($"value.{properties[i]} = number;");
            }
            else
            {
                code.Line($"value.{properties[i]} = Wire.{(field.Type == "ascii" ? "Text" : "Cut")}(m, s{n}, n{n});");
            }
        }

        code.Line("return true;").Line("}").Line();
    }

    private void ReadGroup(LayoutGroup group, int index, string at)
    {
        string n = N(index);
        code.Line($"int limit{n} = end - {N(LayoutParser.MinSize(parts, index + 1))};");
        if (group.Size is SizeBy by)
        {
            Measure(by.Field, $"n{n}", at);
            Fail($"n{n} > end - c", "Layout.Incomplete", "c", at);
            code.Line($"limit{n} = c + n{n};");
        }

        Fail($"limit{n} < c", "Layout.Incomplete", "c", at);
        int choosing = group.Choice is { } choice ? IndexOf(parts, choice.Field) : -1;
        bool isAll = false;
        for (int i = 0; i < group.Cases.Count && !isAll; i++)
        {
            GroupCase each = group.Cases[i];
            isAll = choosing < 0 || each.Value is null;
            string condition = isAll ? "true"
                : $"Wire.Chosen(m, s{N(choosing)}, n{N(choosing)}, {Array(group.Choice!.Mask.Span)}, "
                    + $"{Array(each.Value!.Value.Span)})";
            code.Line($"{(i == 0 ? "" : "else ")}if ({condition})").Line("{")
                .Line($"if (!{items[each]}.Read(m, c, limit{n}, found, path + {Identifier.Literal(group.Name + ".")}, "
                    + $"out {items[each]} each, out c)) return false;")
                .Line($"value.{properties[index]} = each;").Line("}");
        }

        if (!isAll)
        {
            code.Line("else").Line("{")
                .Line($"found.Add(\"Layout.UnknownCase at offset \" + s{N(choosing)} + \" \" + path + {at});")
                .Line("return false;").Line("}").Line();
        }

        code.Line($"n{n} = c - s{n};");
        if (group.Size is not null) Fail($"c != limit{n}", "Layout.Trailing", "c", at);
    }

    private void ReadChain(LayoutChain chain, int index, string at)
    {
        string n = N(index), property = properties[index], item = items[chain];
        code.Line($"int limit{n} = end - {N(LayoutParser.MinSize(parts, index + 1))};");
        if (chain.End is EndByLength by)
        {
            Measure(by.Field, $"n{n}", at);
            Fail($"n{n} > end - c", "Layout.Incomplete", "c", at);
            code.Line($"limit{n} = c + n{n};");
        }

        code.Line($"int count{n} = int.MaxValue;");
        if (chain.End is EndByCount count) Measure(count.Field, $"count{n}", at);
        Fail($"limit{n} < c", "Layout.Incomplete", "c", at);
        string more = chain.End is EndByCount or EndByMark ? "" : $" && (c < limit{n} || open{n})";
        code.Line($"bool open{n} = false;").Line($"while (value.{property}.Count < count{n}{more})").Line("{");
        if (chain.End is EndByMark mark)
        {
            string size = N(mark.Mark.Length);
            code.Line($"if (Wire.Starts(m, c, limit{n}, {Array(mark.Mark.Span)}))").Line("{")
                .Line($"c += {size};").Line("break;").Line("}").Line();
            Fail($"limit{n} - c < {size}", "Layout.Delimiter", "c", at);
        }

        code.Line($"int from = c, itemEnd = limit{n}, after = 0;");
        if (chain.Delimiter.Length > 0)
        {
            code.Line($"int delimiter = Wire.Find(m, c, limit{n}, {Array(chain.Delimiter.Span)});");
            if (chain.IsTerminated) Fail("delimiter < 0", "Layout.Delimiter", "c", at);
            code.Line("if (delimiter >= 0)").Line("{").Line("itemEnd = c + delimiter;")
                .Line($"after = {N(chain.Delimiter.Length)};").Line("}");
        }

        code.Line($"if (!{item}.Read(m, c, itemEnd, found, path + {Identifier.Literal(chain.Name + "[")} "
                + $"+ value.{property}.Count + \"].\", out {item} each, out c)) return false;")
            .Line($"value.{property}.Add(each);");
        if (chain.Delimiter.Length > 0) Fail("c != itemEnd", "Layout.Trailing", "c", at);
        else Fail("c == from", "Layout.Empty", "c", at);
        code.Line("c += after;").Line($"open{n} = {(chain.IsTerminated ? "false" : "after > 0")};").Line("}").Line()
            .Line($"n{n} = c - s{n};");
        if (chain.End is not (EndByCount or EndByMark)) Fail($"c != limit{n}", "Layout.Trailing", "c", at);
    }

    private void Measure(string name, string into, string at)
    {
        int index = IndexOf(parts, name);
        var field = (LayoutField)parts[index];
        (int unit, int addend) = field.Rule is LengthRule length ? (length.Unit, length.Addend)
            : (1, ((CountRule)field.Rule!).Addend);
        Fail($"!Wire.TryNumber({Identifier.Literal(field.Type)}, m, s{N(index)}, n{N(index)}, out number)",
            "Layout.Number", $"s{N(index)}", at);
        Fail($"number > long.MaxValue || (long)number - ({N(addend)}L) < 0 "
            + $"|| (long)number - ({N(addend)}L) > {N(int.MaxValue / 2 / unit)}",
            "Layout.Length", $"s{N(index)}", at);
        code.Line($"{into} = (int)((long)number - ({N(addend)}L)) * {N(unit)};");
    }

    private void Checks(int index)
    {
        if (parts[index] is not LayoutField { Rule: { } rule } field) return;
        string n = N(index), at = Identifier.Literal($" ({field.Name})");
        if (rule is ConstantRule constant)
        {
            Note($"!Wire.Same(m, s{n}, n{n}, {Array(constant.Value.Span)})", "Layout.Constant", $"s{n}", at);
            return;
        }

        if (rule is FillRule fill)
        {
            Note($"!Wire.Filled(m, s{n}, n{n}, 0x{fill.Value:X2})", "Layout.Fill", $"s{n}", at);
            return;
        }

        string number = $"!Wire.TryNumber({Identifier.Literal(field.Type)}, m, s{n}, n{n}, out number)";
        switch (rule)
        {
            case LengthRule length:
                string size = length.Of switch
                {
                    Layout.WholeMessage => "m.Length",
                    Layout.WhatFollows => $"(end - s{n} - n{n})",
                    _ => "n" + N(IndexOf(parts, length.Of)),
                };
                Note($"{number} || {size} % {N(length.Unit)} != 0 "
                    + $"|| (long)number != ((long){size} / {N(length.Unit)}) + ({N(length.Addend)}L)",
                    "Layout.Length", $"s{n}", at);
                break;
            case CountRule count:
                string property = properties[IndexOf(parts, count.Of)];
                Note($"{number} || (long)number != value.{property}.Count + ({N(count.Addend)}L)", "Layout.Count",
                    $"s{n}", at);
                break;
            case ChecksumRule sum:
                (string from, string to) = Stretch(parts, sum, index, "m.Length");
                Note($"{number} || number != {Sum(sum, "m", from, to, $"s{n}", $"s{n} + n{n}")}", "Layout.Checksum",
                    $"s{n}", at);
                break;
            default:
                throw new InvalidOperationException($"There is no check of {rule}.");
        }
    }

    private void Fail(string condition, string finding, string offset, string at) => code
        .Line($"if ({condition})").Line("{")
        .Line($"found.Add(\"{finding} at offset \" + {offset} + \" \" + path + {at});")
        .Line("return false;").Line("}");

    private void Note(string condition, string finding, string offset, string at) => code
        .Line($"if ({condition}) found.Add(\"{finding} at offset \" + {offset} + \" \" + path + {at});");
}
