using System.Security.Cryptography;
using System.Text.Json;
using Qbitel.Hsm.Software;

namespace Qbitel.Hsm.Migration;

/// <summary>
/// A file of lines, each on disk before the next step begins and each bound to the one before, for one process at a
/// time.
/// </summary>
/// <remarks>
/// A process that dies in the middle of a line leaves its beginning: that is cut off when the file is opened again.
/// Everything else that is not as it was written is refused.
/// </remarks>
internal sealed class MigrationJournal : IDisposable
{
    public const int MaxSize = 64 << 20;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _file;
    private readonly List<JournalLine> _lines;
    private string _last;

    private MigrationJournal(FileStream file, List<JournalLine> lines, string last)
    {
        _file = file;
        _lines = lines;
        _last = last;
    }

    public IReadOnlyList<JournalLine> Lines => _lines;

    /// <exception cref="HsmException">
    /// Another process works with it, it is there and a new one was wanted, it is not there, or it was changed.
    /// </exception>
    public static MigrationJournal Open(string path, bool isNew)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, new FileStreamOptions
            {
                Mode = isNew ? FileMode.CreateNew : FileMode.Open,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                BufferSize = 0,
                UnixCreateMode = isNew ? OwnerOnly : null,
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(HsmFailure.Unavailable, isNew && File.Exists(path)
                ? $"{path} is there already: resume it, roll it back, or name another journal."
                : $"{path}: {e.Message}");
        }

        try
        {
            if (isNew) Posix.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
            if (file.Length > MaxSize) throw Failed(HsmFailure.Damaged, $"{path} is larger than a journal.");
            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            if (!TryParse(bytes, out List<JournalLine> lines, out int whole, out string? error))
                throw Failed(HsmFailure.Damaged, $"{path}: {error}");

            file.SetLength(whole);
            file.Position = whole;
            return new MigrationJournal(file, lines, LastHash(bytes.AsSpan(0, whole)));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <param name="bytes">The file.</param>
    /// <param name="lines">Its whole lines.</param>
    /// <param name="whole">How many bytes they take; what follows is the beginning of a line.</param>
    /// <param name="error">Which line is wrong, and in what.</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out List<JournalLine> lines, out int whole, out string? error)
    {
        lines = [];
        whole = 0;
        error = null;
        string previous = "";
        while (bytes[whole..].IndexOf((byte)'\n') is >= 0 and int length)
        {
            ReadOnlySpan<byte> text = bytes.Slice(whole, length);
            string place = $"line {lines.Count + 1} (offset {whole})";
            try
            {
                JournalLine? line = JsonSerializer.Deserialize(text, MigrationJson.Default.JournalLine);
                error = line is null ? $"{place} is null"
                    : line.Previous != previous ? $"{place} does not follow from the line before it"
                    : Problem(line, lines) is { } problem ? $"{place}: {problem}"
                    : null;
                if (error is not null) return false;
                lines.Add(line!);
            }
            catch (JsonException e)
            {
                error = $"{place} is not understood at {e.Path ?? "$"}";
                return false;
            }

            previous = Convert.ToHexStringLower(SHA256.HashData(text));
            whole += length + 1;
        }

        return true;
    }

    public void Append(JournalLine line)
    {
        line = line with { Previous = _last };
        byte[] text = JsonSerializer.SerializeToUtf8Bytes(line, MigrationJson.Default.JournalLine);
        _file.Write([.. text, (byte)'\n']);
        _file.Flush(flushToDisk: true);
        _last = Convert.ToHexStringLower(SHA256.HashData(text));
        _lines.Add(line);
    }

    public void Dispose() => _file.Dispose();

    private static string LastHash(ReadOnlySpan<byte> whole)
    {
        if (whole.IsEmpty) return "";
        ReadOnlySpan<byte> lines = whole[..^1];
        return Convert.ToHexStringLower(SHA256.HashData(lines[(lines.LastIndexOf((byte)'\n') + 1)..]));
    }

    private static string? Problem(JournalLine line, List<JournalLine> before)
    {
        if (!Enum.IsDefined(line.Event)) return "its event is not known";
        if (before.Count == 0)
        {
            return line is
            {
                Event: JournalEvent.Begin, Migration: not null,
                Plan: { Keys: not null, Policy: not null }
            }
                ? line.Plan.Keys.Any(key => key?.Key is null || key.Steps is null) ? "its plan has a hole" : null
                : "a journal begins with a plan";
        }

        bool isOfKey = line.Event is JournalEvent.Taking or JournalEvent.Taken or JournalEvent.Active
            or JournalEvent.Failed or JournalEvent.Removing or JournalEvent.Removed or JournalEvent.NeverMade;
        return line.Event == JournalEvent.Begin ? "a journal begins once"
            : isOfKey && (line.Key is not { } key || key < 0 || key >= before[0].Plan!.Keys.Count)
                ? "it names no key of the plan" : null;
    }

    private static HsmException Failed(HsmFailure failure, string message) =>
        new("journal", HsmOperation.Open, failure, message);
}
