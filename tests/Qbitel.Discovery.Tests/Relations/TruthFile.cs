using System.Text.Json;
using Qbitel.Discovery.Inference;
using Qbitel.Testing;

namespace Qbitel.Discovery.Tests.Relations;

/// <summary>One file of the open truth: messages with the fields they have.</summary>
internal sealed class TruthFile
{
    public required IReadOnlyList<Sample> Samples { get; init; }

    public required IReadOnlyList<HashSet<int>> Boundaries { get; init; }

    public required IReadOnlyList<Dictionary<(int Start, int Length), string>> Meanings { get; init; }

    public static TruthFile Read(string name)
    {
        List<Sample> samples = [];
        List<HashSet<int>> boundaries = [];
        List<Dictionary<(int, int), string>> meanings = [];
        foreach (string line in File.ReadLines(SharedFiles.Path($"discovery/truth/{name}.jsonl")))
        {
            using var document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            FlowDirection direction = root.GetProperty("dir").GetString() switch
            {
                "c2s" => FlowDirection.ClientToServer,
                "s2c" => FlowDirection.ServerToClient,
                _ => FlowDirection.Unknown,
            };
            samples.Add(new Sample(samples.Count, Convert.FromHexString(root.GetProperty("hex").GetString()!),
                new Flow(root.GetProperty("flow").GetString()!), direction,
                DateTimeOffset.UnixEpoch.AddSeconds(root.GetProperty("ts").GetDouble())));
            boundaries.Add([.. root.GetProperty("boundaries").EnumerateArray().Select(b => b.GetInt32())]);
            Dictionary<(int, int), string> own = [];
            foreach (JsonElement field in root.GetProperty("fields").EnumerateArray())
            {
                own[(field.GetProperty("start").GetInt32(), field.GetProperty("len").GetInt32())] =
                    field.GetProperty("type").GetString()!;
            }

            meanings.Add(own);
        }

        return new TruthFile { Samples = samples, Boundaries = boundaries, Meanings = meanings };
    }
}
