using System.Globalization;
using System.Runtime.InteropServices;

namespace Qbitel.Discovery.Traces.Sampling;

/// <summary>One of the equal parts a capture's flows are cut into, so that several machines can share the
/// work.</summary>
/// <remarks>Both directions of a flow are in the same part, on every machine and in every run.</remarks>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CapturePart
{
    private const int MaxCount = 1_024;

    /// <param name="number">From 1.</param>
    /// <param name="count">Parts in all.</param>
    public CapturePart(int number, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxCount);
        Number = number;
        Count = count;
    }

    /// <summary>All flows.</summary>
    public static CapturePart Whole { get; } = new(1, 1);

    public int Number { get; }

    public int Count { get; }

    internal bool Contains(ulong flow) => Count == 1 || flow % (ulong)Count == (ulong)(Number - 1);

    /// <summary><c>2/4</c> is the second of four.</summary>
    public static bool TryParse(string text, out CapturePart part)
    {
        ArgumentNullException.ThrowIfNull(text);
        part = Whole;
        string[] numbers = text.Split('/');
        if (numbers.Length != 2 || !Number(numbers[0], out int number) || !Number(numbers[1], out int count)
            || number < 1 || number > count || count > MaxCount)
        {
            return false;
        }

        part = new CapturePart(number, count);
        return true;

        static bool Number(string digits, out int value) =>
            int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    public override string ToString() => FormattableString.Invariant($"{Number}/{Count}");
}
