using System.Runtime.CompilerServices;
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
/// It can be kept in a file between two readings of a capture that grows, also by further files, and cut into parts for
/// several machines. The same capture gives the same document, in one go, in pieces or in parts, as long as the flows
/// at a time stay within <see cref="CaptureLimits.MaxFlows"/> and their unfinished samples within 128 MiB. Not safe for
/// concurrent use.
/// </remarks>
public sealed class CaptureSurvey
{
    private const int ProgressEvery = 4_096; // packets
    private static readonly byte[] Magic = "QSURVEY2"u8.ToArray();

    private readonly CaptureLimits _limits;
    private readonly WarningLog _warnings;
    private readonly WarningLog _readWarnings; // what every part meets, the first reports
    private readonly FlowSampler _sampler;
    private readonly List<SurveyedFile> _files = [];
    private WarningLog _endWarnings;
    private RecordParser? _parser; // of the last file

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

    /// <summary>Bytes of the capture read so far, over all its files; reading goes on there.</summary>
    public long Position => _files.Sum(f => f.Position);

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
        ForgetUnbegun();
        if (!await ReadAsync(capture, _files.Count == 0, progress, cancellationToken).ConfigureAwait(false))
            throw NotReadLast();
    }

    /// <summary>Reads what the files of a set have beyond <see cref="Position"/>: the rest of the file read last, and
    /// those after it.</summary>
    /// <param name="set">The file read last must be in it; those before may be gone.</param>
    /// <param name="progress">Told the position now and then.</param>
    /// <param name="cancellationToken">Ends the reading; the survey is then of no use.</param>
    /// <exception cref="InputFormatException">A file is neither pcap nor pcapng or damaged, or they are not those read
    /// before with others behind.</exception>
    public async Task ReadAsync(CaptureSet set, IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        ForgetUnbegun();
        bool isBeyond = _files.Count == 0;
        foreach (CaptureFile file in set.Files)
        {
            Stream capture = file.Open();
            await using ConfiguredAsyncDisposable _ = capture.ConfigureAwait(false);
            try
            {
                isBeyond = await ReadAsync(capture, isBeyond, progress, cancellationToken).ConfigureAwait(false);
            }
            catch (InputFormatException error)
            {
                throw error.In(file.Name, 0);
            }
        }

        if (!isBeyond) throw NotReadLast();
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
            throw new ArgumentException(
                $"Each part is wanted once; there are {string.Join(", ", ordered.Select(p => p.Part))}.",
                nameof(parts));
        }

        if (ordered.Exists(p => p.PacketCount != ordered[0].PacketCount || !p._files.SequenceEqual(ordered[0]._files)))
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

        (Traffic sample, TrafficCoverage coverage) = whole._sampler.Result(
            whole._files.Count == 0 ? "live" : CaptureReader.Source(whole._files.Select(f => f.Kind)));
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
        {
            throw new InputFormatException(0, "the state of a survey",
                bytes.IsEmpty ? "an empty file" : "something else");
        }

        if (bytes.Length < header
            || !SHA256.HashData(bytes[header..]).AsSpan().SequenceEqual(bytes[Magic.Length..header]))
        {
            throw new InputFormatException(Magic.Length, "a state that is whole",
                "another SHA-256: it was cut or changed");
        }

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
        state.List(_files, file => file.Save(state));
        _warnings.Save(state);
        _endWarnings.Save(state);
        _parser?.Save(state);
        _sampler.Save(state);
    }

    private static CaptureSurvey Load(StateReader state, CaptureLimits limits)
    {
        int number = state.ReadInt32();
        CaptureSurvey survey = new(new CapturePart(number, state.ReadInt32()), limits);
        state.List(() => survey._files.Add(SurveyedFile.Load(state)));
        _ = survey.Position; // no more than can be counted
        survey._warnings.Load(state);
        survey._endWarnings.Load(state);
        if (survey._files.Count > 0)
        {
            survey._parser = CaptureReader.Parser(survey._files[^1].Kind, limits, survey._readWarnings);
            survey._parser.Load(state);
        }

        survey._sampler.Load(state);
        return survey;
    }

    // True when the file read last is behind: this one, or one before it.
    private async Task<bool> ReadAsync(Stream capture, bool isBeyond, IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        int known = await IndexOfAsync(capture, cancellationToken).ConfigureAwait(false);
        if (isBeyond && known >= 0)
            throw new InputFormatException(0, "each file of a capture once", "one that was read before");
        if (known >= 0 && known < _files.Count - 1)
        {
            await _files[known].RequireEndedAsync(capture, cancellationToken).ConfigureAwait(false);
            return false;
        }

        if (known >= 0)
        {
            await _files[known].RequireSameAsync(capture, cancellationToken).ConfigureAwait(false);
        }
        else if (!isBeyond)
        {
            throw _files.Count == 1 ? new InputFormatException(0, "the capture read before", "other bytes")
                : new InputFormatException(0,
                    "a file that was read before, or begins after those that were", "another");
        }
        else
        {
            CaptureKind kind = await CaptureReader.RecogniseAsync(capture, cancellationToken).ConfigureAwait(false);
            _readWarnings.Take(_endWarnings); // what was cut short stays so
            _parser = CaptureReader.Parser(kind, _limits, _readWarnings);
            _files.Add(new SurveyedFile(kind, 0, 0, [], []));
        }

        SurveyedFile file = _files[^1];
        long start = Position - file.Position;
        capture.Position = file.Position;
        _endWarnings = new WarningLog(_limits.MaxWarnings);
        CaptureReader reader = new(capture, _parser!, Position, _readWarnings, _endWarnings);
        try
        {
            for (long count = 1; await NextAsync().ConfigureAwait(false); count++)
            {
                _sampler.Add(reader.Current with { Number = PacketCount });
                if (count % ProgressEvery == 0) progress?.Report(reader.Offset);
            }
        }
        catch (InputFormatException error) when (start > 0)
        {
            throw error.In(null, start);
        }

        _files[^1] = await SurveyedFile.AtAsync(capture, file.Kind, reader.Offset - start, cancellationToken)
            .ConfigureAwait(false);
        progress?.Report(Position);
        return true;

        async ValueTask<bool> NextAsync() =>
            reader.TryReadAtHand() || await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> IndexOfAsync(Stream capture, CancellationToken cancellationToken)
    {
        for (int i = _files.Count - 1; i >= 0; i--)
        {
            if (await _files[i].BeginsAsync(capture, cancellationToken).ConfigureAwait(false)) return i;
        }

        return -1;
    }

    // One too short for its header has nothing to be known by, and is read from its beginning.
    private void ForgetUnbegun()
    {
        if (_files is not [.., { Position: 0 }]) return;
        _files.RemoveAt(_files.Count - 1);
        _endWarnings = new WarningLog(_limits.MaxWarnings);
    }

    private static InputFormatException NotReadLast() => new(0, "the file read last", "only files before it");
}
