using System.Globalization;
using System.Text;

namespace Qbitel.Discovery.Boundaries.Training;

/// <summary>Makes the values of one field, in the way such fields take values in life: constants, few choices,
/// counters,
/// clocks, sizes, handles, noise.</summary>
internal static class ValueMaker
{
    private static readonly string[] Words =
    [
        "account", "alpha", "bank", "branch", "client", "config", "data", "default", "device", "error", "file", "group",
        "host", "index", "item", "key", "list", "login", "main", "message", "name", "node", "order", "page", "path",
        "payment", "port", "queue", "record", "reply", "report", "root", "server", "session", "state", "status",
            "system",
        "table", "task", "test", "time", "trade", "user", "value", "version", "work", "world", "zone",
    ];

    /// <summary>A way to make numbers of a width.</summary>
    public static (Func<MessageWriter, ulong> Make, string Meaning) Number(SplitMix random, int width)
    {
        ulong mask = width >= 8 ? ulong.MaxValue : (1UL << (8 * width)) - 1;
        ulong start = random.Next() & mask;
        switch (random.Below(width == 1 ? 9 : 12))
        {
            case 0:
                ulong constant = random.Chance(0.5) ? (ulong)random.Below(16) : random.Next() & mask;
                return (_ => constant, "const");
            case 1:
                ulong[] few = [.. Enumerable.Range(0, random.Between(2, 6)).Select(_ => random.Chance(0.7)
                    ? (ulong)random.Below(24) : random.Next() & mask)];
                return (_ => few[Skewed(random, few.Length)], "integer");
            case 2:
                int most = random.Between(2, width == 1 ? 60 : 400);
                return (_ => (ulong)random.Below(most), "integer");
            case 3:
                double zero = 0.5 + (random.Share() / 2);
                int other = random.Between(1, 255);
                return (_ => random.Chance(zero) ? 0 : (ulong)random.Between(1, other) & mask, "integer");
            case 4:
                return (_ => 0, "padding");
            case 5:
                ulong[] bits = [.. Enumerable.Range(0, random.Between(1, 4)).Select(_ =>
                    1UL << random.Below(8 * width))];
                return (_ => bits.Where(_ => random.Chance(0.4)).Aggregate(0UL, (a, b) => a | b), "flags");
            case 6:
                ulong step = (ulong)random.Of(1, 1, 1, 2, 4);
                ulong from = random.Chance(0.6) ? (ulong)random.Below(256) : start;
                return (w => (from + ((ulong)w.Number * step)) & mask, "sequence");
            case 7:
                return (_ => random.Next() & mask, "bytes");
            case 8:
                ulong[] handles = [.. Enumerable.Range(0, random.Between(2, 8)).Select(_ => random.Next() & mask)];
                return (_ => handles[Skewed(random, handles.Length)], "id");
            case 9:
                int speed = random.Between(1, 2_000);
                ulong clock = width >= 4 ? 1_600_000_000UL + (ulong)random.Below(200_000_000) : start;
                return (w => (clock + (ulong)(w.Number * speed) + (ulong)random.Below(speed)) & mask, "timestamp");
            case 10:
                int scale = Math.Min(8 * width, 31) - 1;
                return (_ => (random.Next() >> 1) & ((1UL << random.Between(1, scale)) - 1), "integer");
            default:
                int low = random.Below(1 << Math.Min(30, (8 * width) - 1));
                int span = random.Between(10, 5_000);
                return (_ => ((ulong)low + (ulong)random.Below(span)) & mask, "amount");
        }
    }

    /// <summary>The first of a few things comes most often.</summary>
    public static int Skewed(SplitMix random, int count) =>
        (int)(count * Math.Pow(random.Share(), 1.8));

    public static Func<string> Text(SplitMix random)
    {
        int kind = random.Below(6);
        string[] pool = [.. Enumerable.Range(0, random.Between(1, 30)).Select(_ => Phrase(random, kind))];
        bool isFresh = random.Chance(0.3);
        return () => isFresh ? Phrase(random, kind) : pool[Skewed(random, pool.Length)];
    }

    private static string Phrase(SplitMix random, int kind) => kind switch
    {
        0 => Words[random.Below(Words.Length)],
        1 => string.Join(random.Of(" ", ".", "/", "_", "-"), Enumerable.Range(0, random.Between(2, 4))
            .Select(_ => Words[random.Below(Words.Length)])),
        2 => Words[random.Below(Words.Length)].ToUpperInvariant(),
        3 => Words[random.Below(Words.Length)] + random.Below(1_000).ToString(CultureInfo.InvariantCulture),
        4 => random.Next().ToString(CultureInfo.InvariantCulture)[..random.Between(3, 12)],
        _ => Convert.ToHexStringLower(random.Bytes(random.Between(2, 8))),
    };

    // IBM code page 37: digits, capitals and the blank.
    public static byte[] Ebcdic(string text) =>
    [
        .. text.Select(c => c switch
        {
            >= '0' and <= '9' => (byte)(0xF0 + c - '0'),
            >= 'A' and <= 'I' => (byte)(0xC1 + c - 'A'),
            >= 'J' and <= 'R' => (byte)(0xD1 + c - 'J'),
            >= 'S' and <= 'Z' => (byte)(0xE2 + c - 'S'),
            _ => (byte)0x40,
        }),
    ];

    /// <summary>Digits two a byte, with a sign in the last half byte.</summary>
    public static byte[] Packed(ulong value, int bytes, bool isSigned)
    {
        byte[] packed = new byte[bytes];
        int halves = 2 * bytes, first = 0;
        if (isSigned)
        {
            packed[^1] = 0x0C;
            first = 1;
        }

        for (int half = first; half < halves; half++)
        {
            int digit = (int)(value % 10);
            value /= 10;
            packed[bytes - 1 - (half / 2)] |= (byte)(half % 2 == 0 ? digit : digit << 4);
        }

        return packed;
    }

    public static string Digits(ulong value, int width)
    {
        string text = value.ToString(CultureInfo.InvariantCulture);
        return text.Length >= width ? text[^width..] : text.PadLeft(width, '0');
    }

    public static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);
}
