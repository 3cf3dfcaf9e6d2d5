using System.Text;
using Qbitel.Protocols.Fpml;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Fpml;

/// <summary>
/// Our validator by tables of facts against XSD validation by others: the same verdict on everything. Only what the
/// schema says is compared: dates in order, currencies and the like are no errors of the schema.
/// </summary>
public sealed class FpmlSchemaAgreementTests(ITestOutputHelper output)
{
    private static readonly string[] SchemaCodes =
    [
        "Fpml.UnknownElement", "Fpml.UnknownAttribute", "Fpml.Text", "Fpml.Missing", "Fpml.TooMany", "Fpml.Order",
        "Fpml.Abstract", "Fpml.Type", "Fpml.Value", "Fpml.Identifier", "Fpml.Reference",
    ];

    [Fact]
    public void Verdict_on_the_samples_is_that_of_the_schema()
    {
        int valid = 0;
        string[] samples = [.. Samples()];
        foreach (string file in samples)
        {
            byte[] bytes = File.ReadAllBytes(file);
            string? ours = OursSays(bytes), theirs = FpmlPlatform.Fault(bytes);
            Assert.True((theirs is null) == (ours is null),
                $"{file}: we say {ours ?? "valid"}, they say {theirs ?? "valid"}");
            if (ours is null) valid++;
        }

        Assert.Equal(127, samples.Length);
        output.WriteLine($"{samples.Length} samples, {valid} of them valid: the verdict of the schema on each");
    }

    [Fact, Trait("Soak", "fpml-schema")]
    public void Verdict_on_single_faults_is_that_of_the_schema()
    {
        FpmlFaults faults = new(2);
        int compared = 0, valid = 0;
        foreach (string file in Samples())
        {
            byte[] original = File.ReadAllBytes(file);
            for (int i = 0; i < Soak.Times(16, 200); i++)
            {
                byte[] faulty = faults.One(original);
                string? ours = OursSays(faulty), theirs = FpmlPlatform.Fault(faulty);
                Assert.True((theirs is null) == (ours is null),
                    $"{file}: we say {ours ?? "valid"}, they say {theirs ?? "valid"}\n{Difference(original, faulty)}");
                compared++;
                if (ours is null) valid++;
            }
        }

        Assert.True(compared >= 2_000, $"only {compared} faults could be compared");
        output.WriteLine($"{compared} single faults, {valid} of them harmless: the verdict of the schema on each");
    }

    // libxml2 does not look whether a reference finds its element, and takes nothing for an abstract element that no
    // other stands for, as in a request for confirmation without a trade.
    [Fact, Trait("Soak", "fpml-xmllint")]
    public void Verdict_is_that_of_xmllint()
    {
        Assert.SkipUnless(Soak.IsOn, "the comparison with xmllint is a named run: build/soak.sh fpml-xmllint");
        Assert.SkipUnless(File.Exists("/usr/bin/xmllint"), "xmllint is not installed (package libxml2-utils)");

        FpmlFaults faults = new(5);
        string folder = Directory.CreateTempSubdirectory("qbitel-fpml-").FullName;
        try
        {
            Dictionary<string, string?> verdicts = new(StringComparer.Ordinal);
            foreach (string sample in Samples())
            {
                byte[] original = File.ReadAllBytes(sample);
                foreach (byte[] bytes in Enumerable.Range(0, 11).Select(i => i == 0 ? original : faults.One(original)))
                {
                    if (OursSays(bytes, "Fpml.Reference") is not null) continue;
                    string file = Path.Combine(folder, $"{verdicts.Count}.xml");
                    File.WriteAllBytes(file, bytes);
                    verdicts.Add(file, OursSays(bytes));
                }
            }

            HashSet<string> valid = FpmlPlatform.XmllintSays(verdicts.Keys);
            string[] disagree = [.. verdicts.Where(each => valid.Contains(each.Key) != (each.Value is null))
                .Select(each => each.Key)];
            string[] wrong = [.. disagree.Where(file =>
                (FpmlPlatform.Fault(File.ReadAllBytes(file)) is null) != (verdicts[file] is null))];
            Assert.True(wrong.Length == 0, string.Join("\n\n", wrong.Take(3)
                .Select(file => $"we say {verdicts[file] ?? "valid"}: {File.ReadAllText(file)}")));
            Assert.True(disagree.Length * 100 <= verdicts.Count, $"{disagree.Length} of {verdicts.Count}");
            output.WriteLine($"{verdicts.Count} documents, {valid.Count} of them valid: the verdict of xmllint on all "
                + $"but {disagree.Length}, where the platform says as we do");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<string> Samples() =>
        Directory.EnumerateFiles(SharedFiles.Path("samples/fpml/input"), "*.xml").Order(StringComparer.Ordinal);

    private static string? OursSays(byte[] bytes, string? only = null)
    {
        if (!FpmlDocument.TryParse(bytes, out FpmlDocument document, out ParseError error)) return error.ToString();
        return document.Findings.FirstOrDefault(finding => only is null ? SchemaCodes.Contains(finding.Code)
            : finding.Code == only)?.ToString();
    }

    private static string Difference(byte[] original, byte[] faulty)
    {
        int at = original.AsSpan().CommonPrefixLength(faulty);
        return Encoding.UTF8.GetString(faulty.AsSpan(Math.Max(0, at - 300),
            Math.Min(900, faulty.Length - Math.Max(0, at - 300))));
    }
}
