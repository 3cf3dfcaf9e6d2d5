using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Qbitel.Discovery.Evaluation;

/// <summary>Our scores on every file, and those of cutters that look at nothing beside them.</summary>
public sealed record EvaluationReport
{
    /// <summary>In the order of the files.</summary>
    public required IReadOnlyList<EvaluationRow> Rows { get; init; }

    /// <summary>Each file was cut by a model that had seen no protocol of its family.</summary>
    public required bool LeftFamilyOut { get; init; }

    /// <summary>Means over files; each file counts the same.</summary>
    public Scores Mean => MeanOf(Rows.Select(r => r.Scores));

    /// <summary>Of the cutters, by name.</summary>
    public IEnumerable<(string Name, Scores Scores)> Trivial => TrivialCutters.All.Select((cutter, i) =>
        (cutter.Name, MeanOf(Rows.Select(r => r.Trivial[i]))));

    /// <summary>A table in Markdown.</summary>
    public string ToMarkdown()
    {
        StringBuilder text = new();
        string[] columns = ["file", "read as", "messages", "P", "R", "F1", "FPR", "FMS", "perfection", "F1 merged", "V",
            "ECE", "semantic P", "every byte F1 / perfection", "every 2", "every 4"];
        text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", columns)} |\n|")
            .Insert(text.Length, "---|", columns.Length).Append('\n');
        foreach (EvaluationRow row in Rows)
        {
            Append(text, row.File, row.Name, row.Scores);
            foreach (Scores cut in row.Trivial) text.Append(CultureInfo.InvariantCulture, $" {Pair(cut)} |");
            text.Append('\n');
        }

        Append(text, "**mean**", "", Mean);
        foreach ((_, Scores cut) in Trivial) text.Append(CultureInfo.InvariantCulture, $" {Pair(cut)} |");
        text.Append('\n');
        foreach ((string name, Scores scores) in Trivial)
        {
            Append(text, $"mean of {name}", "", scores);
            text.Append(" | | |\n");
        }

        return text.ToString();
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);

        writer.WriteStartObject();
        writer.WriteBoolean("leaveOneFamilyOut", LeftFamilyOut);
        writer.WriteStartArray("files");
        foreach (EvaluationRow row in Rows)
        {
            writer.WriteStartObject();
            writer.WriteString("file", row.File);
            writer.WriteString("family", row.Family);
            writer.WriteString("readAs", row.Name);
            Write(writer, row.Scores);
            writer.WriteStartObject("trivial");
            for (int i = 0; i < row.Trivial.Count; i++)
            {
                writer.WriteStartObject(TrivialCutters.All[i].Name);
                Write(writer, row.Trivial[i]);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartObject("mean");
        Write(writer, Mean);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Append(StringBuilder text, string file, string name, Scores s) =>
        text.Append(CultureInfo.InvariantCulture,
            $"| {file} | {name} | {s.Messages} | {Two(s.Precision)} | {Two(s.Recall)} | "
            + $"{s.F1:0.000} | {s.FalsePositiveRate:0.000} | {s.FormatMatch:0.000} | {s.Perfection:0.000} | "
            + $"{s.F1MergedConstants:0.000} | {Two(s.TypeAgreement)} | {Two(s.CalibrationError)} | "
            + $"{Two(s.SemanticPrecision)} |");

    private static string Pair(Scores s) => string.Create(CultureInfo.InvariantCulture,
        $"{s.F1:0.00} / {s.Perfection:0.00}");

    private static string Two(double value) =>
        double.IsNaN(value) ? "-" : value.ToString("0.00", CultureInfo.InvariantCulture);

    private static Scores MeanOf(IEnumerable<Scores> scores)
    {
        Scores[] all = [.. scores];
        return new Scores
        {
            Messages = all.Sum(s => s.Messages),
            Precision = Mean(s => s.Precision),
            Recall = Mean(s => s.Recall),
            F1 = Mean(s => s.F1),
            FalsePositiveRate = Mean(s => s.FalsePositiveRate),
            FormatMatch = Mean(s => s.FormatMatch),
            Perfection = Mean(s => s.Perfection),
            F1MergedConstants = Mean(s => s.F1MergedConstants),
            TypeAgreement = Mean(s => s.TypeAgreement),
            CalibrationError = Mean(s => s.CalibrationError),
            SemanticPrecision = Mean(s => s.SemanticPrecision),
            SemanticRecall = Mean(s => s.SemanticRecall),
        };

        double Mean(Func<Scores, double> of)
        {
            double[] values = [.. all.Select(of).Where(v => !double.IsNaN(v))];
            return values.Length == 0 ? double.NaN : values.Average();
        }
    }

    private static void Write(Utf8JsonWriter writer, Scores scores)
    {
        writer.WriteNumber("messages", scores.Messages);
        Number("P", scores.Precision);
        Number("R", scores.Recall);
        Number("F1", scores.F1);
        Number("FPR", scores.FalsePositiveRate);
        Number("FMS", scores.FormatMatch);
        Number("perf", scores.Perfection);
        Number("F1mc", scores.F1MergedConstants);
        Number("V", scores.TypeAgreement);
        Number("ECE", scores.CalibrationError);
        Number("semP", scores.SemanticPrecision);
        Number("semR", scores.SemanticRecall);

        void Number(string name, double value)
        {
            if (!double.IsNaN(value)) writer.WriteNumber(name, Math.Round(value, 4));
        }
    }
}

/// <summary>One file.</summary>
/// <param name="File">Name without ending.</param>
/// <param name="Family">Protocols alike share it.</param>
/// <param name="Name">What the discovery called it.</param>
/// <param name="Scores">Ours.</param>
/// <param name="Trivial">Those of the trivial cutters: every byte, every 2, every 4.</param>
public sealed record EvaluationRow(string File, string Family, string Name, Scores Scores,
    IReadOnlyList<Scores> Trivial);
