using System.Buffers;

namespace Qbitel.Protocols.Swift.Fields;

/// <summary>One match in progress: the value, and the furthest place it failed at.</summary>
internal ref struct FormatMatch(ReadOnlySpan<byte> text)
{
    public readonly ReadOnlySpan<byte> Text = text;

    /// <summary>Decimals of the last currency; none read yet is as many as one likes.</summary>
    public int Exponent = CodeTables.AnyExponent;

    private int _reach = -1;

    public FieldFault Fault { get; private set; }

    public bool Fail(int at) => Fail(new FieldFault(FaultKind.Form, at, 0), at);

    /// <param name="fault">What is wrong and where.</param>
    /// <param name="reach">How far the value had its form.</param>
    public bool Fail(FieldFault fault, int reach)
    {
        if (reach > _reach) (_reach, Fault) = (reach, fault);
        return false;
    }
}

/// <summary>
/// A piece of a form. Each knows what follows it, so that an optional or a shorter run can be given up for what comes
/// after.
/// </summary>
internal abstract class FormatPart
{
    public abstract bool Match(ref FormatMatch match, int at);

    protected static bool IsBreak(ReadOnlySpan<byte> text, int at, out int length)
    {
        length = at < text.Length && text[at] == '\n' ? 1
            : at + 1 < text.Length && text[at] == '\r' && text[at + 1] == '\n' ? 2 : 0;
        return length > 0;
    }

    protected static bool IsAll(ReadOnlySpan<byte> text, int at, int length, SearchValues<byte> set) =>
        at + length <= text.Length && !text.Slice(at, length).ContainsAnyExcept(set);

    protected static int Two(ReadOnlySpan<byte> text, int at) => ((text[at] - '0') * 10) + (text[at + 1] - '0');
}

internal sealed class EndPart : FormatPart
{
    public override bool Match(ref FormatMatch match, int at) => at == match.Text.Length || match.Fail(at);
}

internal sealed class LineEndPart : FormatPart
{
    public override bool Match(ref FormatMatch match, int at) =>
        at == match.Text.Length || IsBreak(match.Text, at, out _) || match.Fail(at);
}

internal sealed class LiteralPart(byte wanted, FormatPart next) : FormatPart
{
    public override bool Match(ref FormatMatch match, int at) =>
        at < match.Text.Length && match.Text[at] == wanted ? next.Match(ref match, at + 1) : match.Fail(at);
}

internal sealed class LineBreakPart(FormatPart next) : FormatPart
{
    public override bool Match(ref FormatMatch match, int at) =>
        IsBreak(match.Text, at, out int length) ? next.Match(ref match, at + length) : match.Fail(at);
}

internal sealed class RunPart(SearchValues<byte> set, int least, int most, FormatPart next) : FormatPart
{
    public override bool Match(ref FormatMatch match, int at)
    {
        ReadOnlySpan<byte> rest = match.Text[at..];
        if (rest.Length > most) rest = rest[..most];
        int count = rest.IndexOfAnyExcept(set);
        if (count < 0) count = rest.Length;
        if (count < least) return match.Fail(at + count);
        for (; count >= least; count--) if (next.Match(ref match, at + count)) return true;
        return false;
    }
}

/// <summary>Digits with one mandatory comma, at least one digit before it.</summary>
internal sealed class AmountPart(int most, FormatPart next) : FormatPart
{
    public override bool Match(ref FormatMatch match, int at)
    {
        ReadOnlySpan<byte> text = match.Text;
        int end = at, comma = -1, commas = 0;
        for (; end < text.Length && (char.IsAsciiDigit((char)text[end]) || text[end] == ','); end++)
        {
            if (text[end] != ',') continue;
            commas++;
            comma = end;
        }

        if (end == at || text[at] == ',' || commas != 1 || end - at > most)
        {
            return match.Fail(Math.Min(end, at + most));
        }

        return end - comma - 1 > match.Exponent
            ? match.Fail(new FieldFault(FaultKind.Decimals, comma + 1, end - comma - 1), end)
            : next.Match(ref match, end);
    }
}

internal sealed class OptionalPart(FormatPart with, FormatPart without) : FormatPart
{
    public override bool Match(ref FormatMatch match, int at) =>
        with.Match(ref match, at) || without.Match(ref match, at);
}

internal sealed class LinesPart(FormatPart form, int most, FormatPart next) : FormatPart
{
    public override bool Match(ref FormatMatch match, int at)
    {
        for (int line = 1; line <= most; line++)
        {
            if (!form.Match(ref match, at)) return false;
            int end = match.Text[at..].IndexOf((byte)'\n');
            if (end < 0) return next.Match(ref match, match.Text.Length);
            at += end + 1;
        }

        return match.Fail(at - 1);
    }
}

/// <summary>ISO 9362: four letters, a country, two and perhaps three more letters or digits.</summary>
internal sealed class BicPart(FormatPart next) : FormatPart
{
    public override bool Match(ref FormatMatch match, int at)
    {
        ReadOnlySpan<byte> text = match.Text;
        for (int i = 0; i < 8; i++)
        {
            bool fits = at + i < text.Length && (char.IsAsciiLetterUpper((char)text[at + i])
                || (i >= 6 && char.IsAsciiDigit((char)text[at + i])));
            if (!fits) return match.Fail(at + i);
        }

        int length = IsAll(text, at + 8, 3, CharacterSets.Of('c')) ? 11 : 8;
        return CodeTables.IsCountry(text[(at + 4)..])
            ? next.Match(ref match, at + length)
            : match.Fail(new FieldFault(FaultKind.Country, at, length), at + length);
    }
}

internal sealed class CurrencyPart(FormatPart next) : FormatPart
{
    public override bool Match(ref FormatMatch match, int at)
    {
        for (int i = 0; i < 3; i++)
        {
            if (at + i >= match.Text.Length || !char.IsAsciiLetterUpper((char)match.Text[at + i]))
            {
                return match.Fail(at + i);
            }
        }

        int exponent = CodeTables.Exponent(match.Text[at..]);
        if (exponent < 0) return match.Fail(new FieldFault(FaultKind.Currency, at, 3), at + 3);
        match.Exponent = exponent;
        return next.Match(ref match, at + 3);
    }
}

/// <summary>YYMMDD or YYYYMMDD.</summary>
internal sealed class DatePart(int length, FormatPart next) : FormatPart
{
    public override bool Match(ref FormatMatch match, int at)
    {
        ReadOnlySpan<byte> text = match.Text;
        if (!IsAll(text, at, length, CharacterSets.Of('n'))) return match.Fail(at);
        int year = length == 8 ? (Two(text, at) * 100) + Two(text, at + 2) : Two(text, at);
        if (length == 6) year += year >= 80 ? 1900 : 2000;
        int month = Two(text, at + length - 4), day = Two(text, at + length - 2);
        return year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? next.Match(ref match, at + length)
            : match.Fail(new FieldFault(FaultKind.Date, at, length), at + length);
    }
}

/// <summary>HHMM or HHMMSS.</summary>
internal sealed class TimePart(int length, FormatPart next) : FormatPart
{
    public override bool Match(ref FormatMatch match, int at)
    {
        ReadOnlySpan<byte> text = match.Text;
        if (!IsAll(text, at, length, CharacterSets.Of('n'))) return match.Fail(at);
        return Two(text, at) <= 23 && Two(text, at + 2) <= 59 && (length == 4 || Two(text, at + 4) <= 59)
            ? next.Match(ref match, at + length)
            : match.Fail(new FieldFault(FaultKind.Time, at, length), at + length);
    }
}

/// <summary>A sign and the hours and minutes from UTC, of which there are at most 13 and 59.</summary>
internal sealed class OffsetPart(FormatPart next) : FormatPart
{
    public override bool Match(ref FormatMatch match, int at)
    {
        ReadOnlySpan<byte> text = match.Text;
        if (at >= text.Length || text[at] is not ((byte)'+' or (byte)'-')) return match.Fail(at);
        if (!IsAll(text, at + 1, 4, CharacterSets.Of('n'))) return match.Fail(at + 1);
        return Two(text, at + 1) <= 13 && Two(text, at + 3) <= 59
            ? next.Match(ref match, at + 5)
            : match.Fail(new FieldFault(FaultKind.Time, at, 5), at + 5);
    }
}

/// <summary>Credit or debit, perhaps with the letter of a reversal or an expected entry before it.</summary>
internal sealed class MarkPart(bool withReversal, FormatPart next) : FormatPart
{
    public override bool Match(ref FormatMatch match, int at)
    {
        ReadOnlySpan<byte> text = match.Text;
        int mark = withReversal && at < text.Length && (text[at] is (byte)'R' or (byte)'E') ? at + 1 : at;
        return mark < text.Length && text[mark] is (byte)'C' or (byte)'D'
            ? next.Match(ref match, mark + 1) : match.Fail(mark);
    }
}
