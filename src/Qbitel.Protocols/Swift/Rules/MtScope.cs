using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Swift.Rules;

/// <summary>The fields a rule looks at: one occurrence of a sequence, and those before it in the one around.</summary>
internal readonly ref struct MtScope(ReadOnlySpan<byte> bytes, ReadOnlySpan<FieldSlot> fields, ReadOnlySpan<byte> flag,
    int type, int start, int end, int outerStart, int outerEnd)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly ReadOnlySpan<FieldSlot> _fields = fields;
    private readonly ReadOnlySpan<byte> _flag = flag;
    private readonly int _type = type;
    private readonly UInt128 _numbers = Numbers(fields[start..end]);
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

    // Most rules are about fields that do not stand: one look tells.
    private bool Has(MtTerm term) => (_numbers >> term.Tags[0].Number & 1) != 0;

    private static UInt128 Numbers(ReadOnlySpan<FieldSlot> fields)
    {
        UInt128 numbers = 0;
        foreach (FieldSlot field in fields)
        {
            if (SwiftTag.IsStandard(field.Tag)) numbers |= UInt128.One << SwiftTag.Number(field.Tag);
        }

        return numbers;
    }

    private bool Stands(MtTerm term, out int where)
    {
        where = -1;
        if (!term.IsOuter && !Has(term)) return false;

        int from = term.IsOuter ? _outerStart : _start, to = term.IsOuter ? _outerEnd : _end;
        for (where = from; where < to; where++)
        {
            if (term.Takes(_fields[where], _bytes) && term.HasValue(_fields[where].Value(_bytes))) return true;
        }

        where = -1;
        return false;
    }

    private bool Each(MtTerm term, out int where)
    {
        where = -1;
        if (!Has(term)) return true;
        for (where = _start; where < _end; where++)
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
        for (int i = _start; i < _end; i++)
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
