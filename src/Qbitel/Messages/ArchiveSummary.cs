using Qbitel.Protocols;
using Qbitel.Protocols.Streams;

namespace Qbitel.Messages;

/// <summary>How often a finding was made in an archive, and where first.</summary>
/// <param name="Count">Over all files.</param>
/// <param name="FileNumber">Where the first file stands among them.</param>
/// <param name="File">The first file it was made in, in the order they were named.</param>
/// <param name="First">Its offset is one in that file.</param>
internal sealed record ArchiveFinding(long Count, int FileNumber, string? File, Diagnostic? First);

/// <summary>A file that could not be read to its end.</summary>
internal sealed record UnreadFile(string File, string Why);

/// <summary>What files hold, added up; all threads that read them add to it.</summary>
internal sealed class ArchiveSummary
{
    private const int MostUnread = 100;

    private readonly Lock _lock = new();
    private readonly List<Protocol> _protocols = [];
    private readonly List<(int Number, UnreadFile File)> _unread = [];

    public long Files { get; private set; }

    public long Bytes { get; private set; }

    public long UnreadCount { get; private set; }

    /// <summary>The first of them.</summary>
    public IEnumerable<UnreadFile> Unread => _unread.OrderBy(each => each.Number).Select(each => each.File);

    /// <summary>The one with most messages first; what is of none known last.</summary>
    public IEnumerable<Protocol> Protocols => _protocols.OrderBy(each => each.Name is null)
        .ThenByDescending(each => each.Summary.Messages).ThenBy(each => each.Name, StringComparer.Ordinal);

    public long Messages => _protocols.Sum(each => each.Summary.Messages);

    public long Invalid => _protocols.Sum(each => each.Summary.Invalid);

    public long Valid => _protocols.Sum(each => each.Summary.Valid);

    public long Records => _protocols.Sum(each => each.Summary.Records);

    /// <summary>Whether everything was read and every message is valid.</summary>
    public bool IsValid => UnreadCount == 0 && Invalid == 0 && Messages > 0;

    public void Add(int fileNumber, string file, StreamSummary summary)
    {
        lock (_lock)
        {
            Files++;
            Bytes += summary.Bytes;
            if (summary.Bytes == 0) AddUnread(fileNumber, file, "the file is empty");
            foreach (ProtocolSummary part in summary.Protocols)
            {
                Protocol? own = _protocols.Find(each => each.Name == part.Protocol);
                if (own is null) _protocols.Add(own = new Protocol(part.Protocol));
                own.Add(fileNumber, file, part.Summary);
            }
        }
    }

    public void AddUnread(int fileNumber, string file, string why)
    {
        lock (_lock)
        {
            UnreadCount++;
            if (_unread.Count < MostUnread) _unread.Add((fileNumber, new UnreadFile(file, why)));
        }
    }

    /// <summary>One protocol's part.</summary>
    internal sealed class Protocol(string? name)
    {
        private readonly Dictionary<string, ArchiveFinding> _findings = new(StringComparer.Ordinal);

        public string? Name { get; } = name;

        public ScanSummary Summary { get; private set; } = new(0, 0, 0, 0,
            new Dictionary<string, long>(StringComparer.Ordinal), [], new Dictionary<string,
                long>(StringComparer.Ordinal),
            []);

        /// <summary>The most frequent first.</summary>
        public IEnumerable<KeyValuePair<string, ArchiveFinding>> Findings => _findings
            .OrderByDescending(each => each.Value.Count).ThenBy(each => each.Key, StringComparer.Ordinal);

        public void Add(int fileNumber, string file, ScanSummary part)
        {
            foreach ((string code, long count) in part.Codes)
            {
                ArchiveFinding known = _findings.GetValueOrDefault(code) ?? new ArchiveFinding(0, int.MaxValue, null,
                    null);
                Diagnostic? first = fileNumber < known.FileNumber || known.First is null
                    ? part.Findings.FirstOrDefault(finding => finding.Code == code) : null;
                known = known with { Count = known.Count + count };
                _findings[code] = first is null ? known
                    : known with { FileNumber = fileNumber, File = file, First = first };
            }

            Summary = ScanSummaries.Join([Summary, part with { Findings = [] }]);
        }
    }
}
