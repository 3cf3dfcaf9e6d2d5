using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;
using Qbitel.Protocols.Fix.Sessions;

namespace Qbitel.Gateway.Fix.Stores;

/// <summary>
/// A store in one file that only grows: a record a change, each with a checksum, on disk before it counts.
/// </summary>
/// <remarks>
/// The file is a log of framed records (see <see cref="FixLogRecord"/>). A crash leaves at most a cut record at the
/// end, which opening cuts off; damage before that is refused. New counts begin a new file in place of the old. One
/// process at a time has it open.
/// </remarks>
public sealed partial class FixFileStore : FixMessageStore
{
    private const int IndexSpacing = 64 * 1024;
    private const int ReadChunk = 256 * 1024;

    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly List<(long Number, long Offset)> _index = [];
    private readonly FixChange _fresh = new();
    private readonly bool _isReadOnly;
    private SafeFileHandle _file;
    private long _end;

    private FixFileStore(string path, string name, SafeFileHandle file, bool isReadOnly, ILogger logger)
    {
        _isReadOnly = isReadOnly;
        Path = path;
        Name = name;
        _file = file;
        _logger = logger;
    }

    public string Path { get; }

    /// <summary>The session the file is of.</summary>
    public string Name { get; }

    /// <summary>Opens the store of a session, or makes it.</summary>
    /// <param name="path">The file; its folder is made too, for its owner only.</param>
    /// <param name="name">The session, as its options name it; a file of another is refused.</param>
    /// <param name="now">When the counts begin, where the file is new.</param>
    /// <param name="logger">Told of what was cut off.</param>
    /// <exception cref="FixStoreException">The file is another's, damaged, or in use.</exception>
    public static FixFileStore Open(string path, string name, DateTimeOffset now, ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(name);
        string full = System.IO.Path.GetFullPath(path);
        SafeFileHandle? file = null;
        try
        {
            FixLogFile.MakeFolder(System.IO.Path.GetDirectoryName(full)!);
            if (!File.Exists(full)) FixLogFile.Replace(full, name, FixCounts.Begin(now), default);
            file = FixLogFile.Open(full, FileMode.Open);
            FixFileStore store = new(full, name, file, isReadOnly: false, logger ?? NullLogger.Instance);
            store.Load();
            file = null;
            return store;
        }
        catch (FixStoreException)
        {
            throw;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new FixStoreException($"The message store {full} cannot be opened: {failed.Message}", failed);
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>Opens a store to look into it, also while it is in use; nothing is changed.</summary>
    /// <exception cref="FixStoreException">The file is no store, damaged, or cannot be read.</exception>
    public static FixFileStore OpenForReading(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = System.IO.Path.GetFullPath(path);
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(full, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            string name = FixLogRecord.ReadHead(file, RandomAccess.GetLength(file), full);
            FixFileStore store = new(full, name, file, isReadOnly: true, NullLogger.Instance);
            store.Load();
            file = null;
            return store;
        }
        catch (Exception failed) when (failed is (IOException or UnauthorizedAccessException) and not FixStoreException)
        {
            throw new FixStoreException($"The message store {full} cannot be read: {failed.Message}", failed);
        }
        finally
        {
            file?.Dispose();
        }
    }

    public override void Read(long first, long last, FixStoredMessage take)
    {
        ArgumentNullException.ThrowIfNull(take);
        try
        {
            ReadCore(first, last, take);
        }
        catch (ObjectDisposedException)
        {
            // New counts began meanwhile: the messages of the old ones are not to be read any more.
        }
    }

    private void ReadCore(long first, long last, FixStoredMessage take)
    {
        long offset, end;
        SafeFileHandle file;
        lock (_gate)
        {
            int place = _index.BinarySearch((first, long.MaxValue));
            place = place < 0 ? ~place - 1 : place;
            offset = place < 0 ? FixLogRecord.FirstOffset : _index[place].Offset;
            end = _end;
            file = _file;
        }

        FixLogReader reader = new(file, offset, end, ReadChunk);
        while (reader.Next())
        {
            FixEntries entries = FixChange.Read(reader.Payload);
            while (entries.Next())
            {
                if (entries.Kind != FixEntryKind.Sent || entries.Number < first) continue;
                if (entries.Number > last) return;
                if (!entries.Bytes.IsEmpty && !take(entries.Number, entries.Bytes)) return;
            }
        }
    }

    private protected override void CommitCore(FixChange change)
    {
        if (_isReadOnly) throw new InvalidOperationException($"{Path} was opened for reading only.");

        FixLogRecord.Seal(change.Framed.Span, _end);
        RandomAccess.Write(_file, change.Framed.Span, _end);
        RandomAccess.FlushToDisk(_file);
        lock (_gate)
        {
            Index(change.Entries, _end);
            _end += change.Length;
        }

        if (change.HasReset) TurnOver(change);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _file.Dispose();
    }

    // The reset itself is on disk already, so a crash in between loses nothing but the turning over.
    private void TurnOver(FixChange change)
    {
        FixCounts counts = Counts;
        ReadOnlyMemory<byte> record = Record;
        _fresh.Clear();
        FixEntries entries = FixChange.Read(change.Entries);
        while (entries.Next())
        {
            switch (entries.Kind)
            {
                case FixEntryKind.Reset:
                    counts = new FixCounts(entries.Number, entries.Incoming, entries.At);
                    _fresh.Clear();
                    break;
                case FixEntryKind.Sent:
                    _fresh.AddSent(entries.Number, entries.Bytes);
                    break;
                case FixEntryKind.Expected:
                    _fresh.AddExpected(entries.Number);
                    break;
                default:
                    record = entries.Bytes.ToArray();
                    break;
            }
        }

        long end = FixLogFile.Replace(Path, Name, counts, record.Span, _fresh);
        SafeFileHandle old = _file;
        SafeFileHandle fresh = FixLogFile.Open(Path, FileMode.Open);
        lock (_gate)
        {
            _file = fresh;
            _end = end;
            _index.Clear();
        }

        old.Dispose();
    }

    private void Index(ReadOnlySpan<byte> change, long offset)
    {
        if (_index.Count > 0 && offset - _index[^1].Offset < IndexSpacing) return;

        FixEntries entries = FixChange.Read(change);
        while (entries.Next())
        {
            if (entries.Kind != FixEntryKind.Sent) continue;
            _index.Add((entries.Number, offset));
            return;
        }
    }

    private void Load()
    {
        long length = RandomAccess.GetLength(_file);
        string name = FixLogRecord.ReadHead(_file, length, Path);
        if (name != Name) throw new FixStoreException($"{Path} is the store of {name}, not of {Name}.");

        FixLogReader reader = new(_file, FixLogRecord.FirstOffset, length, ReadChunk);
        while (reader.Next())
        {
            if (HasReset(reader.Payload)) _index.Clear();
            Apply(reader.Payload);
            Index(reader.Payload, reader.Offset);
        }

        _end = reader.Offset;
        if (_end == length) return;

        reader.RequireTornTail(Path);
        if (_isReadOnly) return;

        RandomAccess.SetLength(_file, _end);
        RandomAccess.FlushToDisk(_file);
        LogCut(Path, length - _end);
    }

    private static bool HasReset(ReadOnlySpan<byte> payload)
    {
        FixEntries entries = FixChange.Read(payload);
        while (entries.Next()) if (entries.Kind == FixEntryKind.Reset) return true;
        return false;
    }

    [LoggerMessage(5020, LogLevel.Warning, "The end of {Path}, {Count} bytes, was not written whole and is cut off.")]
    private partial void LogCut(string path, long count);
}
