using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Qbitel.Hsm.Clouds.Gcp;

/// <summary>
/// Keys under symmetric keys of Cloud KMS, whose versions it tells apart by itself, bound to a context.
/// </summary>
public sealed class GcpWrapping
{
    /// <summary>
    /// What is wrapped at once, in bytes; with the context it must be within the 8 KiB of an HSM key.
    /// </summary>
    public const int MaxMaterialSize = 4096;

    private readonly GcpKms _provider;
    private readonly GcpCalls _calls;
    private readonly GcpKeys _keys;
    private readonly GcpKmsOptions _options;

    internal GcpWrapping(GcpKms provider, GcpCalls calls, GcpKeys keys, GcpKmsOptions options) =>
        (_provider, _calls, _keys, _options) = (provider, calls, keys, options);

    /// <summary>Makes the wrapping key unless there is one of that name.</summary>
    public async ValueTask EnsureAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        await _keys.CreateNameAsync(
            id, NameOf(id), "ENCRYPT_DECRYPT", "GOOGLE_SYMMETRIC_ENCRYPTION", cancellationToken);
    }

    public async ValueTask<byte[]> WrapAsync(TokenKeyId id, ReadOnlyMemory<byte> material,
        ReadOnlyMemory<byte> context, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(material.Length, nameof(material));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(material.Length, MaxMaterialSize, nameof(material));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(context.Length, MaxMaterialSize, nameof(context));
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        GcpReply reply = await _calls.SendAsync(HsmOperation.Wrap, id, true, HttpMethod.Post, $"{NameOf(id)}:encrypt",
            Body("plaintext", material, context),
            answer => answer.IsIntact("ciphertext", "ciphertextCrc32c") && answer["verifiedPlaintextCrc32c"].IsTrue
                && answer["verifiedAdditionalAuthenticatedDataCrc32c"].IsTrue, cancellationToken);
        return reply.Bytes("ciphertext") is { } wrapped && wrapped.Length > material.Length
            && reply["name"].Text?.StartsWith(NameOf(id) + "/", StringComparison.Ordinal) == true ? wrapped
            : throw GcpKms.Odd(HsmOperation.Wrap, "what Cloud KMS gives is no wrapped key of the one that was named");
    }

    /// <summary>The caller zeroes what comes out.</summary>
    /// <exception cref="AuthenticationTagMismatchException">Not wrapped by this key in this context, or
    /// altered.</exception>
    public async ValueTask<byte[]> UnwrapAsync(TokenKeyId id, ReadOnlyMemory<byte> wrapped,
        ReadOnlyMemory<byte> context, CancellationToken cancellationToken)
    {
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        if (wrapped.Length is 0 or > 2 * MaxMaterialSize || context.Length > MaxMaterialSize)
            throw new AuthenticationTagMismatchException($"Not wrapped by key {id} in this context, or altered since.");
        GcpReply reply = await _calls.SendAsync(HsmOperation.Unwrap, id, true, HttpMethod.Post, $"{NameOf(id)}:decrypt",
            Body("ciphertext", wrapped, context), answer => answer.IsIntact("plaintext", "plaintextCrc32c"),
            cancellationToken);
        return reply.Bytes("plaintext")!;
    }

    /// <summary>A new version that wraps from now on; what earlier ones wrapped is still opened.</summary>
    public async ValueTask RotateAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        GcpReply made = await _calls.SendAsync(HsmOperation.GenerateKey, id, false, HttpMethod.Post,
            $"{NameOf(id)}/cryptoKeyVersions", [], null, cancellationToken);
        string number = made["name"].Text is { } name
            && name.StartsWith($"{NameOf(id)}/cryptoKeyVersions/", StringComparison.Ordinal)
            ? name[(name.LastIndexOf('/') + 1)..]
            : throw GcpKms.Odd(HsmOperation.GenerateKey, "Cloud KMS made a version and does not say which");
        await _calls.SendAsync(
            HsmOperation.GenerateKey, id, true, HttpMethod.Post, $"{NameOf(id)}:updatePrimaryVersion",
            new JsonObject { ["cryptoKeyVersionId"] = number }, null, cancellationToken);
    }

    /// <summary>All its versions. False when there were none.</summary>
    public async ValueTask<bool> DestroyAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        return await _keys.DestroyAsync(id, NameOf(id), cancellationToken);
    }

    private string NameOf(TokenKeyId id) => $"{_options.KeyRing}/cryptoKeys/{_options.KeyPrefix}-wrap-{id}";

    private static JsonObject Body(string field, ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> context) => new()
    {
        [field] = Convert.ToBase64String(bytes.Span),
        [field + "Crc32c"] = Crc32C.Text(bytes.Span),
        ["additionalAuthenticatedData"] = Convert.ToBase64String(context.Span),
        ["additionalAuthenticatedDataCrc32c"] = Crc32C.Text(context.Span),
    };
}
