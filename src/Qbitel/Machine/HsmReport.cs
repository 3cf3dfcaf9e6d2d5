using System.Text.Json.Serialization;

namespace Qbitel.Machine;

/// <summary>What the configured HSMs can do, and what is wrong with them.</summary>
internal sealed record HsmReport(IReadOnlyList<HsmDevice> Devices)
{
    public bool Works => Devices.All(device => device.Works);
}

/// <summary>
/// One configured HSM: its problem and remedy, where it has one; else its token and interface, whether keys are in
/// hardware (software does not meet a policy that requires an HSM), and the real thing its provider was tested with.
/// </summary>
internal sealed record HsmDevice(
    string Name, string Provider, bool Works, string? Problem, string? Remedy, string? Token, string? Interface,
    bool KeepsInHardware, string? Tested, IReadOnlyList<string> Can, IReadOnlyList<HsmLack> Cannot)
{
    /// <summary>Of a pool: its members and which of them hold the same keys.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HsmPoolReport? Pool { get; init; }
}

/// <summary>
/// A pool as it is. A key is made once <c>Quorum</c> members say that they have none of its name; new things are
/// protected while <c>MinimumToProtect</c> active members are well.
/// </summary>
internal sealed record HsmPoolReport(
    string Mode, string Routing, int Quorum, int MinimumToProtect, IReadOnlyList<HsmPoolMemberRow> Members,
    IReadOnlyList<HsmPoolKeyRow> Keys);

internal sealed record HsmPoolMemberRow(
    string Name, string Provider, string Role, string State, string? Problem, double? ProbeMilliseconds);

/// <summary>One name of a key: who shows exactly this key, and who has another one of that name.</summary>
internal sealed record HsmPoolKeyRow(
    string Id, string Algorithm, string CheckValue, IReadOnlyList<string> Holders, IReadOnlyList<string> Others);

/// <summary>Something an HSM does not do, and why.</summary>
internal sealed record HsmLack(string What, string Why);

/// <summary>The keys in the configured HSMs, and those HSMs whose keys could not be listed.</summary>
internal sealed record HsmKeys(IReadOnlyList<HsmKeyRow> Keys, IReadOnlyList<HsmNotListed> NotListed);

/// <summary>An HSM whose keys are not among the listed ones, why, and what to do.</summary>
internal sealed record HsmNotListed(string Hsm, string Problem, string Remedy);

/// <summary>One key; what is known of it without its secret.</summary>
internal sealed record HsmKeyRow(
    string Hsm, string Id, string Algorithm, string CheckValue, string? PublicKey, DateTimeOffset MadeAt);

/// <summary>A key that is gone.</summary>
internal sealed record HsmDestroyed(
    string Hsm, string Id, string Algorithm, string CheckValue, bool Existed, string Rule);

/// <summary>A request for approvals, in whole: what is signed is the hash of it.</summary>
internal sealed record HsmRequest(
    Guid Id, string Operation, string Hsm, string? Key, IReadOnlyDictionary<string, string> Parameters,
    string Requester, DateTimeOffset RequestedAt, DateTimeOffset ExpiresAt, string Hash, int Needed,
    IReadOnlyList<HsmApproval> Approvals, string State);

internal sealed record HsmApproval(string Approver, DateTimeOffset At);

internal sealed record HsmRequests(IReadOnlyList<HsmRequest> Requests);

/// <summary>What HSMs did in a second.</summary>
internal sealed record HsmBenches(IReadOnlyList<HsmBenched> Rows);

internal sealed record HsmBenched(
    string Hsm, string Provider, string Operation, string Algorithm, int Callers, double PerSecond,
    double P50Microseconds, double P99Microseconds, double Scaling, double? OverRaw, double ProcessorMicroseconds,
    double? ProcessorOverRaw, long AllocatedBytes);

/// <summary>How the documents of the HSM commands are written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HsmReport))]
[JsonSerializable(typeof(HsmKeys))]
[JsonSerializable(typeof(HsmKeyRow))]
[JsonSerializable(typeof(HsmBenches))]
[JsonSerializable(typeof(HsmDestroyed))]
[JsonSerializable(typeof(HsmRequest))]
[JsonSerializable(typeof(HsmRequests))]
internal sealed partial class HsmJson : JsonSerializerContext;
