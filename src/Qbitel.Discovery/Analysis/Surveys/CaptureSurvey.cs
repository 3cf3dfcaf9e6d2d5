using System.Security.Cryptography;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces;
using Qbitel.Discovery.Traces.Sampling;

namespace Qbitel.Discovery.Analysis.Surveys;

/// <summary>
/// A discovery of a capture of any size in bounded memory: all flows are counted and named, the first bytes of some are
/// kept, and the document is about those.
/// </summary>
/// <remarks>
/// It can be kept in a file between two readings of a capture that grows, and cut into parts for several machines.
/// The same capture gives the same document, in one go, in pieces or in parts, as long as the flows at a time stay
/// within <see cref="CaptureLimits.MaxFlows"/> and their unfinished samples within 128 MiB. Not safe for concurrent
/// use.
/// </remarks>
public sealed class CaptureSurvey
{
    private const int IdentitySize = 64 << 10;
    private const int ProgressEvery = 4_096; // packets
    private static readonly byte[] Magic = "QSURVEY1"u8.ToArray();

    private readonly CaptureLimits _limits;
    private readonly WarningLog _warnings;
    private readonly WarningLog _readWarnings; // what every part meets, the first reports
    private readonly FlowSampler _sampler;
    private WarningLog _endWarnings;
    private CaptureKind _kind = CaptureKind.Unknown;
    private RecordParser? _parser;
    private byte[] _beginning = []; // hashes of the first and last bytes read
    private byte[] _end = [];

    public CaptureSurvey(CapturePart? part = null, CaptureLimits? limits = null)
    {
        Part = part ?? CapturePart.Whole;
        _limits = limits ?? new CaptureLimits();
        _warnings = new WarningLog(_limits.MaxWarnings);
        _readWarnings = Part.Number == 1 ? _warnings : new WarningLog(0);
        _endWarnings = new WarningLog(_limits.MaxWarnings);
        _sampler = new FlowSampler(Part, _limits, _warnings, FlowNames.Of);
    }

    /// <summary>The flows it is about.</summary>
    public CapturePart Part { get; }

    /// <summary>Bytes of the capture read so far; reading goes on there.</summary>
    public long Position { get; private set; }

    public long PacketCount => _sampler.PacketCount;

    /// <summary>Reads what a capture has beyond <see cref="Position"/>.</summary>
    /// <param name="capture">A stream that can seek; it stays the caller's.</param>
    /// <param name="progress">Told the position now and then.</param>
    /// <param name="cancellationToken">Ends the reading; the survey is then of no use.</param>
    /// <exception cref="InputFormatException">Neither pcap nor pcapng, damaged, or not the capture read
    /// before.</exception>
    public async Task ReadAsync(Stream capture, IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(capture);
        if (Position > 0) await RequireSameAsync(capture, cancellationToken).ConfigureAwait(false);
        else await RecogniseAsync(capture, cancellationToken).ConfigureAwait(false);

        capture.Position = Position;
        _endWarnings = new WarningLog(_limits.MaxWarnings);
        CaptureReader reader = new(capture, _parser!, Position, _readWarnings, _endWarnings);
        for (long count = 1; reader.TryReadAtHand() || await reader.ReadAsync(cancellationToken).ConfigureAwait(false); count++)
        {
            _sampler.Add(reader.Current);
            if (count % ProgressEvery == 0) progress?.Report(reader.Offset);
        }

        Position = reader.Offset;
        progress?.Report(Position);
        (_beginning, _end) = await IdentityAsync(capture, Position, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes a packet that comes from no file.</summary>
    public void Add(in CapturedPacket packet) => _sampler.Add(packet);

    /// <summary>The document of all read so far; more may be read after it.</summary>
    public DiscoveryDocument Discover(DiscoveryConfig? config = null) => Merge([this], config);

    /// <summary>The document of all parts of one capture.</summary>
    /// <exception cref="ArgumentException">A part is missing or twice, or they are of different captures.</exception>
    public static DiscoveryDocument Merge(IReadOnlyList<CaptureSurvey> parts, DiscoveryConfig? config = null)
    {
        ArgumentNullException.ThrowIfNull(parts);
        List<CaptureSurvey> ordered = [.. parts.OrderBy(p => p.Part.Number)];
        if (ordered.Count == 0 || ordered.Exists(p => p.Part.Count != ordered.Count)
            || ordered.Where((p, i) => p.Part.Number != i + 1).Any())
        {
            throw new ArgumentException($"Each part is wanted once; there are {string.Join(", ", ordered.Select(p => p.Part))}.",
                nameof(parts));
        }

        if (ordered.Exists(p => p.Position != ordered[0].Position || p.PacketCount != ordered[0].PacketCount
            || !p._beginning.SequenceEqual(ordered[0]._beginning) || !p._end.SequenceEqual(ordered[0]._end)))
        {
            throw new ArgumentException("The parts are of different captures, or one has read on.", nameof(parts));
        }

        // Ended are copies, so that the survey itself can read on.
        CaptureSurvey whole = ordered[0].Copy();
        whole._warnings.Take(whole._endWarnings);
        whole._sampler.Complete();
        foreach (CaptureSurvey part in ordered.Skip(1))
        {
            CaptureSurvey copy = part.Copy();
            copy._sampler.Complete();
            whole._sampler.Take(copy._sampler);
        }

        (Traffic sample, TrafficCoverage coverage) = whole._sampler.Result(whole._kind switch
        {
            CaptureKind.Pcap => "pcap",
            CaptureKind.PcapNg => "pcapng",
            _ => "live",
        });
        DiscoveryDocument document = ProtocolDiscoveryOrchestrator.Discover(sample, config);
        return document with { Summary = document.Summary with { Coverage = coverage } };
    }

    /// <summary>Writes all that reading on needs.</summary>
    public void WriteTo(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using MemoryStream content = new();
        using (StateWriter state = new(content)) Save(state);

        ReadOnlySpan<byte> bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        stream.Write(Magic);
        stream.Write(SHA256.HashData(bytes));
        stream.Write(bytes);
    }

    /// <exception cref="InputFormatException">The bytes are not what <see cref="WriteTo"/> wrote.</exception>
    public static CaptureSurvey Read(ReadOnlySpan<byte> bytes, CaptureLimits? limits = null)
    {
        int header = Magic.Length + SHA256.HashSizeInBytes;
        if (!bytes.StartsWith(Magic))
            throw new InputFormatException(0, "the state of a survey", bytes.IsEmpty ? "an empty file" : "something else");
        if (bytes.Length < header || !SHA256.HashData(bytes[header..]).AsSpan().SequenceEqual(bytes[Magic.Length..header]))
            throw new InputFormatException(Magic.Length, "a state that is whole", "another SHA-256: it was cut or changed");

        using MemoryStream content = new(bytes[header..].ToArray());
        using StateReader state = new(content);
        try
        {
            return Load(state, limits ?? new CaptureLimits());
        }
        catch (Exception e) when (e is IOException or FormatException and not InputFormatException or OverflowException
            or ArgumentException)
        {
            throw state.Wrong("the state of a survey", e.Message);
        }
    }

    private CaptureSurvey Copy()
    {
        using MemoryStream content = new();
        using (StateWriter state = new(content)) Save(state);
        content.Position = 0;
        using StateReader copy = new(content);
        return Load(copy, _limits);
    }

    private void Save(StateWriter state)
    {
        state.Write(Part.Number);
        state.Write(Part.Count);
        state.Write(Position);
        state.Write((byte)_kind);
        state.Bytes(_beginning);
        state.Bytes(_end);
        _warnings.Save(state);
        _endWarnings.Save(state);
        _parser?.Save(state);
        _sampler.Save(state);
    }

    private static CaptureSurvey Load(StateReader state, CaptureLimits limits)
    {
        int number = state.ReadInt32();
        CaptureSurvey survey = new(new CapturePart(number, state.ReadInt32()), limits) { Position = state.ReadCounter() };
        survey._kind = (CaptureKind)state.ReadByte();
        if (survey._kind is not (CaptureKind.Unknown or CaptureKind.Pcap or CaptureKind.PcapNg))
            throw state.Wrong("a kind of capture", $"{survey._kind}");
        survey._beginning = state.ReadBlock();
        survey._end = state.ReadBlock();
        survey._warnings.Load(state);
        survey._endWarnings.Load(state);
        if (survey._kind != CaptureKind.Unknown)
        {
            survey._parser = CaptureReader.Parser(survey._kind, limits, survey._readWarnings);
            survey._parser.Load(state);
        }

        survey._sampler.Load(state);
        return survey;
    }

    private async Task RecogniseAsync(Stream capture, CancellationToken cancellationToken)
    {
        byte[] beginning = new byte[4];
        capture.Position = 0;
        int count = await capture.ReadAtLeastAsync(beginning, 4, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        _kind = CaptureReader.InputKind(beginning.AsSpan(0, count));
        if (_kind is not (CaptureKind.Pcap or CaptureKind.PcapNg))
            throw CaptureReader.NotACapture(beginning.AsSpan(0, count), "a pcap or pcapng file");
        _parser = CaptureReader.Parser(_kind, _limits, _readWarnings);
    }

    // The first and last bytes read tell a capture from others; to read all of it again is what is to be saved.
    private async Task RequireSameAsync(Stream capture, CancellationToken cancellationToken)
    {
        if (capture.Length < Position)
        {
            throw new InputFormatException(capture.Length, $"the capture read before, of at least {Position} bytes",
                $"{capture.Length} bytes");
        }

        (byte[] beginning, byte[] end) = await IdentityAsync(capture, Position, cancellationToken).ConfigureAwait(false);
        if (!beginning.SequenceEqual(_beginning) || !end.SequenceEqual(_end))
        {
            throw new InputFormatException(beginning.SequenceEqual(_beginning) ? Math.Max(0, Position - IdentitySize) : 0,
                "the capture read before", "other bytes");
        }
    }

    private static async Task<(byte[] Beginning, byte[] End)> IdentityAsync(Stream capture, long position,
        CancellationToken cancellationToken)
    {
        byte[] block = new byte[Math.Min(IdentitySize, position)];
        capture.Position = 0;
        await capture.ReadExactlyAsync(block, cancellationToken).ConfigureAwait(false);
        byte[] beginning = SHA256.HashData(block);
        capture.Position = position - block.Length;
        await capture.ReadExactlyAsync(block, cancellationToken).ConfigureAwait(false);
        return (beginning, SHA256.HashData(block));
    }
}
