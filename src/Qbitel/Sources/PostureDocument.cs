using Qbitel.Governance.Inventory;
using Qbitel.Governance.Posture;
using Qbitel.Views;

namespace Qbitel.Sources;

/// <summary>A posture report as the console and the API show it.</summary>
internal static class PostureDocument
{
    private const string Unnamed = "not registered";

    public static PostureView Of(PostureReport report) => new(
        report.Scope.At,
        Of(report.Verdict),
        [
            Of(report.QuantumSafe), Of(report.Coverage), Of(report.Score), Of(report.KeyEstablishment),
            Of(report.Signatures), Of(report.HarvestExposed),
        ],
        report.Pending,
        Heat(report.InScope),
        [.. report.Deadlines.Select(Of)],
        [.. report.Assets.OrderBy(asset => Rank(asset.Verdict)).ThenBy(asset => asset.Asset.Id, StringComparer.Ordinal)
            .Select(Of)]);

    private static FigureView Of(Figure figure) => new(
        figure.Name, figure.Count, figure.Of, figure.Percent, figure.Query, figure.InputsHash.ToString(),
        figure.EvidenceIds);

    private static DeadlineRow Of(DeadlineLine line) => new(
        line.Deadline.Pack.Title, line.Deadline.Pack.Edition, line.Deadline.After, line.Deadline.Rule.Stated,
        line.Deadline.Rule.Text, line.Deadline.Pack.IsBinding, line.AssetIds);

    private static AssetRow Of(AssetAssessment assessed)
    {
        CryptoAsset asset = assessed.Asset;
        return new(
            asset.Id, Words(asset.Kind), asset.Name, asset.Service, asset.Zone,
            asset.DataClass is { } data ? Words(data) : null,
            Of(assessed.Verdict), assessed.Why, assessed.FailsAfter, Words(assessed.Readiness), Words(assessed.Harvest),
            [.. assessed.Uses.Select(use =>
                new UseRow(use.Use.Role, use.Use.Algorithm.Name, Of(use.Verdict), use.Why))],
            [.. asset.Evidence.Select(evidence => evidence.Id)],
            asset.Evidence.Count == 0 ? null : asset.Evidence.Max(evidence => evidence.CollectedAt));
    }

    private static HeatView Heat(IReadOnlyList<AssetAssessment> assets)
    {
        HeatCell[] cells =
        [
            .. from asset in assets
               group asset by (Zone: asset.Asset.Zone ?? Unnamed,
                   Data: asset.Asset.DataClass is { } data ? Words(data) : Unnamed)
               into cell
               orderby cell.Key.Zone, cell.Key.Data
               select new HeatCell(cell.Key.Zone, cell.Key.Data, cell.Count(),
                   cell.Count(asset => asset.Readiness == Readiness.QuantumSafe),
                       Of(cell.MinBy(asset => Rank(asset.Verdict))!.Verdict)),
        ];
        return new(
            [.. cells.Select(cell => cell.Zone).Distinct(StringComparer.Ordinal)],
            [.. cells.Select(cell => cell.DataClass).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                cells);
    }

    // What needs an act comes first; what is not known comes before what holds.
    private static int Rank(PostureVerdict verdict) => verdict switch
    {
        PostureVerdict.Fail => 0,
        PostureVerdict.AtRisk => 1,
        PostureVerdict.NotAssessed => 2,
        PostureVerdict.Pass => 3,
        _ => 4,
    };

    private static Verdict Of(PostureVerdict verdict) => verdict switch
    {
        PostureVerdict.Pass => Verdict.Pass,
        PostureVerdict.AtRisk => Verdict.AtRisk,
        PostureVerdict.Fail => Verdict.Fail,
        PostureVerdict.NotApplicable => Verdict.NotApplicable,
        _ => Verdict.NotAssessed,
    };

    /// <summary><c>TlsEndpoint</c> is written tls-endpoint.</summary>
    private static string Words(Enum value) =>
        System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
