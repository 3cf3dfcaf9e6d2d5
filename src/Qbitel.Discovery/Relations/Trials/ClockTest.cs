using System.Globalization;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Fields;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Trials;

/// <summary>Numbers that are times: near the time of capture, and growing with it.</summary>
/// <remarks>The null model permutes the messages: a rank correlation as high, of so many values.</remarks>
internal static class ClockTest
{
    private const int MinDistinct = 20;
    private const double NeededCorrelation = 0.95;
    private const double Window = 45 * 86_400.0; // seconds a clock may be off

    private static readonly NumberForm[] Forms =
    [
        new(4, NumberCoding.BigEndian), new(4, NumberCoding.LittleEndian), new(8, NumberCoding.BigEndian),
        new(8, NumberCoding.LittleEndian), new(6, NumberCoding.BigEndian), new(6, NumberCoding.LittleEndian),
    ];

    private static readonly (string Name, int Size, double PerSecond, double Zero)[] Clocks =
    [
        ("epoch-seconds", 4, 1, 0), ("ntp-seconds", 4, 1, 2_208_988_800), ("epoch-milliseconds", 8, 1e3, 0),
        ("epoch-milliseconds", 6, 1e3, 0), ("epoch-microseconds", 8, 1e6, 0), ("epoch-nanoseconds", 8, 1e9, 0),
        ("epoch-seconds", 8, 1, 0), ("filetime", 8, 1e7, 11_644_473_600),
    ];

    public static void Run(Group group, List<Finding> found, ref long tested)
    {
        if (group.Tested.Count(s => s.Time is not null) < Candidates.NeededShare * group.Count) return;
        double[] captured = [.. group.Tested.Select(s =>
            s.Time is { } time ? (time - DateTimeOffset.UnixEpoch).TotalSeconds : double.NaN)];

        foreach (Candidates candidate in Candidates.Of(group, Forms))
        {
            foreach ((string name, int size, double perSecond, double zero) in Clocks)
            {
                if (size != candidate.Form.Size) continue;
                tested++;
                if (candidate.Distinct < Math.Min(MinDistinct, group.Count / 2)) continue;
                double[] seconds = [.. candidate.Values.Select(v => (v / perSecond) - zero)];
                int near = 0;
                for (int i = 0; i < seconds.Length; i++) if (Math.Abs(seconds[i] - captured[i]) < Window) near++;
                if (near < Candidates.NeededShare * seconds.Length) continue;

                double correlation = Chance.RankCorrelation(seconds, captured);
                if (correlation < NeededCorrelation) continue;
                double log = 0.5 * (candidate.Distinct - 2) * Math.Log(Math.Max(1e-6, 1 - (correlation * correlation)));
                found.Add(new Finding(candidate.At, candidate.Form, RelationKind.Timestamp, "timestamp", near,
                    seconds.Length, log, string.Create(CultureInfo.InvariantCulture,
                        $"is {name}, near the time of capture and growing with it "
                        + $"(rank correlation {correlation:0.000})"))
                { Parameters = [new("clock", name), new("endianness", candidate.Form.Endianness)] });
            }
        }
    }
}
