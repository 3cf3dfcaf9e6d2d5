using System.Globalization;

namespace Qbitel.Protocols.Layouts;

/// <summary>Reads messages as a layout says.</summary>
/// <remarks>Any bytes end in parts or located findings. Each item of a chain takes at least one byte, so the work is
/// bounded by the message's length and the layout's depth.</remarks>
public static class LayoutParser
{
    public static ParsedMessage Parse(Layout layout, ReadOnlyMemory<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(layout);
        if (layout.Key is { } key)
        {
            if (key.Offset + key.Length > bytes.Length)
            {
                return new ParsedMessage(bytes, null, [], [new("Layout.Incomplete", bytes.Length, "(type)",
                    $"{key.Offset + key.Length} bytes that hold the type", $"{bytes.Length} bytes", true)]);
            }

            string value = Convert.ToHexStringLower(bytes.Span.Slice(key.Offset, key.Length));
            return (layout.Types.FirstOrDefault(t => t.Key == value) ?? layout.Types.FirstOrDefault(t => t.Key is null))
                is { } type ? Parse(type, bytes)
                : new ParsedMessage(bytes, null, [], [new("Layout.UnknownType", key.Offset, "(type)",
                    "a type that was seen before", value)]);
        }

        ParsedMessage? best = null;
        foreach (LayoutType type in layout.Types)
        {
            ParsedMessage parsed = Parse(type, bytes);
            if (parsed.IsValid) return parsed;
            if (best is null || parsed.PrefixEnd > best.PrefixEnd
                || (parsed.PrefixEnd == best.PrefixEnd && parsed.Findings.Count < best.Findings.Count))
            {
                best = parsed;
            }
        }

        return best ?? new ParsedMessage(bytes, null, [],
            [new("Layout.UnknownType", 0, "(type)", "a type that was seen before", "none")]);
    }

    public static ParsedMessage Parse(LayoutType type, ReadOnlyMemory<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(type);
        Reading reading = new(bytes);
        List<ParsedPart> parts = [];
        bool isWhole = reading.Read(type.Parts, 0, bytes.Length, null, "", parts);
        if (isWhole && reading.Cursor < bytes.Length)
        {
            reading.Findings.Add(new("Layout.Trailing", reading.Cursor, "(end)", "the end of the message",
                $"{bytes.Length - reading.Cursor} more bytes"));
        }

        return new ParsedMessage(bytes, type, parts, reading.Findings) { PrefixEnd = reading.Cursor };
    }

    private sealed record Scope(List<ParsedPart> Parts, Scope? Around)
    {
        public ParsedPart? this[string name] => Parts.FirstOrDefault(p => p.Part.Name == name) ?? Around?[name];
    }

    private sealed class Reading(ReadOnlyMemory<byte> bytes)
    {
        public List<LayoutFinding> Findings { get; } = [];

        public int Cursor { get; private set; }

        /// <returns>False where it cannot go on.</returns>
        public bool Read(IReadOnlyList<LayoutPart> parts, int start, int end, Scope? around, string path,
            List<ParsedPart> into)
        {
            Cursor = start;
            Scope scope = new(into, around);
            for (int i = 0; i < parts.Count; i++)
            {
                string name = path + parts[i].Name;
                bool isRead = parts[i] switch
                {
                    LayoutField field => ReadField(field, parts, i, end, scope, name),
                    LayoutChain chain => ReadChain(chain, parts, i, end, scope, name),
                    _ => ReadGroup((LayoutGroup)parts[i], parts, i, end, scope, name),
                };
                if (!isRead) return false;
            }

            foreach (ParsedPart part in into)
            {
                if (part.Part is LayoutField { Rule: { } rule } field)
                    Check(field, rule, part, end, scope, path + field.Name);
            }

            return true;
        }

        private bool ReadField(LayoutField field, IReadOnlyList<LayoutPart> parts, int index, int end, Scope scope,
            string path)
        {
            int start = Cursor, size, after = 0;
            switch (field.Size)
            {
                case FixedSize fixedSize:
                    size = fixedSize.Bytes;
                    break;
                case SizeBy by:
                    if (!TryMeasure(by.Field, scope, path, out size)) return false;
                    break;
                case SizeUntil until:
                    size = bytes.Span[start..end].IndexOf(until.Delimiter.Span);
                    after = until.Delimiter.Length;
                    if (size < 0)
                    {
                        return Stop("Layout.Delimiter", start, path,
                            $"the delimiter {Convert.ToHexStringLower(until.Delimiter.Span)}", "none",
                            end == bytes.Length);
                    }

                    break;
                case SizeToMultiple pad:
                    size = PadSize(pad, start, pad.Of == Layout.Start ? start : scope[pad.Of]?.Length ?? 0);
                    break;
                default:
                    size = end - start - MinSize(parts, index + 1);
                    if (size < 0) size = end - start + 1; // what must follow does not fit
                    break;
            }

            if (size > end - start - after)
            {
                return Stop("Layout.Incomplete", start, path, $"{Words(size)} bytes", $"{end - start} left",
                    end == bytes.Length);
            }

            scope.Parts.Add(new ParsedPart(field, start, size));
            Cursor = start + size + after;
            return true;
        }

        private bool ReadGroup(LayoutGroup group, IReadOnlyList<LayoutPart> parts, int index, int end, Scope scope,
            string path)
        {
            int start = Cursor, limit = end - MinSize(parts, index + 1);
            if (group.Size is SizeBy by)
            {
                if (!TryMeasure(by.Field, scope, path, out int size)) return false;
                if (size > end - start)
                {
                    return Stop("Layout.Incomplete", start, path, $"{Words(size)} bytes", $"{end - start} left",
                        end == bytes.Length);
                }

                limit = start + size;
            }

            if (limit < start)
            {
                return Stop("Layout.Incomplete", start, path, "room for what must follow", $"{end - start} bytes",
                    end == bytes.Length);
            }

            ParsedPart? choosing = group.Choice is { } choice ? scope[choice.Field] : null;
            ReadOnlySpan<byte> value = choosing is null ? default : bytes.Span.Slice(choosing.Start, choosing.Length);
            if (group.CaseOf(value) is not { } chosen)
            {
                return Stop("Layout.UnknownCase", choosing?.Start ?? start, path, "a value that was seen before",
                    Shown(value), false);
            }

            List<ParsedPart> inner = [];
            bool isWhole = Read(chosen.Parts, start, limit, scope, path + ".", inner);
            scope.Parts.Add(new ParsedPart(group, start, Cursor - start, [inner]));
            return isWhole && (group.Size is null || Cursor == limit
                || Stop("Layout.Trailing", Cursor, path, "its end", $"{limit - Cursor} more bytes", false));
        }

        private bool ReadChain(LayoutChain chain, IReadOnlyList<LayoutPart> parts, int index, int end, Scope scope,
            string path)
        {
            int start = Cursor, limit = end - MinSize(parts, index + 1);
            long count = long.MaxValue;
            if (chain.End is EndByLength by)
            {
                if (!TryMeasure(by.Field, scope, path, out int size)) return false;
                if (size > end - start)
                {
                    return Stop("Layout.Incomplete", start, path, $"{Words(size)} bytes", $"{end - start} left",
                        end == bytes.Length);
                }

                limit = start + size;
            }
            else if (chain.End is EndByCount number)
            {
                if (!TryMeasure(number.Field, scope, path, out int counted)) return false;
                count = counted;
            }

            if (limit < start)
            {
                return Stop("Layout.Incomplete", start, path, "room for what must follow", $"{end - start} bytes",
                    end == bytes.Length);
            }

            List<IReadOnlyList<ParsedPart>> items = [];
            bool isOpen = false; // a separator has been read, and an item must follow
            ReadOnlyMemory<byte> mark = chain.End is EndByMark marked ? marked.Mark : default;
            while (items.Count < count && (Cursor < limit || isOpen || chain.End is EndByCount or EndByMark))
            {
                if (mark.Length > 0)
                {
                    ReadOnlySpan<byte> ahead = bytes.Span[Cursor..limit];
                    if (ahead.StartsWith(mark.Span))
                    {
                        Cursor += mark.Length;
                        break;
                    }

                    if (ahead.Length < mark.Length)
                    {
                        return Stop("Layout.Delimiter", Cursor, path, $"the mark {Convert.ToHexStringLower(mark.Span)}",
                            "none", limit == bytes.Length);
                    }
                }

                int itemStart = Cursor, itemEnd = limit, after = 0;
                if (chain.Delimiter.Length > 0)
                {
                    int at = bytes.Span[itemStart..limit].IndexOf(chain.Delimiter.Span);
                    if (at < 0 && chain.IsTerminated)
                    {
                        return Stop("Layout.Delimiter", itemStart, path,
                            $"the delimiter {Convert.ToHexStringLower(chain.Delimiter.Span)}", "none",
                            limit == bytes.Length);
                    }

                    itemEnd = at < 0 ? limit : itemStart + at;
                    after = at < 0 ? 0 : chain.Delimiter.Length;
                }

                List<ParsedPart> item = [];
                string itemPath = $"{path}[{items.Count.ToString(CultureInfo.InvariantCulture)}].";
                bool isWhole = Read(chain.Item, itemStart, itemEnd, scope, itemPath, item);
                items.Add(item);
                if (!isWhole)
                {
                    scope.Parts.Add(new ParsedPart(chain, start, Cursor - start, items));
                    return false;
                }

                if (chain.Delimiter.Length > 0 && Cursor != itemEnd)
                    return Stop("Layout.Trailing", Cursor, path, "the delimiter", "more bytes", false);

                Cursor += after;
                isOpen = after > 0 && !chain.IsTerminated;
                if (Cursor == itemStart && chain.Delimiter.Length == 0)
                    return Stop("Layout.Empty", Cursor, path, "an item of at least one byte", "none", false);
            }

            scope.Parts.Add(new ParsedPart(chain, start, Cursor - start, items));
            return chain.End is EndByCount or EndByMark || Cursor == limit
                || Stop("Layout.Trailing", Cursor, path, "the end of the chain", $"{limit - Cursor} more bytes", false);
        }

        // What an earlier field says about the size of a part, or about its items.
        private bool TryMeasure(string name, Scope scope, string path, out int size)
        {
            size = 0;
            ParsedPart? part = scope[name];
            if (part?.Part is not LayoutField field
                || !NumberCoding.TryRead(field.Type, bytes.Span.Slice(part.Start, part.Length), out long value))
            {
                return Stop("Layout.Number", part?.Start ?? Cursor, path, $"a number in {name}",
                    "something else", false);
            }

            (int unit, int addend) = field.Rule switch
            {
                LengthRule length => (length.Unit, length.Addend),
                CountRule count => (1, count.Addend),
                _ => (1, 0),
            };
            long measured = value - addend;
            if (measured < 0 || measured > (int.MaxValue / 2) / unit)
                return Stop("Layout.Length", part.Start, path, "a size that can be", Words(value), false);
            size = (int)measured * unit;
            return true;
        }

        private void Check(LayoutField field, FieldRule rule, ParsedPart part, int end, Scope scope, string path)
        {
            ReadOnlySpan<byte> value = bytes.Span.Slice(part.Start, part.Length);
            if (rule is ConstantRule constant)
            {
                if (!value.SequenceEqual(constant.Value.Span))
                {
                    Findings.Add(new("Layout.Constant", part.Start, path, Convert.ToHexStringLower(constant.Value.Span),
                        Shown(value)));
                }

                return;
            }

            if (rule is FillRule fill)
            {
                int at = value.IndexOfAnyExcept(fill.Value);
                if (at >= 0)
                {
                    Findings.Add(new("Layout.Fill", part.Start + at, path, $"{fill.Value:x2} throughout",
                        Shown(value[at..])));
                }

                return;
            }

            if (!NumberCoding.TryRead(field.Type, value, out long found))
            {
                Findings.Add(new("Layout.Number", part.Start, path, $"a number as {field.Type}", "something else"));
                return;
            }

            (string code, long? expected) = rule switch
            {
                LengthRule length => ("Layout.Length", Measured(length, part, end, scope)),
                CountRule count => ("Layout.Count", scope[count.Of]?.Items?.Count + count.Addend),
                ChecksumRule sum => ("Layout.Checksum", Sum(sum, part, scope)),
                _ => throw new InvalidOperationException($"There is no check of {rule}."),
            };
            if (expected != found)
            {
                Findings.Add(new(code, part.Start, path,
                    expected is { } e ? Words(e) : "a part to measure", Words(found)));
            }
        }

        private long? Measured(LengthRule rule, ParsedPart part, int end, Scope scope)
        {
            int? size = rule.Of switch
            {
                Layout.WholeMessage => bytes.Length,
                Layout.WhatFollows => end - part.Start - part.Length,
                _ => scope[rule.Of]?.Length,
            };
            return size is { } known && known % rule.Unit == 0 ? (known / rule.Unit) + rule.Addend : null;
        }

        private long? Sum(ChecksumRule rule, ParsedPart part, Scope scope)
        {
            int? from = rule.From == Layout.Start ? 0 : scope[rule.From]?.Start;
            int? to = rule.To switch
            {
                Layout.Here => part.Start,
                Layout.End => bytes.Length,
                _ => scope[rule.To]?.Start,
            };
            if (from is not { } first || to is not { } last || first > last) return null;
            return Checksums.Of(rule.Algorithm, bytes.Span[first..last], part.Start - first,
                part.Start + part.Length - first);
        }

        private bool Stop(string code, int offset, string path, string expected, string found, bool isIncomplete)
        {
            Findings.Add(new(code, offset, path, expected, found, isIncomplete));
            return false;
        }
    }

    /// <summary>The bytes that parts take at least.</summary>
    public static int MinSize(IReadOnlyList<LayoutPart> parts, int from)
    {
        int size = 0;
        for (int i = from; i < parts.Count; i++)
        {
            size += parts[i] switch
            {
                LayoutField { Size: FixedSize f } => f.Bytes,
                LayoutField { Size: SizeUntil u } => u.Delimiter.Length,
                LayoutChain { End: EndByMark m } => m.Mark.Length,
                LayoutGroup { Size: null } group => group.Cases.Min(c => MinSize(c.Parts, 0)),
                _ => 0,
            };
        }

        return size;
    }

    /// <summary>The bytes that fill up a length to a multiple.</summary>
    internal static int PadSize(SizeToMultiple pad, int position, int length)
    {
        int of = pad.Of == Layout.Start ? position : length;
        return (pad.Unit - (of % pad.Unit)) % pad.Unit;
    }

    private static string Words(long number) => number.ToString(CultureInfo.InvariantCulture);

    // Enough to see what it is, too little to be a card number.
    private static string Shown(ReadOnlySpan<byte> value) =>
        value.Length <= 8 ? Convert.ToHexStringLower(value) : $"{Convert.ToHexStringLower(value[..4])}...";
}
