using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Structures;

/// <summary>What stands at one place of records of the same kind.</summary>
internal sealed class Column
{
    private readonly byte[] _values;

    public Column(IReadOnlyList<ReadOnlyMemory<byte>> records, int at, TextCode code)
    {
        _values = [.. records.Select(r => r.Span[at])];
        int[] counts = new int[256];
        int digits = 0, letters = 0, blanks = 0, printed = 0, zeros = 0, digitNibbles = 0, signs = 0;
        int plus = 0, minus = 0;
        bool hasSignedZero = false;
        foreach (byte b in _values)
        {
            counts[b]++;
            if (code.IsDigit(b)) digits++;
            if (code.IsLetter(b)) letters++;
            if (b == code.Blank) blanks++;
            if (code.IsPrinted(b)) printed++;
            if (b == 0) zeros++;
            if (b >> 4 <= 9 && (b & 0xF) <= 9) digitNibbles++;
            if (b >> 4 <= 9 && (b & 0xF) is 0xC or 0xD or 0xF) signs++;
            if (!code.TryOverpunch(b, out int digit, out bool isNegative)) continue;
            if (isNegative) minus++;
            else plus++;
            hasSignedZero |= digit == 0;
        }

        double all = _values.Length;
        Digits = digits / all;
        Letters = letters / all;
        Blanks = blanks / all;
        Zeros = zeros / all;
        IsPrinted = printed == _values.Length;
        IsPacked = digitNibbles == _values.Length;
        IsSign = signs == _values.Length;
        IsOverpunch = plus + minus + digits == _values.Length && hasSignedZero
            && (digits == 0 || (plus > 0 && minus > 0));
        Distinct = counts.Count(c => c > 0);
        Entropy = counts.Where(c => c > 0).Sum(c => -c / all * Math.Log2(c / all));
    }

    public double Digits { get; }

    public double Letters { get; }

    public double Blanks { get; }

    public double Zeros { get; }

    /// <summary>All values are text.</summary>
    public bool IsPrinted { get; }

    /// <summary>All values are two decimal digits.</summary>
    public bool IsPacked { get; }

    /// <summary>All values are a decimal digit and a sign.</summary>
    public bool IsSign { get; }

    /// <summary>All values are digits with a sign over them, or digits beside those with both signs; and one is a
    /// signed zero, which no letter is.</summary>
    public bool IsOverpunch { get; }

    public int Distinct { get; }

    /// <summary>In bits.</summary>
    public double Entropy { get; }

    public bool IsDigit => Digits >= 1;

    public bool IsBlank => Blanks >= 1;

    public bool IsZero => Zeros >= 1;

    public byte this[int record] => _values[record];

    /// <summary>How much of the lesser entropy the two columns share: 0 to 1.</summary>
    public double Shares(Column other)
    {
        double least = Math.Min(Entropy, other.Entropy);
        if (least < 1e-9) return 0;

        Dictionary<int, int> joint = [];
        for (int i = 0; i < _values.Length; i++)
        {
            int key = (_values[i] << 8) | other._values[i];
            joint[key] = joint.GetValueOrDefault(key) + 1;
        }

        double all = _values.Length;
        double both = joint.Values.Sum(c => -c / all * Math.Log2(c / all));
        return Math.Clamp((Entropy + other.Entropy - both) / least, 0, 1);
    }
}
