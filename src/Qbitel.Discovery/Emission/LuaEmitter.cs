using System.Globalization;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Emission;

/// <summary>A dissector for Wireshark in Lua. It cuts and shows; check values are not worked out by it.</summary>
internal sealed class LuaEmitter(Layout layout)
{
    private readonly CodeText _code = new();
    private readonly List<(string Name, string Label, string Kind)> _fields = [];
    private readonly List<CodeText> _functions = [];
    private int _count;

    public string ProtocolName { get; } = Identifier.Snake(layout.Name, "protocol");

    public string Emit()
    {
        List<(string Name, string? Key, string Title)> types = [];
        foreach (LayoutType type in layout.Types)
            types.Add((Function(type.Parts, Identifier.Snake(type.Name, "message")), type.Key, type.Name));

        _code.Line("-- Made from a layout; change the layout, not this file.")
            .Line($"local proto = Proto({Identifier.LuaLiteral(ProtocolName)}, "
                + $"{Identifier.LuaLiteral(Identifier.Pascal(layout.Name, "Protocol"))})")
            .Line("local f = {}");
        foreach ((string name, string label, string kind) in _fields)
        {
            _code.Line($"f.{name} = ProtoField.{kind}({Identifier.LuaLiteral($"{ProtocolName}.{name}")}, "
                + $"{Identifier.LuaLiteral(label)})");
        }

        _code.Line("f.message_type = ProtoField.string("
                + $"{Identifier.LuaLiteral($"{ProtocolName}.message_type")}, \"Message type\")")
            .Line($"f.problem = ProtoField.string({Identifier.LuaLiteral($"{ProtocolName}.problem")}, \"Problem\")")
            .Line("proto.fields = f").Line()
            .Line("local function number(kind, t, s, n)").Line("  if n == 0 then return nil end")
            .Line("  if kind == 'be' then return n <= 4 and t(s, n):uint() or t(s, n):uint64():tonumber() end")
            .Line("  if kind == 'le' then return n <= 4 and t(s, n):le_uint() or t(s, n):le_uint64():tonumber() end")
            .Line("  local v = 0").Line("  for i = s, s + n - 1 do").Line("    local b = t(i, 1):uint()")
            .Line("    if kind == 'bcd' then").Line("      local hi = math.floor(b / 16)")
            .Line("      if hi > 9 or b % 16 > 9 then return nil end").Line("      v = v * 100 + hi * 10 + b % 16")
            .Line("    else").Line("      local d = kind == 'ebcdic' and b - 0xF0 or b - 0x30")
            .Line("      if kind == 'hex' and b >= 0x41 and b <= 0x46 then d = b - 0x37 end")
            .Line("      if d < 0 or d > (kind == 'hex' and 15 or 9) then return nil end")
            .Line("      v = v * (kind == 'hex' and 16 or 10) + d").Line("    end").Line("  end")
            .Line("  return v").Line("end").Line()
            .Line("local function find(t, s, e, delimiter)")
            .Line("  local at = t(s, e - s):bytes():raw():find(delimiter, 1, true)")
            .Line("  return at and at - 1 or nil").Line("end").Line();
        foreach (CodeText function in _functions)
            foreach (string line in function.ToString().TrimEnd('\n').Split('\n')) _code.Line(line);

        _code.Line("function proto.dissector(t, pinfo, tree)")
            .Line("  pinfo.cols.protocol = proto.name").Line("  local root = tree:add(proto, t())")
            .Line("  local c, problem, name");
        if (layout.Key is { } key)
        {
            _code.Line($"  if t:len() < {N(key.Offset + key.Length)} "
                    + "then root:add(f.problem, 'incomplete') return t:len() end")
                .Line($"  local key = t({N(key.Offset)}, {N(key.Length)}):bytes():tohex(true)");
            List<(string Name, string? Key, string Title)> keyed = [.. types.Where(t => t.Key is not null)];
            for (int i = 0; i < keyed.Count; i++)
            {
                _code.Line($"  {(i == 0 ? "if" : "elseif")} key == {Identifier.LuaLiteral(keyed[i].Key!)} then")
                    .Line($"    name = {Identifier.LuaLiteral(keyed[i].Title)}")
                    .Line($"    c, problem = {keyed[i].Name}(t, 0, t:len(), root)");
            }

            (string Name, string? Key, string Title) other = types.Find(t => t.Key is null);
            _code.Line(other.Name is null ? "  else problem = 'unknown type' end"
                : $"  else name = {Identifier.LuaLiteral(other.Title)} "
                    + $"c, problem = {other.Name}(t, 0, t:len(), root) end");
        }
        else
        {
            // The dissector shows the first type; trying would leave half a tree behind.
            _code.Line($"  name = {Identifier.LuaLiteral(types[0].Title)}")
                .Line($"  c, problem = {types[0].Name}(t, 0, t:len(), root)");
        }

        _code.Line("  if name then root:add(f.message_type, name) end")
            .Line("  if not problem and c and c < t:len() then problem = 'trailing bytes' end")
            .Line("  if problem then root:add(f.problem, problem) end").Line("  return t:len()").Line("end").Line()
            .Line("DissectorTable.get('udp.port'):add_for_decode_as(proto)")
            .Line("DissectorTable.get('tcp.port'):add_for_decode_as(proto)");
        return _code.ToString();
    }

    private string Function(IReadOnlyList<LayoutPart> parts, string title)
    {
        string name = $"read_{N(_count++)}";
        CodeText code = new();
        code.Line($"local function {name}(t, s, e, tree)").Line("  local c, v, at = s, nil, nil")
            .Line("  local m, l, b = {}, {}, {}");
        for (int i = 0; i < parts.Count; i++)
        {
            string label = Identifier.LuaLiteral($"{title}.{parts[i].Name}");
            if (parts[i] is LayoutChain chain)
            {
                ChainCode(code, chain, parts, i, title);
                continue;
            }

            if (parts[i] is LayoutGroup group)
            {
                GroupCode(code, group, parts, i, title);
                continue;
            }

            var field = (LayoutField)parts[i];
            int after = 0;
            switch (field.Size)
            {
                case FixedSize size:
                    code.Line($"  at = {N(size.Bytes)}");
                    break;
                case SizeBy by:
                    code.Line($"  at = m.{Key(by.Field)}");
                    break;
                case SizeToMultiple pad:
                    code.Line($"  at = ({N(pad.Unit)} - {(pad.Of == Layout.Start ? "c" : "l." + Key(pad.Of))} "
                        + $"% {N(pad.Unit)}) % {N(pad.Unit)}");
                    break;
                case SizeUntil until:
                    code.Line($"  at = find(t, c, e, {Raw(until.Delimiter.Span)})");
                    after = until.Delimiter.Length;
                    break;
                default:
                    code.Line($"  at = e - c - {N(LayoutParser.MinSize(parts, i + 1))}");
                    break;
            }

            code.Line($"  if not at or at < 0 or c + at + {N(after)} > e then return c, {label} end");
            if (field.Rule is LengthRule or CountRule)
            {
                (int unit, int addend) = field.Rule is LengthRule l ? (l.Unit, l.Addend)
                    : (1, ((CountRule)field.Rule).Addend);
                code.Line($"  v = number({Kind(field.Type)}, t, c, at)")
                    .Line($"  m.{Key(field.Name)} = v and (v - ({N(addend)})) * {N(unit)}");
            }

            if (parts.Skip(i + 1).Any(p => p is LayoutGroup { Choice: { } choice } && choice.Field == field.Name))
                code.Line($"  b.{Key(field.Name)} = t(c, at):uint()");
            if (parts.Skip(i + 1).Any(p => p is LayoutField { Size: SizeToMultiple pad } && pad.Of == field.Name))
                code.Line($"  l.{Key(field.Name)} = at");
            string id = $"p{N(_fields.Count)}";
            _fields.Add((id, field.Name, LuaKind(field)));
            bool isLittle = field.Type.EndsWith("le", StringComparison.Ordinal)
                && NumberCoding.WidthOf(field.Type) is not null;
            code.Line($"  if at > 0 then tree:{(isLittle ? "add_le" : "add")}(f.{id}, t(c, at)) end")
                .Line($"  c = c + at + {N(after)}");
        }

        code.Line("  return c, nil").Line("end").Line();
        _functions.Add(code);
        return name;
    }

    private void GroupCode(CodeText code, LayoutGroup group, IReadOnlyList<LayoutPart> parts, int index, string title)
    {
        string label = Identifier.LuaLiteral($"{title}.{group.Name}");
        string limit = group.Size is SizeBy by ? $"c + (m.{Key(by.Field)} or 0)"
            : $"e - {N(LayoutParser.MinSize(parts, index + 1))}";
        string id = $"p{N(_fields.Count)}";
        _fields.Add((id, group.Name, "none"));
        code.Line("  do").Line($"    local stop, from, problem = {limit}, c, nil")
            .Line($"    if stop > e or stop < c then return c, {label} end")
            .Line($"    local node = tree:add(f.{id}, t(c, stop - c))");
        bool isAll = false;
        for (int i = 0; i < group.Cases.Count && !isAll; i++)
        {
            GroupCase each = group.Cases[i];
            string read = Function(each.Parts, $"{title}.{group.Name}.{each.Name}");
            isAll = group.Choice is null || each.Value is null;
            string when = isAll ? "true" : $"{Chosen(group.Choice!)} == {N(Big(each.Value!.Value.Span))}";
            code.Line($"    {(i == 0 ? "if" : "elseif")} {when} then")
                .Line($"      c, problem = {read}(t, c, stop, node)");
        }

        if (!isAll) code.Line($"    else problem = {label}");
        code.Line("    end").Line("    if problem then return c, problem end").Line("    node:set_len(c - from)");
        if (group.Size is not null) code.Line($"    if c ~= stop then return c, {label} end");
        if (parts.Skip(index + 1).Any(p => p is LayoutField { Size: SizeToMultiple pad } && pad.Of == group.Name))
            code.Line($"    l.{Key(group.Name)} = c - from");
        code.Line("  end");
    }

    private static string Chosen(GroupChoice choice) => choice.Mask.Length == 0 ? $"b.{Key(choice.Field)}"
        : $"bit.band(b.{Key(choice.Field)}, {N(Big(choice.Mask.Span))})";

    private static long Big(ReadOnlySpan<byte> bytes)
    {
        long number = 0;
        foreach (byte b in bytes) number = (number << 8) | b;
        return number;
    }

    private void ChainCode(CodeText code, LayoutChain chain, IReadOnlyList<LayoutPart> parts, int index, string title)
    {
        string item = Function(chain.Item, $"{title}.{chain.Name}");
        string label = Identifier.LuaLiteral($"{title}.{chain.Name}");
        string limit = chain.End is EndByLength by ? $"c + (m.{Key(by.Field)} or 0)"
            : $"e - {N(LayoutParser.MinSize(parts, index + 1))}";
        code.Line("  do")
            .Line($"    local stop, left = {limit}, "
                + $"{(chain.End is EndByCount count ? $"m.{Key(count.Field)} or 0" : "math.huge")}")
            .Line($"    if stop > e or stop < c then return c, {label} end")
            .Line(chain.End is EndByMark ? "    local done = false" : "")
            .Line("    while left > 0 and "
                + $"{(chain.End is EndByCount ? "true" : chain.End is EndByMark ? "not done" : "c < stop")} do")
            .Line("      local item_end, skip, problem = stop, 0, nil");
        if (chain.Delimiter.Length > 0)
        {
            code.Line($"      local d = find(t, c, stop, {Raw(chain.Delimiter.Span)})")
                .Line($"      if d then item_end = c + d; skip = {N(chain.Delimiter.Length)} end");
        }

        if (chain.End is EndByMark mark)
        {
            string size = N(mark.Mark.Length);
            code.Line($"      if c + {size} > stop then return c, {label} end")
                .Line($"      if t(c, {size}):bytes():raw() == {Raw(mark.Mark.Span)} "
                    + $"then c = c + {size} done = true else");
        }

        string id = $"p{N(_fields.Count)}";
        _fields.Add((id, chain.Name, "none"));
        code.Line("      local from = c")
            .Line($"      local node = tree:add(f.{id}, t(c, math.max(item_end - c, 0)))")
            .Line($"      c, problem = {item}(t, c, item_end, node)")
            .Line("      if problem then return c, problem end")
            .Line("      node:set_len(c - from)")
            .Line("      c = c + skip").Line($"      if c == from then return c, {label} end")
            .Line("      left = left - 1");
        if (chain.End is EndByMark) code.Line("      end");
        code.Line("    end").Line("  end");
    }

    private static string Kind(string type) => type switch
    {
        "digits" => "'digits'",
        "hex-digits" => "'hex'",
        "ebcdic-digits" => "'ebcdic'",
        "bcd" => "'bcd'",
        _ => type.EndsWith("le", StringComparison.Ordinal) ? "'le'" : "'be'",
    };

    private static string LuaKind(LayoutField field) => NumberCoding.WidthOf(field.Type) switch
    {
        1 => "uint8",
        2 => "uint16",
        3 => "uint24",
        4 => "uint32",
        8 => "uint64",
        _ => field.Type is "ascii" or "digits" ? "string" : "bytes",
    };

    private static string Key(string name) => "k_" + name;

    private static string Raw(ReadOnlySpan<byte> bytes)
    {
        List<string> values = [];
        foreach (byte b in bytes) values.Add(b.ToString("000", CultureInfo.InvariantCulture));
        return $"\"\\{string.Join('\\', values)}\"";
    }

    private static string N(long number) => number.ToString(CultureInfo.InvariantCulture);
}
