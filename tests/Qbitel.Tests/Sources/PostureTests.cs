using Qbitel.Governance;
using Qbitel.Governance.Inventory;
using Qbitel.Governance.Posture;
using Qbitel.Sources;
using Qbitel.Tests.Commands;
using Qbitel.Tests.Server;
using Qbitel.Views;

namespace Qbitel.Tests.Sources;

public sealed class PostureTests
{
    [Fact]
    public void The_document_says_what_the_report_says()
    {
        PostureReport report = Assess(Endpoint("a", 0x11EC), Endpoint("b", 29),
            Endpoint("c", 29) with { Unobserved = "it hung" });

        PostureView view = PostureDocument.Of(report);

        Assert.Equal(["b", "c", "a"], view.Assets.Select(asset => asset.Id));
        Assert.Equal([Verdict.AtRisk, Verdict.NotAssessed, Verdict.Pass], view.Assets.Select(asset => asset.Verdict));
        Assert.Equal("it hung", view.Assets[1].Why);
        Assert.Equal("X25519MLKEM768", Assert.Single(view.Assets[2].Uses).Algorithm);
        FigureView coverage = view.Figures.Single(figure => figure.Name == "coverage");
        Assert.Equal((2, 3), (coverage.Count, coverage.Of));
        Assert.Equal(64, coverage.InputsHash.Length);
        Assert.All(view.Deadlines, deadline => Assert.Equal(["b"], deadline.Assets));
        HeatCell cell = Assert.Single(view.Heat.Cells);
        Assert.Equal(("dmz", "restricted", 3, 1, Verdict.AtRisk),
            (cell.Zone, cell.DataClass, cell.Systems, cell.QuantumSafe, cell.Worst));
    }

    [Fact]
    public void Nothing_in_scope_is_not_a_pass()
    {
        PostureView view = PostureDocument.Of(Assess());

        Assert.Equal(Verdict.NotAssessed, view.Verdict);
        Assert.All(view.Figures, figure => Assert.Null(figure.Percent));
    }

    [Fact]
    public async Task The_command_prints_the_report_of_the_state()
    {
        using TemporaryFolder folder = new();
        await using Qbitel.Store.StateStore store = await StateSample.MakeAsync(folder["data"]);

        Shell.Result people = await Shell.QbitelAsync("posture", "--data", folder["data"]);
        Shell.Result program = await Shell.QbitelAsync("posture", "--data", folder["data"], "--json");

        Assert.Equal((0, "", 0, ""), (people.ExitCode, people.Notes, program.ExitCode, program.Notes));
        Assert.Contains("coverage:", people.Data, StringComparison.Ordinal);
        using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(program.Data);
        Assert.True(document.RootElement.TryGetProperty("coverage", out _));
    }

    private static PostureReport Assess(params CryptoAsset[] assets) =>
        PostureAssessment.Assess(assets, new PostureScope { At = Door.Start });

    private static CryptoAsset Endpoint(string id, int group) => new()
    {
        Id = id,
        Kind = AssetKind.TlsEndpoint,
        Name = id,
        Zone = "dmz",
        DataClass = DataClass.Restricted,
        Uses = [new AlgorithmUse(CryptoUse.KeyEstablishment, CryptoAlgorithms.ByTlsGroup(group), "negotiated group")],
        Evidence = [new Evidence($"scan-{id}", "tls_endpoint_scan", Door.Start)],
    };
}
