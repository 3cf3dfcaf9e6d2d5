using System.Globalization;
using System.Text;

namespace Qbitel.Discovery.Emission;

/// <summary>How generated adapters did on messages held back.</summary>
/// <param name="Rows">In the order of the files.</param>
public sealed record AdapterEvaluationReport(IReadOnlyList<AdapterEvaluationRow> Rows)
{
    /// <summary>A table in Markdown.</summary>
    public string ToMarkdown()
    {
        StringBuilder text = new();
        text.Append("| file | read as | held back | read | written back | lengths changed | refused "
            + "| check values changed | refused |\n")
            .Append("|---|---|---|---|---|---|---|---|---|\n");
        foreach (AdapterEvaluationRow row in Rows)
        {
            string read = row.IsGenerated ? $"{N(row.Read)} ({Share(row.Read, row.HeldBack)})"
                : row.Withheld.Count > 0 ? $"withheld: {row.Withheld[0]}" : "no unknown protocol";
            text.Append(CultureInfo.InvariantCulture, $"| {row.File} | {string.Join(' ', row.Names)} ")
                .Append(CultureInfo.InvariantCulture, $"| {row.HeldBack} | {read} | ")
                .Append(CultureInfo.InvariantCulture, $"{Share(row.Rebuilt, row.Read)} | {row.Lengths} | ")
                .Append(CultureInfo.InvariantCulture, $"{Share(row.LengthsRefused, row.Lengths)} | ")
                .Append(CultureInfo.InvariantCulture, $"{row.Sums} | {Share(row.SumsRefused, row.Sums)} |\n");
        }

        return text.ToString();
    }

    private static string Share(int part, int whole) =>
        whole == 0 ? "-" : ((double)part / whole).ToString("P1", CultureInfo.InvariantCulture);

    private static string N(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>One file.</summary>
/// <param name="File">Name without ending.</param>
/// <param name="Names">What the discovery called its protocols.</param>
/// <param name="HeldBack">Messages that were not there when the adapters were made: one in five.</param>
/// <param name="Withheld">Why adapters were not given out.</param>
public sealed record AdapterEvaluationRow(string File, IReadOnlyList<string> Names, int HeldBack,
    IReadOnlyList<string> Withheld)
{
    /// <summary>Held-back messages that a generated parser reads.</summary>
    public int Read { get; init; }

    /// <summary>Of those, what it writes back byte for byte.</summary>
    public int Rebuilt { get; init; }

    /// <summary>Messages that were read, with one bit of a true length changed.</summary>
    public int Lengths { get; init; }

    public int LengthsRefused { get; init; }

    /// <summary>The same with one bit of a true check value.</summary>
    public int Sums { get; init; }

    public int SumsRefused { get; init; }

    /// <summary>An unknown protocol was found and its adapter given out.</summary>
    public bool IsGenerated => Names.Count(n => n.StartsWith("unknown-", StringComparison.Ordinal)) > Withheld.Count;
}
