using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Swift.Rules;

/// <summary>The fields a rule looks at: one occurrence of a sequence, and those before it in the one around.</summary>
internal readonly ref struct MtScope(ReadOnlySpan<byte> bytes, ReadOnlySpan<FieldSlot> fields, ReadOnlySpan<byte> flag,
    int type, int start, int end, int outerStart, int outerEnd, Span<SlotRange> places)
{
    /// <summary>How many numbers a tag can have, and so places to make room for.</summary>
    public const int Numbers = 100;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly ReadOnlySpan<FieldSlot> _fields = fields;
    private readonly ReadOnlySpan<byte> _flag = flag;
    private readonly int _type = type;

    // Most rules are about one field, or about one that does not stand: a term looks at its own, not at every field.
    private readonly ReadOnlySpan<SlotRange> _places = places;
    private readonly UInt128 _numbers = Locate(fields, start, end, places);
    private readonly int _start = start;
    private readonly int _end = end;
    private readonly int _outerStart = outerStart;
    private readonly int _outerEnd = outerEnd;

    /// <summary>Whether all the fields stand that a rule is about.</summary>
    public bool MayApply(MtRule rule) => (_numbers & rule.Numbers) == rule.Numbers;

    /// <summary>Whether a term holds, and the field that decided it; -1 for none.</summary>
    public bool Holds(MtTerm term, out int where)
    {
        where = -1;
        bool holds = term.Kind switch
        {
            MtTermKind.Stands => Stands(term, out where),
            MtTermKind.Each => Each(term, out where),
            MtTermKind.Unique => Unique(term, out where),
            MtTermKind.SameCurrency => SameCurrency(term, out where, 3),
            MtTermKind.OtherCurrency => OtherCurrency(term, out where),
            MtTermKind.Zero => Zero(term, out where),
            MtTermKind.KinCurrency => SameCurrency(term, out where, 2),
            MtTermKind.Type => term.Types.Contains(_type),
            MtTermKind.Flag => _flag.SequenceEqual(term.ValueBytes[0]),
            _ => true,
        };
        return holds != term.IsNegated;
    }

    private static UInt128 Locate(ReadOnlySpan<FieldSlot> fields, int start, int end, Span<SlotRange> places)
    {
        places.Clear();
        ulong low = 0, high = 0;
        for (int i = start; i < end; i++)
        {
            if (!SwiftTag.IsStandard(fields[i].Tag)) continue;
            int number = SwiftTag.Number(fields[i].Tag);
            ref SlotRange place = ref places[number];
            place = new SlotRange(place.End == 0 ? i : place.Start, i + 1);
            if (number < 64) low |= 1UL << number;
            else high |= 1UL << (number - 64);
        }

        return new UInt128(high, low);
    }

    private bool Stands(MtTerm term, out int where)
    {
        SlotRange range = term.IsOuter ? new SlotRange(_outerStart, _outerEnd) : _places[term.Tags[0].Number];
        for (where = range.Start; where < range.End; where++)
        {
            if (term.Takes(_fields[where], _bytes) && term.HasValue(_fields[where].Value(_bytes))) return true;
        }

        where = -1;
        return false;
    }

    private bool Each(MtTerm term, out int where)
    {
        SlotRange range = _places[term.Tags[0].Number];
        for (where = range.Start; where < range.End; where++)
        {
            if (term.Takes(_fields[where], _bytes) && !term.HasValue(_fields[where].Value(_bytes))) return false;
        }

        where = -1;
        return true;
    }

    private bool Unique(MtTerm term, out int where)
    {
        for (where = _start; where < _end; where++)
        {
            if (!term.Takes(_fields[where], _bytes)) continue;
            ReadOnlySpan<byte> code = Code(_fields[where]);
            for (int before = _start; before < where; before++)
            {
                if (term.Takes(_fields[before], _bytes) && Code(_fields[before]).SequenceEqual(code)) return false;
            }
        }

        where = -1;
        return true;
    }

    private ReadOnlySpan<byte> Code(FieldSlot slot)
    {
        ReadOnlySpan<byte> value = slot.Value(_bytes);
        return value[..Math.Min(4, value.Length)];
    }

    private bool SameCurrency(MtTerm term, out int where, int letters)
    {
        ReadOnlySpan<byte> first = [];
        for (where = _start; where < _end; where++)
        {
            if (!term.Takes(_fields[where], _bytes)) continue;
            ReadOnlySpan<byte> currency = SwiftValue.Currency(_fields[where].Value(_bytes));
            if (currency.IsEmpty) continue; // of no form, which is said elsewhere
            currency = currency[..letters];
            if (first.IsEmpty) first = currency;
            else if (!currency.SequenceEqual(first)) return false;
        }

        where = -1;
        return true;
    }

    private bool OtherCurrency(MtTerm term, out int where)
    {
        where = -1;
        ReadOnlySpan<byte> left = CurrencyOf(term.Tags[0], ref where), right = CurrencyOf(term.Tags[1], ref where);
        return !left.IsEmpty && !right.IsEmpty && !left.SequenceEqual(right);
    }

    private ReadOnlySpan<byte> CurrencyOf(TagSet tags, ref int where)
    {
        SlotRange range = _places[tags.Number];
        for (int i = range.Start; i < range.End; i++)
        {
            if (!tags.Has(_fields[i].Tag)) continue;
            if (where < 0) where = i;
            return SwiftValue.Currency(_fields[i].Value(_bytes));
        }

        return [];
    }

    private bool Zero(MtTerm term, out int where)
    {
        for (where = _start; where < _end; where++)
        {
            if (!term.Takes(_fields[where], _bytes)) continue;
            ReadOnlySpan<byte> value = _fields[where].Value(_bytes);
            return value.IndexOfAnyInRange((byte)'1', (byte)'9') < 0 && value.Contains((byte)'0');
        }

        where = -1;
        return false;
    }
}
