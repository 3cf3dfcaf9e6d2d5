using System.CommandLine;
using System.Globalization;
using Qbitel.Discovery;
using Qbitel.Discovery.Analysis;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces;
using Qbitel.Discovery.Traces.Filters;
using Qbitel.Discovery.Traces.Sampling;
using Qbitel.Printing;

namespace Qbitel.Commands;

/// <summary>Where <c>qbitel discover</c> gets its traffic from: a file of any kind, a part of one, or an
/// interface.</summary>
internal sealed class DiscoverInput
{
    /// <summary>Captures beyond this are counted whole and looked at by samples.</summary>
    private static readonly long KeptWhole = new CaptureLimits().MaxPayloadSize;

    private readonly Argument<FileInfo[]> _files = new("FILE")
    {
        Description =
            "A pcap, a pcapng, lines of JSON with hex, lines of hex, or records; several captures are read as one",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _input = new("--input")
    {
        Description = "What FILE is: auto, pcap, jsonl, hex or raw",
        HelpName = "KIND",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<string?> _records = new("--records")
    {
        Description =
            "How raw records end: lrecl=N, rdw, bdw, lines, length-prefix[=1|2|4|2le|4le, + if it counts itself]"
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
        [_files, _input, _records, _state, _part, _live, _filter, _time, _packets];

    /// <summary>A name for people.</summary>
    public string NameOf(ParseResult line) => line.GetValue(_live)
        ?? string.Join(", ", Files(line).Select(f => f.Name));

    /// <summary>The capture of a session, which must be one that the commands after it read again as it is.</summary>
    /// <exception cref="MisusedException">It is not.</exception>
    public string SessionCapture(ParseResult line) =>
        line.GetValue(_live) is null && line.GetValue(_records) is null
            && line.GetValue(_input) is "auto" or "pcap" or "jsonl"
            && Files(line) is [FileInfo only] ? only.FullName
            : throw new MisusedException(
                "A session is about one file that needs no options: a capture, or lines of JSON or hex.");

    /// <summary>Reads the input; null where it was a part, of which there is only a state.</summary>
    public async Task<DiscoveryDocument?> ReadAsync(ParseResult line, DiscoveryConfig config, Output output,
        CancellationToken cancellation)
    {
        Require(line);
        if (line.GetValue(_live) is { } name)
        {
            return DiscoverLive.Listen(name, FilterOf(line), line.GetValue(_time), line.GetValue(_packets), config,
                output,
                cancellation);
        }

        FileInfo[] files = line.GetRequiredValue(_files);
        if (line.GetValue(_state) is { } state)
        {
            return await ReadAsync(files, async set => await DiscoverSurveys.ReadAsync(set, state,
                line.GetValue(_part) ?? CapturePart.Whole, config, output, cancellation), cancellation);
        }

        if (files.Length > 1)
            return await ReadAsync(files, set => SetAsync(set, config, output, cancellation), cancellation);
        RecordForm? records = RecordsOf(line);
        InputKind kind = line.GetValue(_input) switch
        {
            "pcap" => InputKind.Capture,
            "jsonl" => InputKind.JsonLines,
            "hex" => InputKind.HexLines,
            "raw" => InputKind.Raw,
            _ => records is null ? InputKind.Recognised : InputKind.Raw,
        };
        return await ReadAsync(files[0], kind, records, config, output, cancellation);
    }

    /// <summary>The document of a file that is told by its content.</summary>
    /// <exception cref="RefusedException">It cannot be read, and where.</exception>
    public static Task<DiscoveryDocument> ReadAsync(
        FileInfo file, DiscoveryConfig config, CancellationToken cancellation) =>
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
                return await ReadAsync([file], set => SetAsync(set, config, output, cancellation), cancellation);
            }

            Traffic traffic = await TrafficReader.ReadAsync(input, kind, records, null, cancellation);
            return ProtocolDiscoveryOrchestrator.Discover(traffic, config);
        }
        catch (InputFormatException error)
        {
            throw Unreadable(file, error);
        }
    }

    private static async Task<T> ReadAsync<T>(
        FileInfo[] files, Func<CaptureSet, Task<T>> read, CancellationToken cancellation)
    {
        try
        {
            CaptureSet set = await CaptureSet.OrderAsync([.. files.Select(f => new CaptureFile(f.Name, () => Open(f)))],
                cancellationToken: cancellation);
            return await read(set);
        }
        catch (InputFormatException error)
        {
            throw Unreadable(Array.Find(files, f => f.Name == error.Input) ?? files[0], error);
        }
    }

    private static async Task<DiscoveryDocument> SetAsync(CaptureSet set, DiscoveryConfig config, Output? output,
        CancellationToken cancellation) => set.Size > KeptWhole
        ? await DiscoverSurveys.ReadAsync(set, DiscoverSurveys.Readers, config, output, cancellation)
        : ProtocolDiscoveryOrchestrator.Discover(await TrafficReader.ReadAsync(set, null, cancellation), config);

    /// <summary>What a file that cannot be read is answered with.</summary>
    public static RefusedException Unreadable(FileInfo file, InputFormatException error) =>
        new($"{file.Name}: {error.Message}",
            "Give a pcap or pcapng file, lines of JSON with a member \"hex\", lines of hex, or records with "
            + "--input raw.",
            error);

    private void Require(ParseResult line)
    {
        FileInfo[] files = Files(line);
        bool isLive = line.GetValue(_live) is not null;
        if (isLive == files.Length > 0) throw new MisusedException("Name a FILE, or an interface with --live.");
        if (!isLive && (line.GetValue(_filter) is not null || line.GetValue(_time) is not null
            || line.GetValue(_packets) is not null))
        {
            throw new MisusedException("--filter, --for and --packets go with --live.");
        }

        if (isLive && (line.GetValue(_state) is not null || line.GetValue(_records) is not null
            || line.GetValue(_input) != "auto"))
        {
            throw new MisusedException("--input, --records and --state go with a FILE.");
        }

        if (files.Length > 1
            && (line.GetValue(_input) is not ("auto" or "pcap") || line.GetValue(_records) is not null))
        {
            throw new MisusedException("Only captures are read as one.");
        }

        if (files.DistinctBy(f => f.FullName, StringComparer.Ordinal).Count() < files.Length)
            throw new MisusedException("A FILE is named twice.");
        if (line.GetValue(_part) is not null && line.GetValue(_state) is null)
            throw new MisusedException("--part needs a --state file, in which its result is kept.");
        if (line.GetValue(_input) is not ("auto" or "pcap" or "jsonl" or "hex" or "raw"))
            throw new MisusedException($"'{line.GetValue(_input)}' is none of auto, pcap, jsonl, hex and raw.");
        if (line.GetValue(_records) is not null && line.GetValue(_input) is not ("auto" or "raw"))
            throw new MisusedException("--records is about raw input.");
        if (line.GetValue(_state) is not null
            && (line.GetValue(_input) is not ("auto" or "pcap") || line.GetValue(_records) is not null))
        {
            throw new MisusedException("--state is about captures.");
        }
    }

    private FileInfo[] Files(ParseResult line) => line.GetValue(_files) ?? [];

    private RecordForm? RecordsOf(ParseResult line)
    {
        if (line.GetValue(_records) is not { } text) return null;
        return RecordForm.TryParse(text, out RecordForm? form) ? form
            : throw new MisusedException(
                $"'{text}' is no form of records: lrecl=80, rdw, bdw, lines, length-prefix=2le+.");
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
}
