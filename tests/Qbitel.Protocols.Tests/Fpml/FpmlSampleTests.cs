using System.Buffers;
using System.Text.Json;
using Qbitel.Protocols.Fpml;
using Qbitel.Protocols.Identification;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Fpml;

/// <summary>The published examples, and those of the common domain model's project made to break rules.</summary>
public sealed class FpmlSampleTests(ITestOutputHelper output)
{
    // Which samples break a rule that is an error, as their names say of the first three.
    private static readonly Dictionary<string, string> Broken = new(StringComparer.Ordinal)
    {
        ["FpML_ird_21_economicTermsEffectiveDate.xml"] = "Fpml.Rate", // a reference price of -1
        ["FpML_ird_35_cd_31-1.xml"] = "Fpml.DateOrder",
        ["FpML_ird_35_cd_31.xml"] = "Fpml.DateOrder",
        ["NDS-CNY-uti.xml"] = "Fpml.Frequency", // quarterly payments of weekly periods
    };

    [Fact]
    public void Every_sample_is_read_and_judged_as_its_version_allows()
    {
        Dictionary<string, (int Files, int Valid)> verdicts = new(StringComparer.Ordinal);
        foreach (string file in Samples("input").Concat(Samples("strata")))
        {
            byte[] bytes = File.ReadAllBytes(file);
            FpmlDocument document = FpmlDocument.Parse(bytes);
            ArrayBufferWriter<byte> written = new();
            document.WriteTo(written);
            Assert.True(written.WrittenSpan.SequenceEqual(bytes), file);

            string[] errors = [.. document.Findings.Where(each => each.Severity == Severity.Error)
                .Select(each => each.Code)];
            Assert.True(errors.SequenceEqual(Broken.TryGetValue(Path.GetFileName(file), out string? code) ? [code]
                : []),
                $"{file}: {document.Findings.FirstError()}");
            bool isJudged = document.Version is "5.10" or "5.12" or "5.13";
            Assert.Equal(!isJudged, document.Findings.Any(each => each.Code == "Fpml.ReadOnly"));
            (int files, int valid) = verdicts.GetValueOrDefault(document.Version!);
            verdicts[document.Version!] = (files + 1, valid + (document.IsValid ? 1 : 0));
            Assert.Equal("fpml", MessageIdentifier.Identify(bytes).Protocol);
        }

        foreach ((string version, (int files, int valid)) in verdicts)
            output.WriteLine($"{version}: {files} files, {valid} without error");
        Assert.Equal((57, 12, 58), (verdicts["5.10"].Files, verdicts["5.12"].Files, verdicts["5.13"].Files));
        Assert.Equal(58, verdicts["5.13"].Valid);
    }

    [Fact]
    public void Verdict_is_that_of_the_manifest()
    {
        string folder = SharedFiles.Path("samples/fpml");
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "manifest.json")));
        int compared = 0;
        foreach (JsonElement entry in manifest.RootElement.GetProperty("files").EnumerateArray())
        {
            if (!entry.TryGetProperty("expect", out JsonElement expect)
                || !expect.TryGetProperty("schemaValid", out JsonElement isValid))
            {
                continue;
            }

            string file = Path.Combine(folder, entry.GetProperty("file").GetString()!);
            if (!file.EndsWith(".xml", StringComparison.Ordinal)) continue;
            Assert.Equal(isValid.GetBoolean(), FpmlDocument.Parse(File.ReadAllBytes(file)).IsValid);
            compared++;
        }

        Assert.Equal(58, compared);
    }

    internal static IEnumerable<string> Samples(string folder) => Directory
        .EnumerateFiles(SharedFiles.Path("samples/fpml/" + folder), "*.xml").Order(StringComparer.Ordinal);
}
