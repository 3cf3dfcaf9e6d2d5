using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance;
using Qbitel.Hsm.Software;

namespace Qbitel.Hsm.Custody;

/// <summary>One thing that happened in a ceremony.</summary>
/// <param name="Number">From 1.</param>
/// <param name="At">When.</param>
/// <param name="Event">What, e.g. <c>share.handed-out</c>.</param>
/// <param name="Facts">Names, numbers and hashes; never a secret.</param>
public sealed record CeremonyStep(
    int Number, DateTimeOffset At, string Event, IReadOnlyDictionary<string, string> Facts);

/// <summary>
/// What was done in a ceremony, one signed line after the other: each line holds the hash of the one before, and is on
/// disk before the next thing is done.
/// </summary>
public sealed class CeremonyTranscript : IDisposable
{
    public const int MaxSize = 16 << 20;

    private const UnixFileMode OwnerWrites =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly byte[] Context = "qbitel ceremony 1"u8.ToArray();

    private readonly FileStream _file;
    private readonly Signer _signer;
    private readonly TimeProvider _time;
    private string _last = "";
    private int _count;

    private CeremonyTranscript(FileStream file, Signer signer, TimeProvider time)
    {
        _file = file;
        _signer = signer;
        _time = time;
    }

    /// <summary>Begins a transcript in a new file.</summary>
    /// <exception cref="IOException">There is a file already.</exception>
    public static CeremonyTranscript Create(string path, Signer signer, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(time);
        FileStream file = new(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            BufferSize = 0,
            UnixCreateMode = OwnerWrites,
        });
        Posix.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return new CeremonyTranscript(file, signer, time);
    }

    public async ValueTask AppendAsync(
        string what, IReadOnlyDictionary<string, string> facts, CancellationToken cancellationToken)
    {
        byte[] entry = Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("number", _count + 1);
            writer.WriteString("at", _time.GetUtcNow().UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            writer.WriteString("event", what);
            writer.WriteStartObject("facts");
            foreach ((string name, string value) in facts) writer.WriteString(name, value);
            writer.WriteEndObject();
            writer.WriteString("previous", _last);
            writer.WriteEndObject();
        });
        using JsonDocument document = JsonDocument.Parse(entry);
        byte[] canonical = CanonicalJson.Serialize(document.RootElement);
        byte[] signature = await _signer.SignAsync(canonical, Context, cancellationToken);
        byte[] line = Write(writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("entry");
            writer.WriteRawValue(canonical);
            writer.WriteBase64String("signature", signature);
            writer.WriteEndObject();
        });
        await _file.WriteAsync((byte[])[.. line, (byte)'\n'], cancellationToken);
        _file.Flush(flushToDisk: true);
        _last = Convert.ToHexStringLower(SHA256.HashData(line));
        _count++;
    }

    /// <summary>Reads a transcript and verifies every line.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="algorithm">Of the signer's key.</param>
    /// <param name="publicKey">The signer's key, from where it is trusted.</param>
    /// <param name="steps">What it says, up to the first line that is wrong.</param>
    /// <param name="error">Which line is wrong, and in what. A transcript that was cut off is not recognised by itself:
    /// its last step says that the ceremony ended.</param>
    public static bool TryVerify(
        ReadOnlySpan<byte> bytes, SignatureAlgorithm algorithm, ReadOnlySpan<byte> publicKey,
        out IReadOnlyList<CeremonyStep> steps, out string? error)
    {
        List<CeremonyStep> read = [];
        steps = read;
        error = bytes.Length > MaxSize ? $"{bytes.Length} bytes are more than a transcript takes" : null;
        if (error is not null) return false;

        using SignatureKey key = SignatureKeys.ImportPublic(algorithm, publicKey);
        string previous = "";
        int offset = 0;
        while (offset < bytes.Length)
        {
            string place = $"line {read.Count + 1} (offset {offset})";
            int length = bytes[offset..].IndexOf((byte)'\n');
            if (length < 0)
            {
                error = $"{place} does not end";
            }
            else
            {
                ReadOnlySpan<byte> line = bytes.Slice(offset, length);
                error = Read(line, key, read, previous) is { } wrong ? $"{place}: {wrong}" : null;
                previous = Convert.ToHexStringLower(SHA256.HashData(line));
                offset += length + 1;
            }

            if (error is not null) return false;
        }

        return true;
    }

    public void Dispose() => _file.Dispose();

    private static string? Read(ReadOnlySpan<byte> line, SignatureKey key, List<CeremonyStep> read, string previous)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line.ToArray(),
                new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            JsonElement entry = document.RootElement.GetProperty("entry");
            byte[] signature = document.RootElement.GetProperty("signature").GetBytesFromBase64();
            if (!key.Verify(CanonicalJson.Serialize(entry), signature, Context)) return "its signature does not verify";
            if (entry.GetProperty("number").GetInt32() != read.Count + 1) return "its number is not the next";
            if (entry.GetProperty("previous").GetString() != previous)
                return "it does not follow from the line before it";

            Dictionary<string, string> facts = [];
            foreach (JsonProperty fact in entry.GetProperty("facts").EnumerateObject())
                facts.Add(fact.Name, fact.Value.GetString() ?? "");
            read.Add(new CeremonyStep(read.Count + 1, entry.GetProperty("at").GetDateTimeOffset(),
                entry.GetProperty("event").GetString() ?? "", facts));
            return null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException or ArgumentException)
        {
            return "it is not a line of a transcript";
        }
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer)) write(writer);
        return buffer.WrittenSpan.ToArray();
    }
}
