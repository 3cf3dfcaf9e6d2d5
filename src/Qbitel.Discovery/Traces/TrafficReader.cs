using System.Runtime.CompilerServices;
using Qbitel.Discovery.Captures;

namespace Qbitel.Discovery.Traces;

/// <summary>
/// Reads an input of any kind: pcap, pcapng, lines of JSON or of hexadecimal digits, recognised by content, or records.
/// </summary>
public static class TrafficReader
{
    private const int FirstRead = 64 << 10;
    private const int SniffSize = 512;

    /// <exception cref="InputFormatException">The input is none of these, or is damaged at the given place.</exception>
    public static ValueTask<Traffic> ReadAsync(
        Stream stream, CaptureLimits? limits = null, CancellationToken cancellationToken = default) =>
        ReadAsync(stream, InputKind.Recognised, null, limits, cancellationToken);

    /// <param name="stream">The input; it stays the caller's.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="records">How raw records end; null where that is to be found out.</param>
    /// <param name="limits">How much memory reading may take.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InputFormatException">The input is not of that kind, or is damaged at the given
    /// place.</exception>
    public static async ValueTask<Traffic> ReadAsync(Stream stream, InputKind kind, RecordForm? records = null,
        CaptureLimits? limits = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        limits ??= new CaptureLimits();
        WarningLog warnings = new(limits.MaxWarnings);

        byte[] beginning = new byte[FirstRead];
        int count = await stream.ReadAtLeastAsync(beginning, SniffSize, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        ReadOnlyMemory<byte> known = beginning.AsMemory(0, count);
        CaptureKind capture = CaptureReader.InputKind(known.Span);
        switch (kind == InputKind.Recognised ? Recognise(known.Span, capture) : kind)
        {
            case InputKind.Raw:
                return await new RecordFile(limits, warnings).ReadAsync(stream, beginning, count, records,
                    cancellationToken).ConfigureAwait(false);

            case InputKind.JsonLines:
                return await new JsonLines(limits, warnings).ReadAsync(stream, beginning, count, cancellationToken)
                    .ConfigureAwait(false);

            case InputKind.HexLines:
                return await new HexLines(limits, warnings).ReadAsync(stream, beginning, count, cancellationToken)
                    .ConfigureAwait(false);

            case InputKind.Capture when capture is CaptureKind.Pcap or CaptureKind.PcapNg:
                CaptureReader reader = new(stream, beginning, count, limits, warnings);
                PacketTraffic traffic = new(limits, warnings);
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) && traffic.Add(reader.Current))
                {
                }

                return traffic.Complete(capture == CaptureKind.Pcap ? "pcap" : "pcapng");

            default:
                throw CaptureReader.NotACapture(known.Span, kind == InputKind.Recognised
                    ? "a pcap or pcapng file, or lines of JSON objects or of hexadecimal digits"
                    : "a pcap or pcapng file");
        }
    }

    /// <summary>Reads all files of a set as one capture.</summary>
    /// <exception cref="InputFormatException">A file is no capture, or is damaged at the given place.</exception>
    public static async ValueTask<Traffic> ReadAsync(CaptureSet set, CaptureLimits? limits = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        limits ??= new CaptureLimits();
        WarningLog warnings = new(limits.MaxWarnings);
        PacketTraffic traffic = new(limits, warnings);
        List<CaptureKind> kinds = [];
        long start = 0, packets = 0;
        foreach (CaptureFile file in set.Files)
        {
            Stream stream = file.Open();
            await using ConfiguredAsyncDisposable _ = stream.ConfigureAwait(false);
            try
            {
                kinds.Add(await CaptureReader.RecogniseAsync(stream, cancellationToken).ConfigureAwait(false));
                CaptureReader reader = new(stream, CaptureReader.Parser(kinds[^1], limits, warnings), start, warnings,
                    warnings);
                bool isRead = true;
                while (isRead && await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    isRead = traffic.Add(reader.Current with { Number = packets++ });

                if (!isRead) break;
                start = reader.Offset;
            }
            catch (InputFormatException error)
            {
                throw error.In(file.Name, start);
            }
        }

        return traffic.Complete(CaptureReader.Source(kinds));
    }

    // What cannot be told stays as it is.
    private static InputKind Recognise(ReadOnlySpan<byte> beginning, CaptureKind capture) => capture switch
    {
        CaptureKind.Pcap or CaptureKind.PcapNg => InputKind.Capture,
        CaptureKind.JsonLines => InputKind.JsonLines,
        _ => HexLines.Recognise(beginning) ? InputKind.HexLines : InputKind.Recognised,
    };
}
