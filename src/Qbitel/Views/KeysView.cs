using System.Text.Json.Serialization;
using Qbitel.Governance;

namespace Qbitel.Views;

/// <summary>Every key, in whose custody it is, and when its next version is due.</summary>
public sealed record KeysView(DateTimeOffset At, IReadOnlyList<KeyRow> Keys);

/// <summary>A key as policy sees it, with its versions, the newest first.</summary>
public sealed record KeyRow(
    string Id,
    string Name,
    string? Service,
    string Type,
    string Algorithm,
    bool QuantumSafe,
    string Policy,
    IReadOnlyList<KeyVersionRow> Versions);

public sealed record KeyVersionRow(
    int Version,
    [property: JsonConverter(typeof(EnumNames<KeyState>))] KeyState State,
    string Custody,
    DateTimeOffset MadeAt,
    DateTimeOffset? RotateDueAt,
    DateTimeOffset? CompromisedAt);
