using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Swift.Rules;

/// <summary>
/// Holds a text against the table of its type: presence, order, sequences, forms and values, then the rules between
/// fields.
/// </summary>
internal readonly ref struct MtValidation
{
    private const int MaximumDepth = 8;

    private readonly MtFindings _found;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly ReadOnlySpan<FieldSlot> _fields;
    private readonly int _type;
    private readonly ReadOnlySpan<byte> _flag;
    private readonly ParseOptions _options;
    private readonly MtRuleSet? _rules;
    private readonly bool _isEarlier;

    public MtValidation(byte[] bytes, ReadOnlySpan<FieldSlot> fields, int type, ReadOnlySpan<byte> flag, int textOffset,
        ParseOptions options, DiagnosticList found, ref LineCounter? lines)
    {
        MtRuleSet? earlier = fields.IsEmpty ? null : MtRuleSet.Earlier(type, fields[0].Tag);
        _isEarlier = earlier is not null;
        _rules = earlier ?? MtRuleSet.Of(type, flag.SequenceEqual("COV"u8));
        _found = new MtFindings(bytes, textOffset, _rules, found, ref lines);
        _bytes = bytes;
        _fields = fields;
        _type = type;
        _flag = flag;
        _options = options;
    }

    public void Run(bool hasApplicationHeader)
    {
        if (_type < 0)
        {
            if (!hasApplicationHeader)
            {
                _found.Note("Mt.NoApplicationHeader", Severity.Warning,
                    "without block 2 the message's type is not known", null);
            }

            return;
        }

        MtWithdrawal.Note(_type, _flag, _bytes, _fields, _options.AsOf, _found);
        if (_rules is not { } rules)
        {
            _found.Note("Mt.NoRuleSet", Severity.Info,
                "blocks and fields were checked, the type's rules were not: no table of it is carried",
                $"{_type:000}");
            return;
        }

        if (_isEarlier)
        {
            _found.Note("Mt.EarlierRelease", Severity.Info, "the text has the form the type had before the present one",
                $"{_type:000}");
        }

        int at = 0;
        Walk(rules.Root, ref at, 0, 0, 0);
    }

    /// <summary>Reads one occurrence of a sequence; where it is the whole text, everything.</summary>
    private void Walk(MtSequence sequence, ref int at, int outerStart, int outerEnd, int depth)
    {
        int start = at, place = 0;
        bool isClosed = sequence.Block is null;
        Span<int> counts = stackalloc int[sequence.Items.Length];
        Span<int> firsts = stackalloc int[sequence.Items.Length];
        counts.Clear();
        while (at < _fields.Length && !_found.IsFull)
        {
            FieldSlot slot = _fields[at];
            ReadOnlySpan<byte> value = slot.Value(_bytes);
            if (sequence.Block is { } block && slot.Tag == MtTags.End)
            {
                isClosed = true;
                if (!value.SequenceEqual(block))
                {
                    _found.Report("Mt.Sequence", "the end names another sequence than the one that is open", slot,
                        sequence.Name);
                }

                at++;
                break;
            }

            int index = Find(sequence, place, slot.Tag, value, counts);
            if (index < 0)
            {
                if (depth > 0 && sequence.Block is null && sequence.MayFollow(slot.Tag)) break;
                index = Earlier(sequence, slot.Tag, value);
                if (index < 0)
                {
                    SkipUnknown(ref at, slot);
                    continue;
                }

                if (counts[index] >= sequence.Items[index].Most)
                {
                    _found.Report("Mt.FieldRepeated", "the field stands more often than it may", slot,
                        sequence.Items[index].Most == 1 ? "once" : $"{sequence.Items[index].Most} times");
                }
                else
                {
                    _found.Report("Mt.FieldOrder", "the field stands after one it must stand before", slot,
                        "the order of the standard");
                }
            }

            MtItem item = sequence.Items[index];
            counts[index]++;
            if (!sequence.IsUnordered) place = Math.Max(place, item.Place);
            if (item.Sequence is { } inner && depth < MaximumDepth)
            {
                if (counts[index] == 1) firsts[index] = at;
                int before = at;
                if (inner.Block is not null) at++;
                Walk(inner, ref at, start, firsts[index], depth + 1);
                if (at == before) SkipUnknown(ref at, slot);
                continue;
            }

            CheckValue(slot, value, item);
            at++;
        }

        if (!isClosed && !_found.IsFull)
        {
            _found.Report("Mt.Sequence", "the sequence does not end", _fields[start - 1], "16S:" + sequence.Name);
        }

        CheckPresence(sequence, counts, depth == 0 ? -1 : Math.Min(start, _fields.Length - 1));
        if (sequence.Rules.Length == 0) return;
        Span<SlotRange> places = stackalloc SlotRange[MtScope.Numbers];
        MtScope scope = new(_bytes, _fields, _flag, _type, start, at, outerStart, outerEnd, places);
        foreach (MtRule rule in sequence.Rules) if (scope.MayApply(rule)) Check(rule, in scope);
    }

    private static int Find(MtSequence sequence, int from, uint tag, ReadOnlySpan<byte> value,
        ReadOnlySpan<int> counts)
    {
        MtItem[] items = sequence.Items;
        for (int i = from; i < items.Length; i++)
        {
            if (counts[i] < items[i].Most && items[i].Takes(tag, value)) return i;
        }

        return -1;
    }

    private static int Earlier(MtSequence sequence, uint tag, ReadOnlySpan<byte> value)
    {
        for (int i = 0; i < sequence.Items.Length; i++) if (sequence.Items[i].Takes(tag, value)) return i;
        return -1;
    }

    // A field of no place here; a sequence of no place is left out to its end.
    private void SkipUnknown(ref int at, FieldSlot slot)
    {
        string tag = slot.TagText(_bytes);
        ReadOnlySpan<byte> name = slot.Value(_bytes);
        if (slot.Tag == MtTags.Begin)
        {
            _found.Report("Mt.Sequence", "the sequence is not one of this place", slot, $"a sequence of MT{_type:000}");
            while (++at < _fields.Length)
            {
                if (_fields[at].Tag != MtTags.End || !_fields[at].Value(_bytes).SequenceEqual(name)) continue;
                at++;
                return;
            }

            return;
        }

        if (_rules!.Field(tag) is null)
        {
            _found.Report("Mt.UnknownField", "the field is not one of this message type", slot,
                $"a field of MT{_type:000}");
        }
        else
        {
            _found.Report("Mt.FieldOrder", "the field does not belong to this place", slot,
                "the order of the standard");
        }

        at++;
    }

    private void CheckPresence(MtSequence sequence, ReadOnlySpan<int> counts, int place)
    {
        for (int i = 0; i < counts.Length; i++)
        {
            MtItem item = sequence.Items[i];
            if (counts[i] > 0 || !(item.IsMandatory || item.IsExpected)) continue;
            _found.Missing(item.IsMandatory ? Severity.Error : Severity.Warning,
                item.Sequence is null ? "a mandatory field is missing" : "a mandatory sequence is missing",
                place < 0 ? null : _fields[place], item.Label);
        }
    }

    private void CheckValue(FieldSlot slot, ReadOnlySpan<byte> value, MtItem item)
    {
        if (item.Field(slot.Tag) is not { } field) return;
        if (_type == 103) CheckVariant(slot, field);
        if (!field.Format.Fits(value, out FieldFault fault))
        {
            (string code, string message, string? expected) = fault.Words();
            string shown = fault.Kind == FaultKind.Form ? SwiftRedaction.Shown(slot, _bytes)
                : Redaction.None.Mask(value.Slice(fault.At, fault.Length));
            _found.Report(code, message, slot, expected ?? field.Format.Notation, shown, fault.At);
            return;
        }

        if (field.IsReference && (value[0] == '/' || value[^1] == '/' || value.IndexOf("//"u8) >= 0))
        {
            _found.Report("Mt.Reference", "a reference neither begins nor ends with a slash nor holds two: T26", slot,
                "no such slashes");
        }

        if (!field.Allows(value))
        {
            _found.Report("Mt.Code", "the code is not one the field may have", slot, string.Join(' ', field.Codes),
                Redaction.None.Mask(value));
        }
    }

    private void CheckVariant(FieldSlot slot, MtField field)
    {
        if (field.Variants == "R" && !_flag.SequenceEqual("REMIT"u8))
        {
            _found.Report("Mt.UnknownField", "the field is one of the REMIT variant only", slot, "a field of MT103");
        }

        if (_flag.SequenceEqual("STP"u8) && field.Variants != "S")
        {
            _found.Report("Mt.FieldNotInStp", "the option is not one of the STP variant", slot,
                "an option for straight-through processing");
        }
    }

    private void Check(MtRule rule, in MtScope scope)
    {
        int place = -1;
        foreach (MtTerm term in rule.When)
        {
            if (!scope.Holds(term, out int where)) return;
            if (place < 0 && where >= 0) place = where;
        }

        int wrong = -1;
        foreach (MtTerm[] alternative in rule.Then)
        {
            bool holds = true;
            foreach (MtTerm term in alternative)
            {
                if (scope.Holds(term, out int where)) continue;
                holds = false;
                wrong = where;
                break;
            }

            if (holds) return;
        }

        int at = wrong >= 0 && rule.Then.Length == 1 ? wrong : place;
        if (at >= 0) _found.Report(rule.Code, rule.Message, _fields[at], rule.Expected);
        else _found.ReportText(rule.Code, rule.Message, rule.Expected);
    }
}
