using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Falcon;

/// <summary>The known answers of the submission: lines of a name and a value, a record from each count on.</summary>
internal static class FalconVectorFile
{
    private const string Name = "vectors/pqc/falcon/falcon512-KAT-first25.rsp";

    /// <summary>The number of every record; one, which then skips, where the file is absent.</summary>
    public static IEnumerable<int> Rows() =>
        Enumerable.Range(0, SharedFiles.TryFind(Name, out string path) ? Read(path).Count : 1);

    public static List<Dictionary<string, string>> Records() => Read(SharedFiles.Path(Name));

    private static List<Dictionary<string, string>> Read(string path)
    {
        List<Dictionary<string, string>> records = [];
        foreach (string line in File.ReadLines(path))
        {
            string[] parts = line.Split(" = ");
            if (parts.Length != 2) continue;
            if (parts[0] == "count") records.Add(new(StringComparer.Ordinal));
            records[^1][parts[0]] = parts[1];
        }

        return records;
    }
}
