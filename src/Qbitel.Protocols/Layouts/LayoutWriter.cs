namespace Qbitel.Protocols.Layouts;

/// <summary>The content of a message: the value of each part that does not follow from others.</summary>
public sealed record PartValue(LayoutPart Part, ReadOnlyMemory<byte> Value,
    IReadOnlyList<IReadOnlyList<PartValue>>? Items = null)
{
    /// <summary>What a parsed message holds; what the writer works out is left out.</summary>
    public static IReadOnlyList<PartValue> Of(ReadOnlyMemory<byte> message, IReadOnlyList<ParsedPart> parts) =>
        [.. parts.Select(part => part.Items is { } items
            ? new PartValue(part.Part, default, [.. items.Select(item => Of(message, item))])
            : new PartValue(part.Part,
                part.Part is LayoutField { IsDerived: true } ? default : message.Slice(part.Start, part.Length)))];
}

/// <summary>Writes messages as a layout says: lengths, counts and checksums are worked out, never copied.</summary>
public static class LayoutWriter
{
    /// <exception cref="InvalidOperationException">A value does not fit where the layout puts it, or a part is not
    /// there that a number is about.</exception>
    public static byte[] Write(IReadOnlyList<PartValue> message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Writing writing = new();
        List<ParsedPart> written = writing.Append(message);
        return writing.Finish(written);
    }

    /// <inheritdoc cref="Write(IReadOnlyList{PartValue})"/>
    public static byte[] Write(ParsedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Write(PartValue.Of(message.Bytes, message.Parts));
    }

    private sealed record Scope(IReadOnlyList<ParsedPart> Parts, Scope? Around)
    {
        public ParsedPart? this[string name] => Parts.FirstOrDefault(p => p.Part.Name == name) ?? Around?[name];
    }

    private sealed class Writing
    {
        private readonly List<byte> _bytes = [];

        public List<ParsedPart> Append(IReadOnlyList<PartValue> values)
        {
            List<ParsedPart> parts = [];
            foreach (PartValue value in values)
            {
                int start = _bytes.Count;
                if (value.Part is LayoutChain chain)
                {
                    List<IReadOnlyList<ParsedPart>> items = [];
                    for (int i = 0; i < value.Items!.Count; i++)
                    {
                        items.Add(Append(value.Items[i]));
                        if (chain.IsTerminated || i + 1 < value.Items.Count) _bytes.AddRange(chain.Delimiter.Span);
                    }

                    if (chain.End is EndByMark mark) _bytes.AddRange(mark.Mark.Span);
                    parts.Add(new ParsedPart(chain, start, _bytes.Count - start, items));
                    continue;
                }

                if (value.Part is LayoutGroup group)
                {
                    List<ParsedPart> inner = Append(value.Items![0]);
                    parts.Add(new ParsedPart(group, start, _bytes.Count - start, [inner]));
                    continue;
                }

                var field = (LayoutField)value.Part;
                if (field is { Rule: FillRule fill, Size: not SizeRest })
                {
                    int size = field.Size switch
                    {
                        FixedSize fixedSize => fixedSize.Bytes,
                        SizeToMultiple pad =>
                            LayoutParser.PadSize(pad, start, parts.Find(p => p.Part.Name == pad.Of)?.Length ?? 0),
                        _ => throw new InvalidOperationException($"{field.Name} has no size of its own."),
                    };
                    _bytes.AddRange(Enumerable.Repeat(fill.Value, size));
                    parts.Add(new ParsedPart(field, start, size));
                    continue;
                }

                if (field.Rule is ConstantRule constant) _bytes.AddRange(constant.Value.Span);
                else if (field.IsDerived) _bytes.AddRange(new byte[((FixedSize)field.Size).Bytes]);
                else _bytes.AddRange(value.Value.Span);
                if (field.Size is FixedSize asked && _bytes.Count - start != asked.Bytes)
                {
                    throw new InvalidOperationException(
                        $"{field.Name} has {asked.Bytes} bytes, not {value.Value.Length}.");
                }

                parts.Add(new ParsedPart(field, start, _bytes.Count - start));
                if (field.Size is SizeUntil until) _bytes.AddRange(until.Delimiter.Span);
            }

            return parts;
        }

        public byte[] Finish(List<ParsedPart> parts)
        {
            byte[] message = [.. _bytes];
            Fill(message, parts, message.Length, null, isSums: false);
            Fill(message, parts, message.Length, null, isSums: true);
            return message;
        }

        private static void Fill(byte[] message, IReadOnlyList<ParsedPart> parts, int end, Scope? around, bool isSums)
        {
            Scope scope = new(parts, around);
            foreach (ParsedPart part in parts)
            {
                if (part.Items is { } items)
                {
                    foreach (IReadOnlyList<ParsedPart> item in items)
                        Fill(message, item, item.Count == 0 ? end : End(item[^1]), scope, isSums);

                    continue;
                }

                var field = (LayoutField)part.Part;
                long? value = field.Rule switch
                {
                    LengthRule rule when !isSums => (rule.Of switch
                    {
                        Layout.WholeMessage => message.Length,
                        Layout.WhatFollows => end - part.Start - part.Length,
                        _ => There(scope, rule.Of).Length,
                    } / rule.Unit) + rule.Addend,
                    CountRule rule when !isSums => There(scope, rule.Of).Items!.Count + rule.Addend,
                    ChecksumRule rule when isSums => Sum(rule, message, part, scope),
                    _ => null,
                };
                if (value is { } number
                    && !NumberCoding.TryWrite(field.Type, number, message.AsSpan(part.Start, part.Length)))
                {
                    throw new InvalidOperationException($"{number} does not fit into {field.Name}.");
                }
            }
        }

        // A message that was read in part may lack what a number is about.
        private static ParsedPart There(Scope scope, string name) =>
            scope[name] ?? throw new InvalidOperationException($"{name} is not there.");

        private static int End(ParsedPart part) => part.Start + part.Length
            + (part.Part is LayoutField { Size: SizeUntil until } ? until.Delimiter.Length : 0);

        private static long Sum(ChecksumRule rule, byte[] message, ParsedPart part, Scope scope)
        {
            int from = rule.From == Layout.Start ? 0 : There(scope, rule.From).Start;
            int to = rule.To switch
            {
                Layout.Here => part.Start,
                Layout.End => message.Length,
                _ => There(scope, rule.To).Start,
            };
            return Checksums.Of(rule.Algorithm, message.AsSpan(from, to - from), part.Start - from,
                part.Start + part.Length - from);
        }
    }
}
