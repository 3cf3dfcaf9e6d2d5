using System.Text.Json.Serialization;

namespace Qbitel.KeyFiles;

/// <summary>How the documents of the key, signature and encryption commands are written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(KeyDescription))]
[JsonSerializable(typeof(WrittenKey))]
[JsonSerializable(typeof(SignedFile))]
[JsonSerializable(typeof(SignatureVerdict))]
[JsonSerializable(typeof(EncryptedFile))]
[JsonSerializable(typeof(DecryptedFile))]
internal sealed partial class KeyFilesJson : JsonSerializerContext;

/// <summary>A key that was written, and where.</summary>
internal sealed record WrittenKey(string Algorithm, string? Fingerprint, string? PrivateKey, string? PublicKey,
    bool Encrypted);

/// <summary>A signature that was made.</summary>
internal sealed record SignedFile(string File, string Signature, string Format, string Algorithm, string? Fingerprint,
    int Size);

/// <summary>Whether a signature is one by this key over this file and context.</summary>
internal sealed record SignatureVerdict(string File, bool Valid, string Algorithm, string? Fingerprint, string? Reason);

/// <summary>A file that was encrypted, and to whom.</summary>
internal sealed record EncryptedFile(string File, string Output, string Format, long Size,
    IReadOnlyList<RecipientKey> Recipients);

/// <summary>A key that can open a file.</summary>
/// <remarks>CMS names keys in its own ways, so there is no fingerprint then.</remarks>
internal sealed record RecipientKey(string Algorithm, string? Fingerprint)
{
    public override string ToString() => Fingerprint is null ? Algorithm : $"{Algorithm} sha256:{Fingerprint}";
}

/// <summary>A file that was decrypted and authentic to its end, or its recipients only.</summary>
internal sealed record DecryptedFile(string File, string? Output, long? Size, IReadOnlyList<RecipientKey> Recipients);
