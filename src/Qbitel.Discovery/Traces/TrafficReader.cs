using Qbitel.Discovery.Captures;

namespace Qbitel.Discovery.Traces;

/// <summary>Reads an input of any kind, recognised by its content: pcap, pcapng, or lines of JSON.</summary>
public static class TrafficReader
{
    private const int FirstRead = 64 << 10;
    private const int SniffSize = 512;

    /// <exception cref="InputFormatException">The input is none of these, or is damaged at the given place.</exception>
    public static async ValueTask<Traffic> ReadAsync(
        Stream stream, CaptureLimits? limits = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        limits ??= new CaptureLimits();
        WarningLog warnings = new(limits.MaxWarnings);

        byte[] beginning = new byte[FirstRead];
        int count = await stream.ReadAtLeastAsync(beginning, SniffSize, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        CaptureKind kind = CaptureReader.InputKind(beginning.AsSpan(0, count));
        switch (kind)
        {
            case CaptureKind.JsonLines:
                return await new JsonLines(limits, warnings).ReadAsync(stream, beginning, count, cancellationToken)
                    .ConfigureAwait(false);

            case CaptureKind.Pcap or CaptureKind.PcapNg:
                CaptureReader reader = new(stream, beginning, count, limits, warnings);
                PacketTraffic traffic = new(limits, warnings);
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) && traffic.Add(reader.Current))
                {
                }

                return traffic.Complete(kind == CaptureKind.Pcap ? "pcap" : "pcapng");

            default:
                throw CaptureReader.NotACapture(beginning.AsSpan(0, count),
                    "a pcap or pcapng file, or lines of JSON objects");
        }
    }
}
