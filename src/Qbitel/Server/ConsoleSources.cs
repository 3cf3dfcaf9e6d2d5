using Qbitel.Machine;
using Qbitel.Views;

namespace Qbitel.Server;

/// <summary>Where the pages and the API take what they show. A page whose source is absent is absent.</summary>
internal sealed record ConsoleSources
{
    public Func<CancellationToken, ValueTask<PostureView>>? Posture { get; init; }

    public Func<CancellationToken, ValueTask<ProtocolsView>>? Protocols { get; init; }

    /// <summary>The captures there are, and the map of the one with that name.</summary>
    public Func<string?, CancellationToken, ValueTask<ProtocolMapView>>? ProtocolMap { get; init; }

    public Func<CancellationToken, ValueTask<MessagesView>>? Messages { get; init; }

    public Func<CancellationToken, ValueTask<KeysView>>? Keys { get; init; }

    public Func<CancellationToken, ValueTask<CertificatesView>>? Certificates { get; init; }

    public Func<CancellationToken, ValueTask<AutomationView>>? Automation { get; init; }

    public Func<CancellationToken, ValueTask<IncidentsView>>? Incidents { get; init; }

    /// <summary>A stretch of the log: the entries before an index, or the newest ones.</summary>
    public Func<long?, CancellationToken, ValueTask<AuditView>>? Audit { get; init; }

    public Func<CancellationToken, ValueTask<MachineReport>>? Machine { get; init; }
}
