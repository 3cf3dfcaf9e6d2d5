using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Qbitel.Governance.Inventory;

namespace Qbitel.Governance.Posture;

/// <summary>The report as a document. Dates are ISO 8601, verdicts are spelled as published, an absent percentage is
/// null, never zero.</summary>
internal static class PostureJson
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(PostureReport report) => JsonSerializer.SerializeToUtf8Bytes(Document(report), Indented);

    /// <summary>Everything that moves a figure.</summary>
    public static JsonObject Inputs(PostureScope scope, IReadOnlyList<AssetAssessment> assets) => new()
    {
        ["scope"] = Scope(scope),
        ["assets"] = new JsonArray([.. assets.Select(a => Facts(a.Asset))]),
    };

    private static JsonObject Document(PostureReport report) => new()
    {
        ["format"] = 1,
        ["at"] = Instant(report.Scope.At),
        ["verdict"] = Name(report.Verdict),
        ["score"] = Figure(report.Score),
        ["coverage"] = Figure(report.Coverage),
        ["quantum_safe"] = Figure(report.QuantumSafe),
        ["key_establishment"] = Figure(report.KeyEstablishment),
        ["signatures"] = Figure(report.Signatures),
        ["harvest_now_decrypt_later"] = Figure(report.HarvestExposed),
        ["percent_complete"] = report.QuantumSafe.Percent is { } percent ? Math.Round(percent, 1) : null,
        ["pqc_enabled_systems"] = report.QuantumSafe.Count,
        ["pending_systems"] = Texts(report.Pending),
        ["readiness"] = Counts(Enum.GetValues<Readiness>(), r => report.CountOf(r)),
        ["verdicts"] = Counts(Enum.GetValues<PostureVerdict>(), v => report.CountOf(v)),
        ["scope"] = Scope(report.Scope),
        ["deadlines"] = new JsonArray([.. report.Deadlines.Select(Line)]),
        ["milestones"] = new JsonArray([.. report.Milestones.Select(Line)]),
        ["assets"] = new JsonArray([.. report.Assets.Select(Asset)]),
    };

    private static JsonObject Scope(PostureScope scope) => new()
    {
        ["at"] = Instant(scope.At),
        ["packs"] = new JsonArray([.. scope.Packs.Select(p => new JsonObject
        {
            ["id"] = p.Id,
            ["title"] = p.Title,
            ["publisher"] = p.Publisher,
            ["edition"] = p.Edition,
            ["applies_to"] = p.Scope,
            ["binding"] = p.IsBinding,
            ["force"] = p.Force,
            ["confidence"] = p.Confidence,
            ["rules"] =
                new JsonArray([.. p.Rules.Select(r => JsonValue.Create($"{r.Id} {r.Kind} {r.After:yyyy-MM-dd}"))]),
        })]),
        ["max_evidence_age_days"] = scope.MaxEvidenceAge.TotalDays,
        ["expiry_warning_days"] = scope.ExpiryWarning.TotalDays,
        ["threat_year"] = scope.ThreatYear,
        ["migration_days"] = scope.MigrationTime.TotalDays,
    };

    private static JsonObject Figure(Figure figure) => new()
    {
        ["count"] = figure.Count,
        ["of"] = figure.Of,
        ["percent"] = figure.Percent is { } percent ? Math.Round(percent, 1) : null,
        ["query"] = figure.Query,
        ["inputs_hash"] = figure.InputsHash.ToString(),
        ["evidence"] = Texts(figure.EvidenceIds),
    };

    private static JsonObject Line(DeadlineLine line) => new()
    {
        ["after"] = Date(line.Deadline.After),
        ["stated"] = line.Deadline.Rule.Stated,
        ["days_left"] = line.DaysLeft,
        ["kind"] = line.Deadline.Rule.Kind.ToString().ToLowerInvariant(),
        ["pack"] = line.Deadline.Pack.Id,
        ["edition"] = line.Deadline.Pack.Edition,
        ["rule"] = line.Deadline.Rule.Id,
        ["text"] = line.Deadline.Rule.Text,
        ["binding"] = line.Deadline.Pack.IsBinding,
        ["confidence"] = line.Deadline.Pack.Confidence,
        ["assets"] = Texts(line.AssetIds),
    };

    private static JsonObject Asset(AssetAssessment assessment)
    {
        JsonObject asset = Facts(assessment.Asset);
        asset["verdict"] = Name(assessment.Verdict);
        asset["why"] = assessment.Why;
        asset["fails_after"] = assessment.FailsAfter is { } date ? Date(date) : null;
        asset["days_left"] = assessment.DaysLeft;
        asset["readiness"] = Name(assessment.Readiness);
        asset["key_establishment"] = assessment.KeyEstablishment is { } agreement ? Name(agreement) : null;
        asset["signature"] = assessment.Signature is { } signature ? Name(signature) : null;
        asset["harvest"] = Name(assessment.Harvest);
        asset["uses"] = new JsonArray([.. assessment.Uses.Select(use =>
        {
            JsonObject facts = Use(use.Use);
            facts["verdict"] = Name(use.Verdict);
            facts["why"] = use.Why;
            facts["fails_after"] = use.FailsAfter is { } date ? Date(date) : null;
            facts["deadlines"] = Texts(use.Deadlines.Select(d => $"{d.Pack.Id}/{d.Rule.Id} {Date(d.After)}"));
            return facts;
        })]);
        return asset;
    }

    private static JsonObject Facts(CryptoAsset asset) => new()
    {
        ["id"] = asset.Id,
        ["kind"] = Name(asset.Kind),
        ["name"] = asset.Name,
        ["service"] = asset.Service,
        ["owner"] = asset.Owner,
        ["zone"] = asset.Zone,
        ["data_class"] = asset.DataClass?.ToString(),
        ["criticality"] = Name(asset.Criticality),
        ["shelf_life_days"] = asset.ShelfLife?.TotalDays,
        ["migration_planned"] = asset.MigrationPlanned is { } planned ? Date(planned) : null,
        ["not_after"] = asset.NotAfter is { } end ? Instant(end) : null,
        ["cleartext"] = asset.IsCleartext,
        ["unobserved"] = asset.Unobserved,
        ["out_of_scope"] = asset.OutOfScope,
        ["uses"] = new JsonArray([.. asset.Uses.Select(Use)]),
        ["evidence"] = new JsonArray([.. asset.Evidence.Select(e => new JsonObject
        {
            ["id"] = e.Id,
            ["kind"] = e.Kind,
            ["collected_at"] = Instant(e.CollectedAt),
        })]),
    };

    private static JsonObject Use(AlgorithmUse use) => new()
    {
        ["use"] = Name(use.Use),
        ["role"] = use.Role,
        ["algorithm"] = use.Algorithm.Name,
        ["classical_bits"] = use.Algorithm.ClassicalBits,
        ["quantum_category"] = use.Algorithm.QuantumCategory,
        ["standard"] = use.Algorithm.IsStandard,
        ["hybrid"] = use.Algorithm.IsHybrid,
        ["proved"] = use.IsProved,
    };

    /// <summary>AtRisk is written AT-RISK as verdict, quantum-safe as readiness: words with hyphens, verdicts in
    /// capitals.</summary>
    internal static string Name(Enum value)
    {
        IEnumerable<string> letters = value.ToString()
            .Select((c, i) => i > 0 && char.IsAsciiLetterUpper(c) ? $"-{c}" : $"{c}");
        string hyphened = string.Concat(letters);
        return value is PostureVerdict ? hyphened.ToUpperInvariant() : hyphened.ToLowerInvariant();
    }

    private static JsonObject Counts<T>(IEnumerable<T> values, Func<T, int> count)
        where T : struct, Enum =>
        new(values.Select(value => KeyValuePair.Create<string, JsonNode?>(Name(value), count(value))));

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);

    private static string Instant(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
