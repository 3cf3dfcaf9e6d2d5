using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Qbitel.Cryptography;
using Qbitel.Hsm.Wrapping;

namespace Qbitel.Hsm.Custody;

/// <summary>A key that is not in a backup.</summary>
public sealed record LeftOutKey(string Key, string Reason);

/// <summary>The keys of a token, each wrapped for a KEM key that exists only when enough custodians meet.</summary>
/// <remarks>It is no secret. Who made it is in the transcript of its ceremony, which is signed.</remarks>
public sealed record KeyBackup
{
    public const string Format = "qbitel-key-backup-1";

    public const int MaxSize = 256 << 20;

    public required Guid Id { get; init; }

    /// <summary>The name of the token it was made of.</summary>
    public required string Token { get; init; }

    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Which sharing opens it.</summary>
    public required ulong Set { get; init; }

    /// <summary>How many custodians are needed.</summary>
    public required int Threshold { get; init; }

    public required int Count { get; init; }

    /// <summary>Of each share, in their order.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Commitments { get; init; }

    /// <summary>The encapsulation key for what is wrapped inside a token.</summary>
    public required ReadOnlyMemory<byte> MLKem1024 { get; init; }

    /// <summary>The encapsulation key for what is wrapped by a process.</summary>
    public required ReadOnlyMemory<byte> XWing { get; init; }

    public required IReadOnlyList<PqcWrappedKey> Keys { get; init; }

    public required IReadOnlyList<LeftOutKey> LeftOut { get; init; }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(new BackupDocument
    {
        Format = Format,
        Id = Id,
        Token = Token,
        MadeAt = MadeAt,
        Set = Set.ToString("x16", CultureInfo.InvariantCulture),
        Threshold = Threshold,
        Count = Count,
        Commitments = [.. Commitments.Select(c => Convert.ToHexStringLower(c.Span))],
        MlKem1024 = Convert.ToBase64String(MLKem1024.Span),
        XWing = Convert.ToBase64String(XWing.Span),
        Keys = [.. Keys.Select(key => JsonSerializer.Deserialize(key.ToJson(), BackupJson.Default.JsonElement))],
        LeftOut = LeftOut,
    }, BackupJson.Default.BackupDocument);

    /// <param name="json">The file.</param>
    /// <param name="backup">Well-formed; whether shares fit it is seen when it is opened.</param>
    /// <param name="error">What is wrong, and where.</param>
    public static bool TryParse(ReadOnlySpan<byte> json, out KeyBackup? backup, out string? error)
    {
        backup = null;
        error = json.Length > MaxSize ? $"{json.Length} bytes are more than a backup takes" : null;
        if (error is not null) return false;
        try
        {
            BackupDocument? document = JsonSerializer.Deserialize(json, BackupJson.Default.BackupDocument);
            if (document is null || document.Format != Format)
            {
                error = $"$.format is not '{Format}'";
            }
            else if (document.Threshold < 2 || document.Count < document.Threshold
                || document.Count > SecretSharing.MaxShares || document.Commitments.Count != document.Count)
            {
                error = "$.threshold, $.count and $.commitments do not fit together";
            }
            else if (document.Set.Length != 16
                || !ulong.TryParse(document.Set, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _)
                || document.Commitments.Any(c => c is not { Length: 64 }))
            {
                error = "$.set or $.commitments is not hexadecimal of its length";
            }
            else
            {
                List<PqcWrappedKey> keys = [];
                for (int i = 0; i < document.Keys.Count && error is null; i++)
                {
                    if (PqcWrappedKey.TryParse(
                        JsonSerializer.SerializeToUtf8Bytes(document.Keys[i], BackupJson.Default.JsonElement),
                        out PqcWrappedKey? key, out string? wrong))
                    {
                        keys.Add(key!);
                    }
                    else
                    {
                        error = $"$.keys[{i}]: {wrong}";
                    }
                }

                if (error is null) backup = Of(document, keys);
                if (backup is not null && (backup.MLKem1024.Length != KemAlgorithm.MLKem1024.EncapsulationKeySize
                    || backup.XWing.Length != KemAlgorithm.XWing.EncapsulationKeySize))
                {
                    backup = null;
                    error = "$.mlKem1024 or $.xWing has not the length of such a key";
                }
            }
        }
        catch (JsonException e)
        {
            error = $"not understood at {e.Path ?? "$"}, line {(e.LineNumber ?? 0) + 1}";
        }
        catch (FormatException)
        {
            error = "$.commitments is not hexadecimal, or a key is not base64";
        }

        return error is null;
    }

    public override string ToString() =>
        $"backup {Id} of {Token}: {Keys.Count} keys, {Threshold} of {Count} custodians";

    private static KeyBackup Of(BackupDocument document, List<PqcWrappedKey> keys) => new()
    {
        Id = document.Id,
        Token = document.Token,
        MadeAt = document.MadeAt,
        Set = ulong.Parse(document.Set, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
        Threshold = document.Threshold,
        Count = document.Count,
        Commitments = [.. document.Commitments.Select(c => (ReadOnlyMemory<byte>)Convert.FromHexString(c))],
        MLKem1024 = Convert.FromBase64String(document.MlKem1024),
        XWing = Convert.FromBase64String(document.XWing),
        Keys = keys,
        LeftOut = document.LeftOut,
    };
}

/// <summary>The document as it is written.</summary>
internal sealed record BackupDocument
{
    public required string Format { get; init; }

    public required Guid Id { get; init; }

    public required string Token { get; init; }

    public required DateTimeOffset MadeAt { get; init; }

    public required string Set { get; init; }

    public required int Threshold { get; init; }

    public required int Count { get; init; }

    public required IReadOnlyList<string> Commitments { get; init; }

    public required string MlKem1024 { get; init; }

    public required string XWing { get; init; }

    public required IReadOnlyList<JsonElement> Keys { get; init; }

    public required IReadOnlyList<LeftOutKey> LeftOut { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true,
    NewLine = "\n", MaxDepth = 24, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(BackupDocument))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class BackupJson : JsonSerializerContext;
