using Qbitel.Discovery.Tests.Analysis;
using Qbitel.Testing;

namespace Qbitel.Discovery.Tests.Relations;

/// <summary>Known protocols of the open truth files, named and cut into leaves by a whole discovery.</summary>
public sealed class TruthDocumentTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("iso8583_ascii", "iso8583", 0.99, 0.95)]
    [InlineData("iso8583_ebcdic", "iso8583", 0.99, 0.95)]
    [InlineData("fix44", "fix", 0.99, 0.95)]
    [InlineData("ach_nacha", "nacha", 0.99, 0.9)]
    [InlineData("emv_apdu", "emv-apdu", 0.99, 0.95)]
    [InlineData("snmp", "ber", 0.99, 0.95)]
    [InlineData("kerberos", "ber", 0.97, 0.95)]
    public void Known_protocols_are_named_and_cut_as_the_truth_is(
        string file, string name, double floor, double meanings)
    {
        TruthFile truth = TruthFile.Read(file);

        DiscoveryDocument document =
            Discoveries.Of(File.ReadAllBytes(SharedFiles.Path($"discovery/truth/{file}.jsonl")));

        var fields = new IReadOnlyList<(int, int, string)>[truth.Samples.Count];
        Array.Fill(fields, []);
        foreach (DiscoveredMessage message in document.Protocols.SelectMany(p => p.Messages))
            fields[message.Index] = [.. message.Fields.Select(f => (f.Start, f.Length, f.Semantic))];
        var score = Score.Of(truth, fields);
        output.WriteLine($"{file,-16} {score}");
        DiscoveredProtocol protocol = document.Protocols.MaxBy(p => p.Messages.Count)!;
        output.WriteLine(string.Join(", ", protocol.Variant.Select(v => $"{v.Key}={v.Value}")));

        Assert.Equal(name, protocol.Name);
        Assert.True(protocol.Messages.Count >= 0.99 * truth.Samples.Count, $"{protocol.Messages.Count} messages");
        Assert.True(score.F1 >= floor, score.ToString());
        Assert.True(score.Precision >= meanings, score.ToString());
    }
}
