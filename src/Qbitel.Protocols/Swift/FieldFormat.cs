namespace Qbitel.Protocols.Swift;

/// <summary>
/// A field's form in the notation of the FIN standard: <c>n a c x y z d h e</c> characters, <c>!</c> exactly,
/// <c>n*</c> lines,
/// <c>[ ]</c> optional, <c>( )</c> for the form of a line, CRLF, BIC, and literal slashes.
/// </summary>
internal sealed class FieldFormat
{
    private readonly Part _first;

    private FieldFormat(string notation, Part first)
    {
        Notation = notation;
        _first = first;
    }

    public string Notation { get; }

    public static FieldFormat Compile(string notation)
    {
        int at = 0;
        return new FieldFormat(notation, Link(Read(notation, ref at, '\0'), new End()));
    }

    /// <summary>Whether a value has the form; if not, how far it does.</summary>
    public bool Fits(string value, out int failedAt)
    {
        failedAt = 0;
        return _first.Match(value, 0, ref failedAt);
    }

    private static List<Func<Part, Part>> Read(string notation, ref int at, char close)
    {
        List<Func<Part, Part>> parts = [];
        while (at < notation.Length && notation[at] != close)
        {
            char c = notation[at];
            if (c == '[')
            {
                at++;
                List<Func<Part, Part>> inner = Read(notation, ref at, ']');
                at++;
                parts.Add(next => new Optional(Link(inner, next), next));
            }
            else if (notation.AsSpan(at).StartsWith("CRLF"))
            {
                at += 4;
                parts.Add(next => new Literal('\n', next));
            }
            else if (notation.AsSpan(at).StartsWith("BIC"))
            {
                at += 3;
                int inner = 0;
                parts.AddRange(Read("4!a2!a2!c[3!c]", ref inner, '\0'));
            }
            else if (char.IsAsciiDigit(c))
            {
                parts.Add(ReadRun(notation, ref at));
            }
            else
            {
                at++;
                parts.Add(next => new Literal(c, next));
            }
        }

        return parts;
    }

    private static Func<Part, Part> ReadRun(string notation, ref int at)
    {
        int length = 0;
        for (; char.IsAsciiDigit(notation[at]); at++) length = (length * 10) + (notation[at] - '0');
        if (notation[at] == '*')
        {
            at++;
            List<Func<Part, Part>> line;
            if (notation[at] == '(')
            {
                at++;
                line = Read(notation, ref at, ')');
                at++;
            }
            else
            {
                line = [ReadRun(notation, ref at)];
            }

            Part form = Link(line, new LineEnd());
            return next => new Lines(form, length, next);
        }

        bool exact = notation[at] == '!';
        if (exact) at++;
        char kind = notation[at++];
        return kind == 'd' ? next => new Amount(length, next) : next => new Run(kind, exact ? length : 1, length, next);
    }

    private static Part Link(List<Func<Part, Part>> parts, Part end)
    {
        for (int i = parts.Count - 1; i >= 0; i--) end = parts[i](end);
        return end;
    }

    internal static bool IsOf(char kind, char c) => kind switch
    {
        'n' => char.IsAsciiDigit(c),
        'a' => char.IsAsciiLetterUpper(c),
        'c' => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c),
        'h' => char.IsAsciiHexDigitUpper(c),
        'e' => c == ' ',
        'x' => char.IsAsciiLetterOrDigit(c) || "/-?:().,'+ ".Contains(c, StringComparison.Ordinal),
        'y' => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c)
            || " .,-()/='+:?!\"%&*<>;".Contains(c, StringComparison.Ordinal),
        _ => c is (>= ' ' and <= '~') or '\n', // z, whose envelopes run over lines
    };

    // Each part knows what follows it, so that an optional or a shorter run can be given up for what comes after.
    private abstract class Part
    {
        public abstract bool Match(string text, int at, ref int failedAt);

        protected static bool Fail(int at, ref int failedAt)
        {
            failedAt = Math.Max(failedAt, at);
            return false;
        }
    }

    private sealed class End : Part
    {
        public override bool Match(string text, int at, ref int failedAt) =>
            at == text.Length || Fail(at, ref failedAt);
    }

    private sealed class LineEnd : Part
    {
        public override bool Match(string text, int at, ref int failedAt) =>
            at == text.Length || text[at] == '\n' || Fail(at, ref failedAt);
    }

    private sealed class Literal(char wanted, Part next) : Part
    {
        public override bool Match(string text, int at, ref int failedAt) =>
            at < text.Length && text[at] == wanted ? next.Match(text, at + 1, ref failedAt) : Fail(at, ref failedAt);
    }

    private sealed class Run(char kind, int least, int most, Part next) : Part
    {
        public override bool Match(string text, int at, ref int failedAt)
        {
            int count = 0;
            while (count < most && at + count < text.Length && IsOf(kind, text[at + count])) count++;
            if (count < least) return Fail(at + count, ref failedAt);
            for (; count >= least; count--) if (next.Match(text, at + count, ref failedAt)) return true;
            return false;
        }
    }

    // Digits with one mandatory comma, at least one digit before it.
    private sealed class Amount(int most, Part next) : Part
    {
        public override bool Match(string text, int at, ref int failedAt)
        {
            int end = at, commas = 0;
            for (; end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == ','); end++)
            {
                if (text[end] == ',') commas++;
            }

            if (end == at || text[at] == ',' || commas != 1 || end - at > most)
            {
                return Fail(Math.Min(end, at + most), ref failedAt);
            }

            return next.Match(text, end, ref failedAt);
        }
    }

    private sealed class Optional(Part with, Part without) : Part
    {
        public override bool Match(string text, int at, ref int failedAt) =>
            with.Match(text, at, ref failedAt) || without.Match(text, at, ref failedAt);
    }

    private sealed class Lines(Part form, int most, Part next) : Part
    {
        public override bool Match(string text, int at, ref int failedAt)
        {
            for (int line = 1; line <= most; line++)
            {
                if (!form.Match(text, at, ref failedAt)) return false;
                int end = text.IndexOf('\n', at);
                if (end < 0) return next.Match(text, text.Length, ref failedAt);
                at = end + 1;
            }

            return Fail(at - 1, ref failedAt);
        }
    }
}
