using System.Text.Json;
using System.Text.Json.Serialization;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cms;

namespace Qbitel.Hsm.Wrapping;

/// <summary>A key on its way: CMS for one recipient, with the description of the key and what left the token.</summary>
/// <remarks>
/// The description is not authenticated and not secret: what opens is compared with it, and a key that does not match
/// is refused. Who sent it is not shown by it.
/// </remarks>
public sealed record PqcWrappedKey
{
    public const string Format = "qbitel-wrapped-key-1";

    /// <summary>The largest document that is read.</summary>
    public const int MaxSize = 1 << 18;

    public required TransferKey Key { get; init; }

    /// <summary>The KEM of the recipient.</summary>
    public required KemAlgorithm Recipient { get; init; }

    /// <summary>
    /// EnvelopedData with AES-256 key wrap (<see cref="CmsWrappedKey"/>), or AuthEnvelopedData with AES-256-GCM
    /// (<see cref="CmsEnvelope"/>). Inside: PKCS#8, or the bytes of a secret key.
    /// </summary>
    public required ReadOnlyMemory<byte> Cms { get; init; }

    public required BoundaryReport Boundary { get; init; }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(new WrappedKeyDocument
    {
        Format = Format,
        Id = Key.Id,
        Label = Key.Label,
        Kind = Key.Kind,
        Uses = Key.Uses,
        CheckValue = Key.CheckValue,
        PublicKey = Convert.ToBase64String(Key.PublicKey.Span),
        Recipient = Recipient.Name,
        Boundary = Boundary,
        Cms = Convert.ToBase64String(Cms.Span),
    }, WrappingJson.Default.WrappedKeyDocument);

    /// <exception cref="FormatException">Not such a document; the message names the place.</exception>
    public static PqcWrappedKey Parse(ReadOnlySpan<byte> json) =>
        TryParse(json, out PqcWrappedKey? key, out string? error) ? key! : throw new FormatException(error);

    public static bool TryParse(ReadOnlySpan<byte> json, out PqcWrappedKey? key, out string? error)
    {
        key = null;
        error = json.Length > MaxSize ? $"{json.Length} bytes are more than a wrapped key takes" : null;
        if (error is not null) return false;
        try
        {
            WrappedKeyDocument? document = JsonSerializer.Deserialize(json, WrappingJson.Default.WrappedKeyDocument);
            error = Fault(document, out KemAlgorithm? recipient);
            if (error is null)
            {
                key = new PqcWrappedKey
                {
                    Key = new TransferKey
                    {
                        Id = document!.Id,
                        Label = document.Label,
                        Kind = document.Kind,
                        Uses = document.Uses,
                        IsExtractable = true,
                        CheckValue = document.CheckValue,
                        PublicKey = Convert.FromBase64String(document.PublicKey),
                    },
                    Recipient = recipient!,
                    Boundary = document.Boundary,
                    Cms = Convert.FromBase64String(document.Cms),
                };
            }
        }
        catch (JsonException e)
        {
            error = $"not understood at {e.Path ?? "$"}, line {(e.LineNumber ?? 0) + 1}";
        }
        catch (FormatException)
        {
            error = "$.cms or $.publicKey is not base64";
        }

        return error is null;
    }

    private static string? Fault(WrappedKeyDocument? document, out KemAlgorithm? recipient)
    {
        recipient = null;
        if (document is null || document.Format != Format) return $"$.format is not '{Format}'";
        if (!TransferKind.TryParse(document.Kind, out _)) return "$.kind is no kind of key that moves";
        recipient = KeyAlgorithm.TryParse(document.Recipient, out KeyAlgorithm? named) ? named as KemAlgorithm : null;
        if (recipient is null) return "$.recipient is no KEM";
        if (!IsHex(document.Id)) return "$.id is not hexadecimal";
        if (document.CheckValue.Length is 0 or > 160) return "$.checkValue is empty or long";
        if (document.Label.Length > 512) return "$.label is longer than 512 characters";
        return document.Boundary?.Steps is null ? "$.boundary is missing" : null;
    }

    public bool Equals(PqcWrappedKey? other) => other is not null && Key == other.Key && Recipient == other.Recipient
        && Cms.Span.SequenceEqual(other.Cms.Span) && Boundary == other.Boundary;

    public override int GetHashCode() => HashCode.Combine(Key, Recipient, Cms.Length);

    public override string ToString() => $"{Key} for {Recipient}, {Cms.Length} bytes";

    private static bool IsHex(string text) => text.Length <= 512 && text.Length % 2 == 0
        && text.All(char.IsAsciiHexDigitLower);
}

/// <summary>The document as it is written.</summary>
internal sealed record WrappedKeyDocument
{
    public required string Format { get; init; }

    public required string Id { get; init; }

    public required string Label { get; init; }

    public required string Kind { get; init; }

    public required KeyUses Uses { get; init; }

    public required string CheckValue { get; init; }

    public required string PublicKey { get; init; }

    public required string Recipient { get; init; }

    public required BoundaryReport Boundary { get; init; }

    public required string Cms { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true,
    NewLine = "\n", MaxDepth = 16, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(WrappedKeyDocument))]
internal sealed partial class WrappingJson : JsonSerializerContext;
