using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Grammars;

/// <summary>How firmly what a layout says stands: whether good messages of tomorrow may break it.</summary>
/// <remarks>
/// A relation that held for many different values is a law: chance does not make a length right again and again.
/// What was the same in every message is a habit, and a habit seen k times is broken by one in 2 k of the next, or so
/// (Jeffreys). Bits of evidence add up: those of the messages, and one for each value more than one.
/// </remarks>
internal sealed class RuleTrust
{
    private const double Allowed = 0.005, AllowedOfLaws = 0.01;
    private const int MaxValues = 32, MinRules = 8, MinHabits = 99; // of which one in 200 is broken

    private readonly Dictionary<string, int> _broken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Seen> _rules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Seen> _types = new(StringComparer.Ordinal);
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly LayoutKey? _key;

    /// <param name="layout">What was learnt from all messages.</param>
    /// <param name="messages">Those.</param>
    /// <param name="unseen">What layouts learnt without a message made of it.</param>
    public RuleTrust(Layout layout, IEnumerable<ReadOnlyMemory<byte>> messages, IEnumerable<ParsedMessage> unseen)
    {
        _key = layout.Key;
        Dictionary<string, int> keys = new(StringComparer.Ordinal);
        foreach (ReadOnlyMemory<byte> message in messages)
        {
            if (KeyOf(message) is { } key) keys[key] = keys.GetValueOrDefault(key) + 1;
            ParsedMessage parsed = LayoutParser.Parse(layout, message);
            if (!parsed.IsValid) continue;
            Note(_types, parsed.Type!.Name, (ulong)message.Length);
            foreach ((string path, ParsedPart part) in parsed.Fields())
            {
                if (part.Part is LayoutField { Rule: LengthRule or CountRule or ChecksumRule })
                {
                    ulong value = FieldModel.Hash(message.Span.Slice(part.Start, part.Length));
                    Note(_rules, FieldPeaks.Key(path), value);
                    if (Place(part) is { } place) Note(_rules, place, value);
                }
            }
        }

        _keys.UnionWith(keys.Keys);
        int calibrated = 0;
        foreach (ParsedMessage message in unseen)
        {
            calibrated++;
            foreach (string mark in message.Findings.Select(Mark).Distinct(StringComparer.Ordinal))
                _broken[mark] = _broken.GetValueOrDefault(mark) + 1;
        }

        // As many of the next break a habit in a way of their own as broke one so, once (Good and Turing).
        int once = keys.Values.Count(c => c == 1) + _broken.Count(b => b.Value == 1);
        AreHabitsFirm = calibrated > 0 && (once + 0.5) / (calibrated + 1) <= Allowed;
    }

    /// <summary>So few messages break habits that one that does is worth an alarm.</summary>
    public bool AreHabitsFirm { get; }

    /// <summary>The message's value of the type key, where no message of the baseline had it.</summary>
    public string? NewType(ReadOnlyMemory<byte> message) =>
        KeyOf(message) is { } key && !_keys.Contains(key) ? key : null;

    /// <summary>Whether good messages hardly ever break it.</summary>
    public bool IsFirm(LayoutFinding finding, ParsedMessage message)
    {
        int broken = _broken.GetValueOrDefault(Mark(finding));
        if (Evidence(finding, message) is { } law && law.Bits >= -Math.Log2(Allowed))
            return broken <= AllowedOfLaws * (law.Messages + broken);
        // That a number is a length was seen by something; that there is but one size was not.
        int needed = finding.Code is "Layout.Length" or "Layout.Count" or "Layout.Checksum" ? MinRules : MinHabits;
        return broken == 0 && AreHabitsFirm
            && (message.Type is not { } type || _types.GetValueOrDefault(type.Name)?.Count >= needed);
    }

    // Null where it is no law.
    private (double Bits, int Messages)? Evidence(LayoutFinding finding, ParsedMessage message)
    {
        if (message.Type is not { } type || finding.Code is "Layout.Constant" or "Layout.Fill"
            or "Layout.UnknownType" or "Layout.UnknownCase")
        {
            return null;
        }

        string path = FieldPeaks.Key(finding.Path);
        ParsedPart? part = message.Fields().FirstOrDefault(f => f.Path == finding.Path).Part;
        Seen? seen = _rules.GetValueOrDefault(path) ?? Measures(type.Parts, path, "")
            ?? (type.Parts.Any(p => p is LayoutField { Size: SizeRest }) ? null : _types.GetValueOrDefault(type.Name));
        if (part is not null && Place(part) is { } place && _rules.GetValueOrDefault(place) is { } shared
            && !(shared.Values.Count < seen?.Values.Count))
        {
            seen = shared;
        }

        return seen is null || seen.Values.Count < 2 ? null
            : (Math.Log2(2.0 * (seen.Count + 1)) + seen.Values.Count - 1, seen.Count);
    }

    // What holds at one place of types that name it differently is one rule.
    private static string? Place(ParsedPart part) => part.Part is LayoutField
    {
        Rule: LengthRule { Of: Layout.WholeMessage or Layout.WhatFollows }
            or ChecksumRule { From: Layout.Start, To: Layout.Here or Layout.End },
    } field ? $"{part.Start} {part.Length} {field.Type} {field.Rule}" : null;

    // What says where a part ends: the number that measures it, or any in the items around it.
    private Seen? Measures(IReadOnlyList<LayoutPart> parts, string path, string around)
    {
        foreach (LayoutPart part in parts)
        {
            string own = around + part.Name, items = $"{own}[].";
            if (part is LayoutChain chain && path.StartsWith(items, StringComparison.Ordinal))
            {
                return Measures(chain.Item, path, items) ?? chain.Item
                    .Select(p => _rules.GetValueOrDefault(items + p.Name)).OfType<Seen>().MaxBy(s => s.Values.Count);
            }

            if (part is LayoutGroup group && path.StartsWith(own + ".", StringComparison.Ordinal))
            {
                return group.Cases.Select(c => Measures(c.Parts, path, own + ".")).FirstOrDefault(s => s is not null)
                    ?? (group.Size is SizeBy { Field: var size } ? _rules.GetValueOrDefault(around + size) : null);
            }

            if (own != path) continue;
            return (part switch
            {
                LayoutField { Size: SizeBy size } => size.Field,
                LayoutGroup { Size: SizeBy size } => size.Field,
                LayoutChain { End: EndByLength length } => length.Field,
                LayoutChain { End: EndByCount count } => count.Field,
                _ => null,
            }) is { } by ? _rules.GetValueOrDefault(around + by) : null;
        }

        return null;
    }

    private string? KeyOf(ReadOnlyMemory<byte> message) =>
        _key is { } key && key.Offset + key.Length <= message.Length
            ? Convert.ToHexStringLower(message.Span.Slice(key.Offset, key.Length)) : null;

    private static void Note(Dictionary<string, Seen> of, string key, ulong value)
    {
        if (!of.TryGetValue(key, out Seen? seen)) of[key] = seen = new Seen();
        seen.Count++;
        if (seen.Values.Count < MaxValues) seen.Values.Add(value);
    }

    private static string Mark(LayoutFinding finding) => $"{finding.Code} {FieldPeaks.Key(finding.Path)}";

    private sealed class Seen
    {
        public int Count { get; set; }

        public HashSet<ulong> Values { get; } = [];
    }
}
