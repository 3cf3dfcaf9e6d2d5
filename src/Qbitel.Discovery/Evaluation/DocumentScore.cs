using System.Globalization;
using Qbitel.Discovery.Boundaries.Training;

namespace Qbitel.Discovery.Evaluation;

/// <summary>Scores a whole document against the truth of its input: boundaries, types, confidences, meanings.</summary>
internal static class DocumentScore
{
    // Class of a true field to the meanings that are right for it.
    private static readonly Dictionary<string, string[]> Right = new(StringComparer.Ordinal)
    {
        ["timestamp"] = ["timestamp", "date", "time"],
        ["msgtype"] = ["msgtype", "type"],
        ["id"] = ["id", "address"],
        ["ip"] = ["ip", "address"],
        ["mac"] = ["mac", "address"],
        ["flags"] = ["flags", "bitmap"],
        ["padding"] = ["padding", "reserved"],
        ["string"] = ["string", "text"],
        ["version"] = ["version", "const"],
        ["const"] = ["const", "magic", "delimiter", "version"],
        ["bytes"] = ["bytes", "opaque"],
    };

    public static Scores Of(TruthFile truth, DiscoveryDocument document)
    {
        Dictionary<int, (string Type, IReadOnlyList<DiscoveredField> Fields)> found = [];
        for (int i = 0; i < document.Protocols.Count; i++)
        {
            string protocol = i.ToString(CultureInfo.InvariantCulture);
            foreach (DiscoveredMessage message in document.Protocols[i].Messages)
                found[message.Index] = ($"{protocol}/{message.Type}", message.Fields);
        }

        List<int[]> cuts = [];
        List<string> types = [];
        List<(double, bool)> claims = [];
        long said = 0, right = 0, total = 0;
        foreach (TruthMessage message in truth.Messages)
        {
            (string type, IReadOnlyList<DiscoveredField> fields) = found.GetValueOrDefault(message.Sample.Index, ("",
                []));
            cuts.Add([.. DiscoveredMessage.StartsOf(fields)]);
            types.Add(type);
            total += message.Fields.Length;
            Dictionary<(int, int), string> real = message.Fields.ToDictionary(f => (f.Start, f.Length), f => f.Class);
            foreach (DiscoveredField field in fields)
            {
                string? meant = real.GetValueOrDefault((field.Start, field.Length));
                claims.Add((Math.Round(field.Confidence, 4), meant is not null));
                if (field.Semantic == "unknown") continue;
                said++;
                if (meant is not null && IsRight(meant, field.Semantic)) right++;
            }
        }

        return CutScore.Of(truth.Messages, cuts) with
        {
            TypeAgreement = Agreement.VMeasure([.. truth.Messages.Select(m => m.Type)], types),
            CalibrationError = Agreement.CalibrationError(claims),
            SemanticPrecision = said > 0 ? (double)right / said : double.NaN,
            SemanticRecall = total > 0 ? (double)right / total : 0,
        };
    }

    public static bool IsRight(string real, string given) =>
        Right.TryGetValue(real, out string[]? accepted) ? accepted.Contains(given, StringComparer.Ordinal)
            : real == given;
}
