using Qbitel.Protocols.Layouts;
using static Qbitel.Discovery.Emission.CodeParts;

namespace Qbitel.Discovery.Emission;

/// <summary>The methods of a generated class that write it, as bytes and as JSON, and take it from JSON.</summary>
internal sealed class CSharpWriter(CodeText code, IReadOnlyList<LayoutPart> parts, IReadOnlyList<string> properties,
    IReadOnlyDictionary<object, string> items, bool isOverride)
{
    public void Emit()
    {
        code.Line($"internal {(isOverride ? "override " : "")}void Write("
                + "System.Collections.Generic.List<byte> output, Wire.Later later)")
            .Line("{");
        for (int i = 0; i < parts.Count; i++)
        {
            string n = N(i), property = properties[i];
            code.Line($"int s{n} = output.Count;");
            if (parts[i] is LayoutChain chain)
            {
                code.Line($"for (int i = 0; i < {property}.Count; i++)").Line("{")
                    .Line($"{property}[i].Write(output, later);");
                if (chain.Delimiter.Length > 0)
                {
                    string add = $"output.AddRange({Array(chain.Delimiter.Span)});";
                    code.Line(chain.IsTerminated ? add : $"if (i + 1 < {property}.Count) {add}");
                }

                code.Line("}").Line();
                if (chain.End is EndByMark mark) code.Line($"output.AddRange({Array(mark.Mark.Span)});");
                code.Line($"int n{n} = output.Count - s{n};");
                continue;
            }

            if (parts[i] is LayoutGroup)
            {
                code.Line($"Wire.Given({property}, {Identifier.Literal(parts[i].Name)}).Write(output, later);")
                    .Line($"int n{n} = output.Count - s{n};");
                continue;
            }

            var field = (LayoutField)parts[i];
            int size = (field.Size as FixedSize)?.Bytes ?? 0;
            if (field.Rule is ConstantRule constant)
            {
                code.Line($"output.AddRange({Array(constant.Value.Span)});");
            }
            else if (field is { Rule: FillRule fill, IsDerived: true })
            {
                string count = field.Size is SizeToMultiple pad ? Padding(parts, pad, "output.Count") : N(size);
                code.Line($"Wire.Fill(output, 0x{fill.Value:X2}, {count});");
            }
            else if (field.IsDerived)
            {
                code.Line($"output.AddRange(new byte[{N(size)}]);");
            }
            else if (IsNumber(field))
            {
                code.Line($"byte[] b{n} = new byte[{N(size)}];")
                    .Line($"Wire.PutNumber({Identifier.Literal(field.Type)}, {property}, b{n}, 0, {N(size)});")
                    .Line($"output.AddRange(b{n});");
            }
            else
            {
                code.Line($"byte[] b{n} = {(field.Type == "ascii" ? $"Wire.Bytes({property})" : property)};");
                if (size > 0)
                {
                    code.Line($"Wire.Require(b{n}.Length == {N(size)}, "
                        + $"{Identifier.Literal($"{field.Name} has {size} bytes.")});");
                }

                code.Line($"output.AddRange(b{n});");
            }

            code.Line($"int n{n} = output.Count - s{n};");
            if (field.Size is SizeUntil until) code.Line($"output.AddRange({Array(until.Delimiter.Span)});");
        }

        code.Line("int end = output.Count;").Line("_ = end;");
        for (int i = 0; i < parts.Count; i++) Derive(i);
        code.Line("}").Line();
    }

    private void Derive(int index)
    {
        if (parts[index] is not LayoutField { Rule: { } rule } field || rule is ConstantRule or FillRule) return;
        string n = N(index), type = Identifier.Literal(field.Type), width = N(((FixedSize)field.Size).Bytes);
        switch (rule)
        {
            case LengthRule length:
                string size = length.Of switch
                {
                    Layout.WholeMessage => "bytes.Length",
                    Layout.WhatFollows => $"(end - s{n} - n{n})",
                    _ => "n" + N(IndexOf(parts, length.Of)),
                };
                code.Line($"later.Lengths.Add(bytes => Wire.PutNumber({type}, "
                    + $"checked((ulong)(({size} / {N(length.Unit)}) + ({N(length.Addend)}L))), "
                    + $"bytes, s{n}, {width}));");
                break;
            case CountRule count:
                code.Line($"later.Lengths.Add(bytes => Wire.PutNumber({type}, "
                    + $"checked((ulong)({properties[IndexOf(parts, count.Of)]}.Count + ({N(count.Addend)}L))), "
                    + $"bytes, s{n}, {width}));");
                break;
            default:
                (string from, string to) = Stretch(parts, (ChecksumRule)rule, index, "bytes.Length");
                code.Line($"later.Sums.Add(bytes => Wire.PutNumber({type}, "
                    + $"{Sum((ChecksumRule)rule, "bytes", from, to, $"s{n}", $"s{n} + n{n}")}, "
                    + $"bytes, s{n}, {width}));");
                break;
        }
    }

    public void Json()
    {
        string over = isOverride ? "override " : "";
        code.Line($"internal {over}void ToJson(System.Text.Json.Nodes.JsonObject json)").Line("{");
        for (int i = 0; i < parts.Count; i++)
        {
            if (parts[i] is LayoutField { IsDerived: true }) continue;
            string name = Identifier.Literal(parts[i].Name), property = properties[i];
            if (parts[i] is LayoutChain)
            {
                code.Line($"var a{N(i)} = new System.Text.Json.Nodes.JsonArray();")
                    .Line($"foreach (var each in {property})").Line("{")
                    .Line("var item = new System.Text.Json.Nodes.JsonObject();").Line("each.ToJson(item);")
                    .Line($"a{N(i)}.Add((System.Text.Json.Nodes.JsonNode)item);").Line("}").Line()
                    .Line($"json[{name}] = a{N(i)};");
            }
            else if (parts[i] is LayoutGroup)
            {
                code.Line($"var g{N(i)} = Wire.Given({property}, {name});")
                    .Line($"var o{N(i)} = new System.Text.Json.Nodes.JsonObject {{ [\"$case\"] = g{N(i)}.Case }};")
                    .Line($"g{N(i)}.ToJson(o{N(i)});").Line($"json[{name}] = o{N(i)};");
            }
            else
            {
                code.Line($"json[{name}] = {Shown((LayoutField)parts[i], property)};");
            }
        }

        code.Line("}").Line().Line($"internal {over}void FromJson(System.Text.Json.Nodes.JsonObject json)").Line("{");
        for (int i = 0; i < parts.Count; i++)
        {
            if (parts[i] is LayoutField { IsDerived: true }) continue;
            string name = Identifier.Literal(parts[i].Name), property = properties[i];
            code.Line($"var j{N(i)} = json[{name}] "
                + $"?? throw new System.ArgumentException({Identifier.Literal($"{parts[i].Name} is required.")});");
            if (parts[i] is LayoutChain)
            {
                code.Line($"foreach (var node in j{N(i)}.AsArray())").Line("{")
                    .Line($"var item = new {items[parts[i]]}();")
                    .Line("item.FromJson(node!.AsObject());").Line($"{property}.Add(item);").Line("}");
            }
            else if (parts[i] is LayoutGroup group)
            {
                code.Line($"{property} = (string?)j{N(i)}[\"$case\"] switch").Line("{");
                foreach (GroupCase each in group.Cases)
                    code.Line($"{Identifier.Literal(each.Name)} => new {items[each]}(),");

                code.Line("_ => throw new System.ArgumentException("
                        + $"{Identifier.Literal($"{parts[i].Name} has no such case.")}),").Line("};")
                    .Line($"{property}.FromJson(j{N(i)}.AsObject());");
            }
            else
            {
                var field = (LayoutField)parts[i];
                code.Line(IsNumber(field) ? $"{property} = j{N(i)}.GetValue<ulong>();"
                    : field.Type == "ascii" ? $"{property} = j{N(i)}.GetValue<string>();"
                    : IsShown(field)
                    ? $"{property} = Wire.Hidden({Identifier.Literal(field.Type)}, j{N(i)}.GetValue<string>());"
                    : $"{property} = System.Convert.FromHexString(j{N(i)}.GetValue<string>());");
            }
        }

        code.Line("}");
    }

    /// <summary>Its bytes are text or digits in a code of their own, and JSON has them as people write them.</summary>
    internal static bool IsShown(LayoutField field) =>
        field.Type is "digits" or "hex-digits" or "ebcdic" or "ebcdic-digits" or "packed" or "bcd" or "zoned-ebcdic"
            or "zoned-ascii";

    private static string Shown(LayoutField field, string property) =>
        IsNumber(field) || field.Type == "ascii" ? property
        : IsShown(field) ? $"Wire.Show({Identifier.Literal(field.Type)}, {property})"
        : $"System.Convert.ToHexString({property})";
}
