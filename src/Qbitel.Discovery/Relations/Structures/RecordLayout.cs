using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Structures;

/// <summary>The fields of records of one kind and length, from what their columns hold.</summary>
/// <remarks>
/// Packed decimals end with a sign, zoned ones with a digit that has a sign over it; zero-padded
/// numbers begin where the entropy of digits falls; text ends in blanks and begins where a column is never blank; a
/// code ends where columns stop depending on each other.
/// </remarks>
internal sealed class RecordLayout
{
    private const int MaxPacked = 10; // bytes: nineteen digits and a sign
    private const int MaxZoned = 18, MinOverpunched = 3; // digits, and different last ones
    private const double EntropyFall = 1.0, Independent = 0.2;
    private const int MaxCodes = 12;

    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _records;
    private readonly TextCode _code;
    private readonly Column[] _columns;

    public RecordLayout(IReadOnlyList<ReadOnlyMemory<byte>> records, TextCode code)
    {
        _records = records;
        _code = code;
        _columns = [.. Enumerable.Range(0, records[0].Length).Select(i => new Column(records, i, code))];
    }

    public IReadOnlyList<Column> Columns => _columns;

    /// <summary>The share of columns that hold text or decimals, of those that are not always zero: zeros fill
    /// any format.</summary>
    public double Readable
    {
        get
        {
            bool[] isDecimal = new bool[_columns.Length];
            foreach ((int start, int length, _) in Decimals()) isDecimal.AsSpan(start, length).Fill(true);
            int filled = _columns.Where((c, i) => isDecimal[i] || !c.IsZero).Count();
            return _columns.Where((c, i) => c.IsPrinted || isDecimal[i]).Count() / (double)Math.Max(1, filled);
        }
    }

    /// <summary>Start, length and how it is written, of every field.</summary>
    /// <param name="keySize">Columns at the beginning that name the kind of record.</param>
    public List<(int Start, int Length, string Type)> Fields(int keySize)
    {
        int size = _columns.Length;
        bool[] cuts = new bool[size + 1];
        string?[] types = new string?[size];
        cuts[0] = cuts[size] = true;
        if (keySize > 0) cuts[keySize] = true;

        bool[] isDecimal = new bool[size];
        foreach ((int start, int length, string type) in Decimals())
        {
            cuts[start] = cuts[start + length] = true;
            isDecimal.AsSpan(start, length).Fill(true);
            types.AsSpan(start, length).Fill(type);
        }

        for (int i = 1; i < size; i++)
        {
            if (isDecimal[i] || isDecimal[i - 1]) continue;
            bool left = IsText(i - 1), right = IsText(i);
            if (left != right) cuts[i] = true;
            else if (left && i > keySize) cuts[i] |= SplitsText(i);
        }

        foreach ((int start, int length) in Dates(isDecimal))
        {
            for (int i = start + 1; i < start + length; i++) cuts[i] = false;
            cuts[start] = cuts[start + length] = true;
        }

        SplitBinary(cuts, isDecimal);
        for (int i = 0; i < size; i++)
            types[i] ??= IsText(i) ? _code.Name : "bytes";

        List<(int, int, string)> fields = [];
        for (int i = 0; i < size;)
        {
            int end = i + 1;
            while (!cuts[end]) end++;
            fields.Add((i, end - i, types[i] == "bytes" && end - i is 1 or 2 or 4 or 8 && !IsZeroRun(i, end)
                ? new NumberForm(end - i, NumberCoding.BigEndian).Name : types[i]!));
            i = end;
        }

        return fields;
    }

    private bool IsText(int i) => _columns[i].IsPrinted;

    private bool IsZeroRun(int start, int end)
    {
        for (int i = start; i < end; i++) if (!_columns[i].IsZero) return false;
        return true;
    }

    private List<(int Start, int Length, string Type)> Decimals()
    {
        List<(int Start, int Length, string Type)> packed =
            [.. Packed().Select(run => (run.Start, run.Length, "packed"))];
        return [.. packed, .. Zoned().Where(run =>
            !packed.Exists(p => run.Start < p.Start + p.Length && p.Start < run.Start + run.Length))];
    }

    // Digits before one that has a sign over it. One digit alone would be a code.
    private IEnumerable<(int Start, int Length, string Type)> Zoned()
    {
        for (int end = 1; end < _columns.Length; end++)
        {
            if (!_columns[end].IsOverpunch || _columns[end].Distinct < MinOverpunched || !_columns[end - 1].IsDigit)
                continue;
            int start = end - 1;
            while (start > 0 && end - start + 1 < MaxZoned && _columns[start - 1].IsDigit && !SplitsText(start))
                start--;
            yield return (start, end + 1 - start, $"zoned-{_code.Name}");
        }
    }

    // Runs of decimal digits that end with a sign, and hold a byte that is no text.
    private List<(int Start, int Length)> Packed()
    {
        List<(int, int)> runs = [];
        int after = 0;
        for (int end = 0; end < _columns.Length; end++)
        {
            if (!_columns[end].IsSign || (_columns[end].IsPrinted && _columns[end].Distinct < 3)) continue;
            int start = end;
            while (start > after && end - start + 1 < MaxPacked && _columns[start - 1].IsPacked) start--;
            while (start < end && _columns[start].IsPrinted) start++;
            bool hasBinary = false;
            for (int i = start; i <= end; i++) hasBinary |= !_columns[i].IsPrinted;
            if (!hasBinary || end == start) continue;
            runs.Add((start, end + 1 - start));
            after = end + 1;
        }

        return runs;
    }

    private bool SplitsText(int i)
    {
        Column left = _columns[i - 1], right = _columns[i];
        if (right.IsBlank) // filling after a code of fixed size that changes, or the blanks of the same field
            return left.Blanks == 0 && left.Entropy > 0.5 && left.Letters + left.Digits >= 1 && RestIsBlank(i);
        if (left.Blanks > 0.05 && right.Blanks == 0 && (left.Blanks > 0.9 || EndsInBlanks(i))) return true;
        if (left.IsBlank) return right.Blanks < 0.9 && (i < 2 || _columns[i - 2].IsBlank || right.Blanks >= 0.5);
        if (left.IsDigit && right.IsDigit) return left.Entropy - right.Entropy >= EntropyFall;
        if (left.IsDigit != right.IsDigit && left.Blanks == 0 && right.Blanks == 0)
        {
            // Letters before digits may be the fixed beginning of a number such as TERM0001.
            return left.IsDigit ? right.Letters >= 1 : left.Letters >= 1 && left.Entropy > 0.3;
        }

        return left is { Letters: >= 1, Distinct: > 1 and <= MaxCodes }
            && right is { Letters: >= 1, Distinct: > 1 and <= MaxCodes } && left.Shares(right) < Independent;
    }

    // Filling is more than one blank; a single one stands between words.
    private bool EndsInBlanks(int i)
    {
        if (i < 2) return false;
        int blank = 0, both = 0;
        for (int r = 0; r < _records.Count; r++)
        {
            if (_columns[i - 1][r] != _code.Blank) continue;
            blank++;
            if (_columns[i - 2][r] == _code.Blank) both++;
        }

        return 2 * both >= blank;
    }

    private bool RestIsBlank(int i)
    {
        int run = 0;
        while (i + run < _columns.Length && _columns[i + run].IsBlank) run++;
        return run >= 2;
    }

    // Eight digits that are a date in every record, and six behind one that are a time.
    private List<(int Start, int Length)> Dates(bool[] isDecimal)
    {
        List<(int, int)> dates = [];
        for (int i = 0; i + 8 <= _columns.Length; i++)
        {
            if (!AllHold("yyyyMMdd", i, isDecimal)) continue;
            dates.Add((i, 8));
            i += 8;
            if (AllHold("HHmmss", i, isDecimal))
            {
                dates.Add((i, 6));
                i += 6;
            }

            i--;
        }

        return dates;
    }

    private bool AllHold(string form, int start, bool[] isDecimal)
    {
        if (start + form.Length > _columns.Length) return false;
        for (int i = start; i < start + form.Length; i++) if (!_columns[i].IsDigit || isDecimal[i]) return false;
        return _records.All(r => DigitDates.Holds(form, _code.Digits(r.Span.Slice(start, form.Length))));
    }

    // A run of bytes that are no text is a number where it is as long as one; else numbers begin where zeros follow
    // what changes.
    private void SplitBinary(bool[] cuts, bool[] isDecimal)
    {
        for (int start = 0; start < _columns.Length;)
        {
            if (IsText(start) || isDecimal[start])
            {
                start++;
                continue;
            }

            int end = start + 1;
            while (end < _columns.Length && !cuts[end] && !IsText(end) && !isDecimal[end]) end++;
            if (end - start is not (1 or 2 or 4 or 8))
            {
                for (int i = start + 1; i < end; i++)
                    if (_columns[i - 1].Entropy - _columns[i].Entropy >= EntropyFall) cuts[i] = true;
            }

            start = end;
        }
    }
}
