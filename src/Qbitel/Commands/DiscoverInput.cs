using System.CommandLine;
using System.Globalization;
using Qbitel.Discovery;
using Qbitel.Discovery.Analysis;
using Qbitel.Discovery.Analysis.Surveys;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces;
using Qbitel.Discovery.Traces.Filters;
using Qbitel.Discovery.Traces.Sampling;
using Qbitel.KeyFiles;
using Qbitel.Machine;
using Qbitel.Printing;

namespace Qbitel.Commands;

/// <summary>Where <c>qbitel discover</c> gets its traffic from: a file of any kind, a part of one, or an
/// interface.</summary>
internal sealed class DiscoverInput
{
    /// <summary>Captures beyond this are counted whole and looked at by samples.</summary>
    private static readonly long KeptWhole = new CaptureLimits().MaxPayloadSize;

    private const int MaxReaders = 4; // each reads the whole file, so more do not help

    private static readonly TimeSpan LookAround = TimeSpan.FromMilliseconds(100);

    private readonly Argument<FileInfo?> _file = new("FILE")
    {
        Description = "A pcap, a pcapng, lines of JSON with hex, lines of hex, or records",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> _input = new("--input")
    {
        Description = "What FILE is: auto, pcap, jsonl, hex or raw",
        HelpName = "KIND",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<string?> _records = new("--records")
    {
        Description = "How raw records end: lrecl=N, rdw, bdw, lines, length-prefix[=1|2|4|2le|4le, + if it counts itself]"
            + " [default: found out]",
        HelpName = "FORM",
    };

    private readonly Option<string?> _state = new("--state")
    {
        Description = "Keep there how far FILE is read; another run reads only what came since",
        HelpName = "FILE",
    };

    private readonly Option<CapturePart?> _part = new("--part")
    {
        Description = "Only the Kth of N equal parts of the flows, whose state 'discover merge' takes",
        HelpName = "K/N",
        CustomParser = result =>
        {
            if (CapturePart.TryParse(result.Tokens[0].Value, out CapturePart part)) return part;
            result.AddError($"'{result.Tokens[0].Value}' is not a part like 2/4.");
            return null;
        },
    };

    private readonly Option<string?> _live = new("--live")
    {
        Description = "Instead of FILE, listen to an interface; needs CAP_NET_RAW",
        HelpName = "IFACE",
    };

    private readonly Option<string?> _filter = new("--filter")
    {
        Description = "With --live, only packets like 'tcp port 8583 and not host 10.0.0.1'",
        HelpName = "EXPR",
    };

    private readonly Option<TimeSpan?> _time = new("--for")
    {
        Description = "With --live, stop after a time: 30s, 5m, 2h [default: Ctrl-C]",
        HelpName = "TIME",
        CustomParser = result =>
        {
            if (TryTime(result.Tokens[0].Value) is { } time) return time;
            result.AddError($"'{result.Tokens[0].Value}' is not a time like 30s, 5m or 2h.");
            return null;
        },
    };

    private readonly Option<int?> _packets = new("--packets")
    {
        Description = "With --live, stop after so many packets",
        HelpName = "N",
        CustomParser = result => Number.Between(result, 1, int.MaxValue),
    };

    public IEnumerable<Symbol> Symbols =>
        [_file, _input, _records, _state, _part, _live, _filter, _time, _packets];

    /// <summary>A name for people.</summary>
    public string NameOf(ParseResult line) => line.GetValue(_live) ?? line.GetValue(_file)?.Name ?? "";

    /// <summary>The capture of a session, which must be one that the commands after it read again as it is.</summary>
    /// <exception cref="MisusedException">It is not.</exception>
    public string SessionCapture(ParseResult line) =>
        line.GetValue(_live) is null && line.GetValue(_records) is null && line.GetValue(_input) is "auto" or "pcap" or "jsonl"
            ? line.GetValue(_file)!.FullName
            : throw new MisusedException("A session is about a file that needs no options: a capture, or lines of JSON or hex.");

    /// <summary>Reads the input; null where it was a part, of which there is only a state.</summary>
    public async Task<DiscoveryDocument?> ReadAsync(ParseResult line, DiscoveryConfig config, Output output,
        CancellationToken cancellation)
    {
        Require(line);
        if (line.GetValue(_live) is { } name) return Live(line, name, config, output, cancellation);

        FileInfo file = line.GetRequiredValue(_file)!;
        if (line.GetValue(_state) is { } state)
        {
            CapturePart part = line.GetValue(_part) ?? CapturePart.Whole;
            CaptureSurvey survey = await ContinueAsync(file, state, part, output, cancellation);
            if (part == CapturePart.Whole) return survey.Discover(config);
            output.Note(string.Create(CultureInfo.InvariantCulture, $"Part {part} of {file.Name}: {survey.PacketCount} "
                + $"packets read; 'qbitel discover merge' takes {state} and the others."));
            return null;
        }

        RecordForm? records = RecordsOf(line);
        InputKind kind = line.GetValue(_input) switch
        {
            "pcap" => InputKind.Capture,
            "jsonl" => InputKind.JsonLines,
            "hex" => InputKind.HexLines,
            "raw" => InputKind.Raw,
            _ => records is null ? InputKind.Recognised : InputKind.Raw,
        };
        return await ReadAsync(file, kind, records, config, output, cancellation);
    }

    /// <summary>The document of a file that is told by its content.</summary>
    /// <exception cref="RefusedException">It cannot be read, and where.</exception>
    public static Task<DiscoveryDocument> ReadAsync(FileInfo file, DiscoveryConfig config, CancellationToken cancellation) =>
        ReadAsync(file, InputKind.Recognised, null, config, null, cancellation);

    private static async Task<DiscoveryDocument> ReadAsync(FileInfo file, InputKind kind, RecordForm? records,
        DiscoveryConfig config, Output? output, CancellationToken cancellation)
    {
        try
        {
            await using FileStream input = Open(file);
            if (input.CanSeek && input.Length > KeptWhole && kind is InputKind.Recognised or InputKind.Capture
                && await IsCaptureAsync(input, cancellation))
            {
                return await SurveyInPartsAsync(file, Math.Min(Environment.ProcessorCount, MaxReaders), config, output, cancellation);
            }

            Traffic traffic = await TrafficReader.ReadAsync(input, kind, records, null, cancellation);
            return ProtocolDiscoveryOrchestrator.Discover(traffic, config);
        }
        catch (InputFormatException error)
        {
            throw Unreadable(file, error);
        }
    }

    /// <summary>Reads a capture several times at once, each for a part of its flows; the document is that of one
    /// reading.</summary>
    internal static async Task<DiscoveryDocument> SurveyInPartsAsync(FileInfo file, int count, DiscoveryConfig config, Output? output,
        CancellationToken cancellation)
    {
        CaptureSurvey[] parts = await Task.WhenAll(Enumerable.Range(1, count).Select(number => Task.Run(async () =>
        {
            CaptureSurvey part = new(new CapturePart(number, count));
            await using FileStream input = Open(file);
            await SurveyAsync(part, input, file, number == 1 ? output : null, cancellation); // one of them tells for all
            return part;
        }, cancellation)));
        if (Array.Exists(parts, part => part.Position != parts[0].Position))
            throw new RefusedException($"{file.Name} grew while it was read.", "With --state it is read as it grows.");
        return CaptureSurvey.Merge(parts, config);
    }

    /// <summary>What a file that cannot be read is answered with.</summary>
    public static RefusedException Unreadable(FileInfo file, InputFormatException error) =>
        new($"{file.Name}: {error.Message}",
            "Give a pcap or pcapng file, lines of JSON with a member \"hex\", lines of hex, or records with --input raw.", error);

    private void Require(ParseResult line)
    {
        bool isLive = line.GetValue(_live) is not null, hasFile = line.GetValue(_file) is not null;
        if (isLive == hasFile) throw new MisusedException("Name a FILE, or an interface with --live.");
        if (!isLive && (line.GetValue(_filter) is not null || line.GetValue(_time) is not null || line.GetValue(_packets) is not null))
            throw new MisusedException("--filter, --for and --packets go with --live.");
        if (isLive && (line.GetValue(_state) is not null || line.GetValue(_records) is not null || line.GetValue(_input) != "auto"))
            throw new MisusedException("--input, --records and --state go with a FILE.");
        if (line.GetValue(_part) is not null && line.GetValue(_state) is null)
            throw new MisusedException("--part needs a --state file, in which its result is kept.");
        if (line.GetValue(_input) is not ("auto" or "pcap" or "jsonl" or "hex" or "raw"))
            throw new MisusedException($"'{line.GetValue(_input)}' is none of auto, pcap, jsonl, hex and raw.");
        if (line.GetValue(_records) is not null && line.GetValue(_input) is not ("auto" or "raw"))
            throw new MisusedException("--records is about raw input.");
        if (line.GetValue(_state) is not null && (line.GetValue(_input) is not ("auto" or "pcap") || line.GetValue(_records) is not null))
            throw new MisusedException("--state is about captures.");
    }

    private RecordForm? RecordsOf(ParseResult line)
    {
        if (line.GetValue(_records) is not { } text) return null;
        return RecordForm.TryParse(text, out RecordForm? form) ? form
            : throw new MisusedException($"'{text}' is no form of records: lrecl=80, rdw, bdw, lines, length-prefix=2le+.");
    }

    private static async Task<CaptureSurvey> ContinueAsync(FileInfo file, string state, CapturePart part, Output output,
        CancellationToken cancellation)
    {
        CaptureSurvey survey = new(part);
        if (File.Exists(state))
        {
            survey = await LoadAsync(state, cancellation);
            if (survey.Part != part)
            {
                throw new RefusedException($"{state} is about part {survey.Part}, not {part}.",
                    "Each part has a state of its own.");
            }
        }

        try
        {
            await using FileStream input = Open(file);
            await SurveyAsync(survey, input, file, output, cancellation);
        }
        catch (InputFormatException error) when (survey.Position > 0 || File.Exists(state))
        {
            throw new RefusedException($"{file.Name}: {error.Message}",
                $"{state} belongs to the capture as it was; name another state to read it from the beginning.", error);
        }
        catch (InputFormatException error)
        {
            throw Unreadable(file, error);
        }

        await SafeFile.WriteAsync(state, stream =>
        {
            survey.WriteTo(stream);
            return Task.CompletedTask;
        }, SafeFile.OwnerOnly, replace: true); // it holds payload
        return survey;
    }

    internal static async Task<CaptureSurvey> LoadAsync(string state, CancellationToken cancellation)
    {
        try
        {
            return CaptureSurvey.Read(await File.ReadAllBytesAsync(state, cancellation));
        }
        catch (InputFormatException error)
        {
            throw new RefusedException($"{state}: {error.Message}",
                "A state is written by 'qbitel discover FILE --state'; without it the capture is read from the beginning.", error);
        }
    }

    private static FileStream Open(FileInfo file) =>
        new(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0, FileOptions.SequentialScan);

    private static async Task<bool> IsCaptureAsync(FileStream input, CancellationToken cancellation)
    {
        try
        {
            await CaptureReader.OpenAsync(input, null, cancellation);
            return true;
        }
        catch (InputFormatException)
        {
            return false;
        }
        finally
        {
            input.Position = 0;
        }
    }

    private static async Task SurveyAsync(CaptureSurvey survey, FileStream input, FileInfo file, Output? output,
        CancellationToken cancellation)
    {
        if (output is null)
        {
            await survey.ReadAsync(input, null, cancellation);
            return;
        }

        await output.TransferAsync($"Reading {file.Name}", input.Length - survey.Position, async done =>
        {
            long last = survey.Position;
            await survey.ReadAsync(input, new Told(position =>
            {
                done(position - last);
                last = position;
            }), cancellation);
            return true;
        });
    }

    private DiscoveryDocument Live(ParseResult line, string name, DiscoveryConfig config, Output output,
        CancellationToken cancellation)
    {
        PacketFilter? filter = FilterOf(line);
        using PacketSocket socket = new(name, filter);
        TimeSpan? time = line.GetValue(_time);
        int left = line.GetValue(_packets) ?? int.MaxValue;
        output.Note($"Listening to {name}{(filter is null ? "" : $" for {filter}")}"
            + (time is null && left == int.MaxValue ? "; Ctrl-C ends it." : "."));
        if (filter is not null && !socket.IsFilteredByKernel)
            output.Note("The kernel does not take a filter as long as this one: all packets come, and are filtered here.");

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
        output.Note(string.Create(CultureInfo.InvariantCulture, $"{heard} packets came from the kernel, {survey.PacketCount} were "
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

    private PacketFilter? FilterOf(ParseResult line)
    {
        if (line.GetValue(_filter) is not { } text) return null;
        try
        {
            return PacketFilter.Parse(text);
        }
        catch (InputFormatException error)
        {
            throw new MisusedException($"The filter is wrong at {error.Message}.", error);
        }
    }

    private static TimeSpan? TryTime(string text) =>
        text.Length > 1 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            && count is > 0 and < 1_000_000
            ? text[^1] switch
            {
                's' => TimeSpan.FromSeconds(count),
                'm' => TimeSpan.FromMinutes(count),
                'h' => TimeSpan.FromHours(count),
                _ => null,
            }
            : null;

    private sealed class Told(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }
}
