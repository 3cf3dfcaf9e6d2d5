using System.Globalization;
using Qbitel.Discovery;
using Qbitel.Discovery.Analysis.Surveys;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces.Filters;
using Qbitel.Machine;
using Qbitel.Printing;

namespace Qbitel.Commands;

/// <summary>Discovers what is spoken on an interface right now.</summary>
internal static class DiscoverLive
{
    private static readonly TimeSpan LookAround = TimeSpan.FromMilliseconds(100);

    public static DiscoveryDocument Listen(string name, PacketFilter? filter, TimeSpan? time, int? packets,
        DiscoveryConfig config, Output output, CancellationToken cancellation)
    {
        using PacketSocket socket = new(name, filter);
        int left = packets ?? int.MaxValue;
        output.Note($"Listening to {name}{(filter is null ? "" : $" for {filter}")}"
            + (time is null && left == int.MaxValue ? "; Ctrl-C ends it." : "."));
        if (filter is not null && !socket.IsFilteredByKernel)
        {
            output.Note(
                "The kernel does not take a filter as long as this one: all packets come, and are filtered here.");
        }

        CaptureSurvey survey = new();
        long begun = TimeProvider.System.GetTimestamp();
        while (left > 0 && !cancellation.IsCancellationRequested
            && !(TimeProvider.System.GetElapsedTime(begun) >= time))
        {
            if (socket.TryReceive(LookAround)) Take();
        }

        // The kernel hands packets over many at a time: those that came in time may still be on their way.
        DateTimeOffset end = TimeProvider.System.GetUtcNow();
        while (left > 0 && socket.TryReceive(PacketRing.Delay * 2) && socket.Current.Time <= end) Take();

        (long heard, long dropped) = socket.Count();
        output.Note(string.Create(CultureInfo.InvariantCulture, $"{heard} packets heard, {survey.PacketCount} "
            + $"read{(dropped > 0 ? $"; {dropped} came faster than they were read, and are missing" : "")}."));
        return survey.Discover(config);

        void Take()
        {
            CapturedPacket packet = socket.Current;
            if (filter?.Matches(packet.LinkType, packet.Data.Span) == false) return;
            survey.Add(packet with { Number = survey.PacketCount });
            left--;
        }
    }
}
