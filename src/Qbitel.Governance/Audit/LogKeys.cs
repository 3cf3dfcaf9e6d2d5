using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Qbitel.Governance.Audit;

/// <summary>The public keys of one log: at least one Ed25519 and one ML-DSA key, all under the log's name.</summary>
public sealed class LogKeys : IReadOnlyList<LogKey>
{
    private const int MaxFileSize = 64 * 1024;

    private readonly LogKey[] _keys;

    /// <exception cref="ArgumentException">A kind is missing, a key is there twice, or the names differ.</exception>
    public LogKeys(params IEnumerable<LogKey> keys)
    {
        _keys = [.. keys];
        if (Problem(_keys) is { } problem) throw new ArgumentException(problem, nameof(keys));
    }

    public string Origin => _keys[0].Name;

    public int Count => _keys.Length;

    public LogKey this[int index] => _keys[index];

    /// <summary>What an auditor writes down: the hash of the keys as a file.</summary>
    public Digest Fingerprint => Digest.Of(ToFile());

    /// <summary>One verifier key a line.</summary>
    public byte[] ToFile() => Encoding.UTF8.GetBytes(string.Concat(_keys.Select(key => $"{key}\n")));

    public static bool TryParse(
        ReadOnlySpan<byte> file, [NotNullWhen(true)] out LogKeys? keys, [NotNullWhen(false)] out string? error)
    {
        keys = null;
        if (file.IsEmpty || file.Length > MaxFileSize || file[^1] != '\n')
        {
            error = $"expected lines of verifier keys, at most {MaxFileSize} bytes, each ended by a newline";
            return false;
        }

        string[] lines = Encoding.UTF8.GetString(file[..^1]).Split('\n');
        List<LogKey> read = [];
        for (int i = 0; i < lines.Length; i++)
        {
            if (!LogKey.TryParse(lines[i], out LogKey? key, out string? reason))
            {
                error = $"line {i + 1}: {reason}";
                return false;
            }

            read.Add(key);
        }

        error = Problem(read);
        if (error is not null) return false;

        keys = new LogKeys(read);
        error = keys.ToFile().AsSpan().SequenceEqual(file) ? null : "not UTF-8";
        if (error is not null) keys = null;
        return keys is not null;
    }

    public IEnumerator<LogKey> GetEnumerator() => ((IEnumerable<LogKey>)_keys).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string? Problem(IReadOnlyCollection<LogKey> keys) =>
        keys.Select(key => key.Name).Distinct(StringComparer.Ordinal).Count() != 1
            ? "the keys of a log carry one name, its origin"
        : keys.Select(key => key.KeyId).Distinct().Count() != keys.Count ? "two keys have one key id"
        : !keys.Any(key => key.IsQuantumSafe) || keys.All(key => key.IsQuantumSafe)
            ? "a log has an Ed25519 key and an ML-DSA key"
        : null;
}
