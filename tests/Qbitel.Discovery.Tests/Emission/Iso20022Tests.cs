using System.Text;
using System.Xml.Linq;
using System.Xml.Schema;
using Qbitel.Discovery.Analysis;
using Qbitel.Discovery.Emission;
using Qbitel.Discovery.Sessions;
using Qbitel.Testing;

namespace Qbitel.Discovery.Tests.Emission;

/// <summary>Payments of a protocol nobody documented, once a person has named their fields, as pain.001 and
/// back.</summary>
public sealed class Iso20022Tests
{
    private static readonly SessionEdit[] Edits =
    [
        new("debtor_account") { Type = "21", Start = 10, Length = 22, Encoding = "ascii", Semantic = "id" },
        new("creditor_account") { Type = "21", Start = 32, Length = 22, Encoding = "ascii", Semantic = "id" },
        new("currency") { Type = "21", Start = 54, Length = 3, Encoding = "ascii" },
        new("amount") { Type = "21", Start = 57, Length = 12, Encoding = "ascii", Semantic = "amount" },
        new("end_to_end_id") { Type = "21", Start = 70 },
    ];

    private static readonly Lazy<Task<DiscoveredProtocol>> Branch = new(async () =>
    {
        using MemoryStream input = new(Encoding.UTF8.GetBytes(BranchTraffic.Lines(BranchTraffic.Messages(200))));
        return (await new ProtocolDiscoveryOrchestrator().DiscoverProtocolsAsync(input)).Protocols.Single();
    });

    [Fact]
    public async Task A_payment_has_its_values_in_their_places_and_comes_back_byte_for_byte()
    {
        GeneratedAdapter adapter = await GenerateAsync(Edits);
        using CompiledCodec codec = adapter.Compile()!;

        Assert.Contains(adapter.Artefacts, a => a.Target == ProtocolAdapterGenerator.Iso20022);
        Assert.Contains(adapter.FieldMappings, m => m is
        {
            Source: "amount", Confidence: 1,
            Target: "CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/Amt/InstdAmt"
        });
        foreach (int number in Enumerable.Range(301, 40).Where(n => n % 2 == 1))
        {
            byte[] message = BranchTraffic.Messages(1, number)[0];
            (string xml, byte[] back) = codec.Iso20022(message)!.Value;
            XElement payment = XDocument.Parse(xml).Root!.Elements().Single();

            Assert.Equal(message, back);
            Assert.Equal(BranchTraffic.Debtor(number), Value(payment, "DbtrAcct", "Id", "IBAN"));
            Assert.Equal(BranchTraffic.Creditor(number), Value(payment, "CdtrAcct", "Id", "IBAN"));
            Assert.Equal(BranchTraffic.Minor(number) / 100m, decimal.Parse(Value(payment, "InstdAmt"),
                System.Globalization.CultureInfo.InvariantCulture));
            Assert.Empty(SchemaErrors(xml));
        }
    }

    [Theory]
    [InlineData("JPY", 0)]
    [InlineData("EUR", 2)]
    [InlineData("KWD", 3)]
    [InlineData("CLF", 4)]
    public async Task An_amount_has_the_decimals_of_its_currency(string currency, int decimals)
    {
        using CompiledCodec codec = (await GenerateAsync(Edits)).Compile()!;
        byte[] message = BranchTraffic.Messages(1, 301, currency)[0];
        (string xml, byte[] back) = codec.Iso20022(message)!.Value;

        Assert.Equal(message, back);
        string[] parts = Value(XDocument.Parse(xml).Root!.Elements().Single(), "InstdAmt").Split('.');
        Assert.Equal(decimals, parts.Length > 1 ? parts[1].Length : 0);
        Assert.Equal(BranchTraffic.Minor(301), long.Parse(string.Concat(parts),
            System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_currency_without_minor_units_makes_no_payment()
    {
        using CompiledCodec codec = (await GenerateAsync(Edits)).Compile()!;
        Assert.Null(codec.Iso20022(BranchTraffic.Messages(1, 301, "XAU")[0]));
        Assert.Null(codec.Iso20022(BranchTraffic.Messages(1, 301, "QQQ")[0]));
    }

    [Fact]
    public async Task What_is_changed_in_the_payment_is_changed_in_the_message()
    {
        using CompiledCodec codec = (await GenerateAsync(Edits)).Compile()!;
        byte[] message = BranchTraffic.Messages(1, 301)[0];
        string xml = codec.Iso20022(message)!.Value.Xml;

        string amount = Value(XDocument.Parse(xml).Root!, "InstdAmt");
        byte[] changed = codec.FromIso20022(xml.Replace($">{amount}<", ">77.50<", StringComparison.Ordinal));

        Assert.Equal("000000007750", Encoding.ASCII.GetString(changed, 57, 12));
        Assert.Equal(BranchTraffic.Crc(changed.AsSpan(0, changed.Length - 2)), (changed[^2] << 8) | changed[^1]);
    }

    [Fact]
    public async Task Without_the_names_of_a_payment_it_is_withheld_and_says_which_are_missing()
    {
        GeneratedAdapter adapter = await GenerateAsync([.. Edits.Skip(1)]);

        Assert.DoesNotContain(adapter.Artefacts, a => a.Target == ProtocolAdapterGenerator.Iso20022);
        Assert.Contains("debtor_account or debtor_name",
            adapter.Withheld.Single(w => w.Target == ProtocolAdapterGenerator.Iso20022).Reason,
            StringComparison.Ordinal);
        Assert.Contains(adapter.Artefacts, a => a.Target == "csharp");
    }

    [Fact]
    public async Task A_message_that_is_no_payment_and_a_text_that_is_no_xml_are_refused()
    {
        using CompiledCodec codec = (await GenerateAsync(Edits)).Compile()!;

        Assert.Null(codec.Iso20022(BranchTraffic.Messages(1, 302)[0]));
        foreach (string text in (string[])["", "<a/>", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"])
        {
            Exception refused = Assert.ThrowsAny<Exception>(() => codec.FromIso20022(text));
            Assert.IsType<ArgumentException>(refused.InnerException);
        }
    }

    private static async Task<GeneratedAdapter> GenerateAsync(IReadOnlyList<SessionEdit> edits) =>
        await new ProtocolAdapterGenerator().GenerateAdapterAsync(await Branch.Value,
            new DiscoverySession { Protocol = "unknown-1", Capture = "branch.jsonl", Edits = edits },
            ProtocolAdapterGenerator.Iso20022, TestContext.Current.CancellationToken);

    private static string Value(XElement from, params string[] path) =>
        path.Aggregate(from, (at, name) => at.Descendants().First(e => e.Name.LocalName == name)).Value;

    // Without the schema, which is not ours to copy, the places alone are compared.
    private static List<string> SchemaErrors(string xml)
    {
        List<string> errors = [];
        if (!SharedFiles.TryFind("samples/iso20022/xsd/pain.001.001.09.xsd", out string path)) return errors;
        XmlSchemaSet schemas = new();
        schemas.Add(null, path);
        XDocument.Parse(xml).Validate(schemas, (_, e) => errors.Add(e.Message));
        return errors;
    }
}
