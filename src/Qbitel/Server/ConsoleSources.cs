using Qbitel.Machine;

namespace Qbitel.Server;

/// <summary>Where the pages and the API take what they show. A page whose source is absent is absent.</summary>
internal sealed record ConsoleSources
{
    public Func<CancellationToken, ValueTask<MachineReport>>? Machine { get; init; }
}
