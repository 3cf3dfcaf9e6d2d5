using System.Text;

namespace Qbitel.Protocols.Swift.Fields;

/// <summary>
/// A field's form in the notation of the FIN standard, compiled once and matched on bytes: <c>n a c x y z d h e s</c>
/// characters, <c>!</c> exactly, <c>n*</c> lines, <c>[ ]</c> optional, <c>( )</c> for the form of a line, CRLF, and
/// literal slashes.
/// </summary>
/// <remarks>
/// Words in the notation have a meaning beyond their characters, which is checked where they match: BIC, CUR (3!a),
/// DATE (6!n) and DATE8 (8!n), TIME (4!n) and TIME6, OFFSET (a sign and 4!n), MARK (C or D) and
/// MARK2 (with R or E before it). Amounts after CUR have no more decimals than it.
/// </remarks>
internal sealed class FieldFormat
{
    private static readonly (string Word, string Shown, Func<FormatPart, FormatPart> Part)[] Words =
    [
        ("CRLF", "CRLF", next => new LineBreakPart(next)),
        ("BIC", "BIC", next => new BicPart(next)),
        ("CUR", "3!a", next => new CurrencyPart(next)),
        ("DATE8", "8!n", next => new DatePart(8, next)),
        ("DATE", "6!n", next => new DatePart(6, next)),
        ("TIME6", "6!n", next => new TimePart(6, next)),
        ("TIME", "4!n", next => new TimePart(4, next)),
        ("MARK2", "2a", next => new MarkPart(true, next)),
        ("MARK", "1!a", next => new MarkPart(false, next)),
        ("OFFSET", "1!x4!n", next => new OffsetPart(next)),
    ];

    private readonly FormatPart _first;

    private FieldFormat(string notation, FormatPart first)
    {
        Notation = Words.Aggregate(notation,
            (text, word) => text.Replace(word.Word, word.Shown, StringComparison.Ordinal));
        _first = first;
    }

    /// <summary>As the standard writes it.</summary>
    public string Notation { get; }

    public static FieldFormat Compile(string notation)
    {
        int at = 0;
        return new FieldFormat(notation, Link(Read(notation, ref at, '\0'), new EndPart()));
    }

    /// <summary>Whether a value has the form; if not, how far it does and what is wrong there.</summary>
    public bool Fits(ReadOnlySpan<byte> value, out FieldFault fault)
    {
        FormatMatch match = new(value);
        bool fits = _first.Match(ref match, 0);
        fault = fits ? default : match.Fault;
        return fits;
    }

    /// <inheritdoc cref="Fits(ReadOnlySpan{byte}, out FieldFault)"/>
    public bool Fits(string value, out FieldFault fault) => Fits(Encoding.Latin1.GetBytes(value), out fault);

    private static List<Func<FormatPart, FormatPart>> Read(string notation, ref int at, char close,
        bool inLine = false)
    {
        List<Func<FormatPart, FormatPart>> parts = [];
        while (at < notation.Length && notation[at] != close)
        {
            char c = notation[at];
            if (c == '[')
            {
                at++;
                List<Func<FormatPart, FormatPart>> inner = Read(notation, ref at, ']', inLine);
                at++;
                parts.Add(next => new OptionalPart(Link(inner, next), next));
            }
            else if (ReadWord(notation, ref at) is { } word)
            {
                parts.Add(word);
            }
            else if (char.IsAsciiDigit(c))
            {
                parts.Add(ReadRun(notation, ref at, inLine));
            }
            else
            {
                at++;
                parts.Add(next => new LiteralPart((byte)c, next));
            }
        }

        return parts;
    }

    private static Func<FormatPart, FormatPart>? ReadWord(string notation, ref int at)
    {
        foreach ((string word, _, Func<FormatPart, FormatPart> part) in Words)
        {
            if (!notation.AsSpan(at).StartsWith(word)) continue;
            at += word.Length;
            return part;
        }

        return null;
    }

    private static Func<FormatPart, FormatPart> ReadRun(string notation, ref int at, bool inLine)
    {
        int length = 0;
        for (; char.IsAsciiDigit(notation[at]); at++) length = (length * 10) + (notation[at] - '0');
        if (notation[at] == '*')
        {
            at++;
            List<Func<FormatPart, FormatPart>> line;
            if (notation[at] == '(')
            {
                at++;
                line = Read(notation, ref at, ')', inLine: true);
                at++;
            }
            else
            {
                line = [ReadRun(notation, ref at, inLine: true)];
            }

            FormatPart form = Link(line, new LineEndPart());
            return next => new LinesPart(form, length, next);
        }

        bool exact = notation[at] == '!';
        if (exact) at++;
        char kind = notation[at++];
        if (kind == 'd') return next => new AmountPart(length, next);
        // Between lines of a form, z is what stands in one; alone it runs over lines.
        if (kind == 'z' && inLine) kind = 'Z';
        return next => new RunPart(CharacterSets.Of(kind), exact ? length : 1, length, next);
    }

    private static FormatPart Link(List<Func<FormatPart, FormatPart>> parts, FormatPart end)
    {
        for (int i = parts.Count - 1; i >= 0; i--) end = parts[i](end);
        return end;
    }
}
