namespace Qbitel.Views;

/// <summary>
/// What was found, what fails by which date, and what is already quantum-safe; every figure with its evidence.
/// </summary>
public sealed record PostureView(
    DateTimeOffset At,
    Verdict Verdict,
    IReadOnlyList<FigureView> Figures,
    IReadOnlyList<string> Pending,
    HeatView Heat,
    IReadOnlyList<DeadlineRow> Deadlines,
    IReadOnlyList<AssetRow> Assets);

/// <summary>A count with what it was made from, so that anyone can make it again; no percentage of nothing.</summary>
public sealed record FigureView(
    string Name, int Count, int Of, double? Percent, string Query, string InputsHash, IReadOnlyList<string> Evidence);

/// <summary>The worst verdict of each zone and data class, and of how many systems.</summary>
public sealed record HeatView(
    IReadOnlyList<string> Zones, IReadOnlyList<string> DataClasses, IReadOnlyList<HeatCell> Cells);

public sealed record HeatCell(string Zone, string DataClass, int Systems, int QuantumSafe, Verdict Worst);

/// <summary>A dated sentence of a pack the bank has enabled, and the systems that meet it as they are today.</summary>
public sealed record DeadlineRow(
    string Pack, string Edition, DateOnly After, string Stated, string Requirement, bool Binding,
        IReadOnlyList<string> Assets);

/// <summary>One thing that was judged: an endpoint, a key, a flow of messages.</summary>
public sealed record AssetRow(
    string Id,
    string Kind,
    string Name,
    string? Service,
    string? Zone,
    string? DataClass,
    Verdict Verdict,
    string Why,
    DateOnly? FailsAfter,
    string Readiness,
    string Harvest,
    IReadOnlyList<UseRow> Uses,
    IReadOnlyList<string> Evidence,
    DateTimeOffset? SeenAt);

/// <summary>An algorithm at work, and the verdict on this use alone.</summary>
public sealed record UseRow(string Role, string Algorithm, Verdict Verdict, string Why);
