using Qbitel.Demo;
using Qbitel.Machine;
using Qbitel.Server;
using Qbitel.Store;

namespace Qbitel.Sources;

/// <summary>Everything the console shows, from the state in the data folder and from the machine.</summary>
internal static class PlatformSources
{
    public static ConsoleSources Of(StateStore store, MachineInspection machine, DemoClock? clock,
        CaptureMaps maps) => new()
        {
            Posture = async cancel => await StoredPosture.ReadAsync(store, cancel),
            Protocols = async cancel => await StoredProtocols.ReadAsync(store, cancel),
            ProtocolMap = maps.ReadAsync,
            Messages = async cancel => await StoredMessages.ReadAsync(store, cancel),
            Keys = async cancel => await StoredKeys.ReadAsync(store, cancel),
            Certificates = async cancel => await StoredCertificates.ReadAsync(store, cancel),
            Automation = async cancel => await StoredWork.ReadAsync(store, clock, cancel),
            Incidents = async cancel => await StoredIncidents.ReadAsync(store, cancel),
            Audit = async (before, cancel) => await StoredAudit.ReadAsync(store, before, StoredAudit.Stretch, cancel),
            Machine = _ => ValueTask.FromResult(machine.Report()),
        };
}
