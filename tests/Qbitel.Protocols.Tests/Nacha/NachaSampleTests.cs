using System.Globalization;
using System.Text.Json;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Nacha;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Nacha;

/// <summary>Files with the verdict of another implementation: ours is the same for every one.</summary>
public sealed class NachaSampleTests
{
    public static readonly TheoryData<string> Files = Find();

    [Theory, MemberData(nameof(Files))]
    public void The_verdict_is_that_of_the_manifest(string file)
    {
        (byte[] bytes, JsonElement expect) = Read(file);
        ParseReport report = MessageParser.Parse(bytes, "nacha");

        Assert.True(expect.GetProperty("valid").GetBoolean() == report.IsValid,
            string.Join('\n', report.Errors.Take(5)) + "\nexpected: " + expect.GetProperty("errors"));
        ParseReport unnamed = MessageParser.Parse(bytes);
        Assert.Equal(report.IsValid, unnamed.IsValid);
        Assert.True(unnamed.Protocol == "nacha" || !report.IsValid);
        Assert.True(report.IsValid || report.Errors.All(error => error.Offset is not null), "an error has no place");
        if (!report.IsValid) return;

        foreach (string name in (string[])["batches", "iatBatches", "entries", "totalDebit", "totalCredit"])
        {
            Assert.Equal(expect.GetProperty(name).GetInt64().ToString(CultureInfo.InvariantCulture),
                report.Summary.Single(pair => pair.Key == name).Value);
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void A_scan_in_pieces_finds_what_the_report_finds(string file)
    {
        (byte[] bytes, _) = Read(file);
        ParseReport report = MessageParser.Parse(bytes, "nacha");
        foreach (int size in (int[])[1, 7, 93, 94, 95, 4096])
        {
            NachaScan scan = new();
            foreach (byte[] piece in bytes.Chunk(size)) scan.Append(piece);
            ScanSummary summary = scan.Complete();

            Assert.Equal(report.Findings, summary.Findings);
            Assert.Equal(bytes.Length, summary.Bytes);
        }
    }

    private static (byte[] Bytes, JsonElement Expect) Read(string file)
    {
        string folder = SharedFiles.Path("samples/nacha");
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "manifest.json")));
        JsonElement expect = manifest.RootElement.GetProperty("files").EnumerateArray()
            .Single(each => each.GetProperty("file").GetString() == file).GetProperty("expect").Clone();
        return (File.ReadAllBytes(Path.Combine(folder, file)), expect);
    }

    private static TheoryData<string> Find()
    {
        if (!SharedFiles.TryFind("samples/nacha/manifest.json", out string path)) return ["absent"];
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(path));
        return [.. manifest.RootElement.GetProperty("files").EnumerateArray()
            .Select(each => each.GetProperty("file").GetString()!)];
    }
}
