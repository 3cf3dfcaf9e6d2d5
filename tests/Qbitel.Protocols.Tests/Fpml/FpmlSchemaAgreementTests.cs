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
            Assert.True((theirs is null) == (ours is null), $"{file}: we say {ours ?? "valid"}, they say {theirs ?? "valid"}");
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

    private static IEnumerable<string> Samples() =>
        Directory.EnumerateFiles(SharedFiles.Path("samples/fpml/input"), "*.xml").Order(StringComparer.Ordinal);

    private static string? OursSays(byte[] bytes)
    {
        if (!FpmlDocument.TryParse(bytes, out FpmlDocument document, out ParseError error)) return error.ToString();
        return document.Findings.FirstOrDefault(finding => SchemaCodes.Contains(finding.Code))?.ToString();
    }

    private static string Difference(byte[] original, byte[] faulty)
    {
        int at = original.AsSpan().CommonPrefixLength(faulty);
        return Encoding.UTF8.GetString(faulty.AsSpan(Math.Max(0, at - 300), Math.Min(900, faulty.Length - Math.Max(0, at - 300))));
    }
}
