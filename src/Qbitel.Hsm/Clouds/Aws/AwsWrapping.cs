using System.Security.Cryptography;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;

namespace Qbitel.Hsm.Clouds.Aws;

/// <summary>Keys under keys of AWS KMS: symmetric ones, whose material AWS can change under the same name.</summary>
/// <remarks>
/// What is wrapped is in AWS's own format. The context is bound as the encryption context, as its SHA-256, because
/// encryption contexts are readable in AWS's logs.
/// </remarks>
public sealed class AwsWrapping
{
    /// <summary>What AWS KMS encrypts at once, in bytes.</summary>
    public const int MaxMaterialSize = 4096;

    private const int MaxWrappedSize = 6144; // CiphertextBlob, AWS KMS API Reference
    private const string Context = "qbitel-context";

    private readonly AwsKms _provider;
    private readonly AwsCalls _calls;
    private readonly AwsKeys _keys;
    private readonly AwsKmsOptions _options;

    internal AwsWrapping(AwsKms provider, AwsCalls calls, AwsKeys keys, AwsKmsOptions options) =>
        (_provider, _calls, _keys, _options) = (provider, calls, keys, options);

    /// <summary>Makes the wrapping key unless there is one of that name.</summary>
    public async ValueTask EnsureAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        if (await _calls.DescribeAsync(HsmOperation.GenerateKey, id, Alias(id), cancellationToken) is { } found)
        {
            if (AwsKeys.IsGone(found))
                await _keys.DeleteAliasAsync(HsmOperation.GenerateKey, id, Alias(id), cancellationToken);
            else if (found.KeySpec == KeySpec.SYMMETRIC_DEFAULT) return;
            else throw Failed(HsmOperation.GenerateKey, HsmFailure.KeyConflict, $"key {id} is no wrapping key.");
        }

        KeyMetadata made = await _keys.CreateBareAsync(HsmOperation.GenerateKey, id, "SYMMETRIC_DEFAULT",
            "ENCRYPT_DECRYPT", "wrapping", OriginType.AWS_KMS, cancellationToken);
        await _keys.NameAsync(HsmOperation.GenerateKey, id, Alias(id), made, cancellationToken);
    }

    public async ValueTask<byte[]> WrapAsync(TokenKeyId id, ReadOnlyMemory<byte> material,
        ReadOnlyMemory<byte> context, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(material.Length, nameof(material));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(material.Length, MaxMaterialSize, nameof(material));
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        byte[] copy = material.ToArray();
        try
        {
            EncryptResponse answer = await _calls.RunAsync(HsmOperation.Wrap, id, true, async (kms, stop) =>
            {
                using MemoryStream plaintext = new(copy, writable: false);
                return await kms.EncryptAsync(new EncryptRequest
                {
                    KeyId = Alias(id),
                    Plaintext = plaintext,
                    EncryptionContext = Bound(context.Span),
                }, stop);
            }, cancellationToken);
            return answer.CiphertextBlob?.ToArray() is { Length: > 0 and <= MaxWrappedSize } wrapped ? wrapped
                : throw AwsKms.Odd(HsmOperation.Wrap, "AWS KMS encrypted and gave no ciphertext.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    /// <summary>The caller zeroes what comes out.</summary>
    /// <exception cref="AuthenticationTagMismatchException">Not wrapped by this key in this context, or
    /// altered.</exception>
    public async ValueTask<byte[]> UnwrapAsync(TokenKeyId id, ReadOnlyMemory<byte> wrapped,
        ReadOnlyMemory<byte> context, CancellationToken cancellationToken)
    {
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        if (wrapped.Length is 0 or > MaxWrappedSize) throw NotOpened(id);
        DecryptResponse answer;
        try
        {
            answer = await _calls.RunAsync(HsmOperation.Unwrap, id, true, async (kms, stop) =>
            {
                try
                {
                    using MemoryStream blob = new(wrapped.ToArray(), writable: false);

                    // With the key named, a blob of another key is refused; without, AWS opens it by what it says.
                    return await kms.DecryptAsync(new DecryptRequest
                    {
                        KeyId = Alias(id),
                        CiphertextBlob = blob,
                        EncryptionContext = Bound(context.Span),
                    }, stop);
                }
                catch (AmazonKeyManagementServiceException wrong)
                    when (wrong is InvalidCiphertextException or IncorrectKeyException)
                {
                    throw NotOpened(id);
                }
            }, cancellationToken);
        }
        catch (HsmException missing) when (missing.Failure == HsmFailure.KeyMissing)
        {
            throw Failed(HsmOperation.Unwrap, HsmFailure.KeyMissing, $"there is no wrapping key {id}.");
        }

        return answer.Plaintext is { } secret ? secret.ToArray()
            : throw AwsKms.Odd(HsmOperation.Unwrap, "AWS KMS decrypted and gave nothing.");
    }

    /// <summary>New material under the same name, at once; what was wrapped before is still opened.</summary>
    public async ValueTask RotateAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        string arn = await ArnAsync(id, cancellationToken);

        // Not repeated: AWS counts rotations on demand, and there are not many of them for a key.
        await _calls.RunAsync(HsmOperation.GenerateKey, id, false, (kms, stop) => kms.RotateKeyOnDemandAsync(
            new RotateKeyOnDemandRequest { KeyId = arn }, stop), cancellationToken);
    }

    /// <summary>Lets AWS change the material by itself, every 90 to 2,560 days.</summary>
    public async ValueTask RotateEveryAsync(TokenKeyId id, int days, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 90);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(days, 2560);
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        string arn = await ArnAsync(id, cancellationToken);
        await _calls.RunAsync(HsmOperation.GenerateKey, id, true, (kms, stop) => kms.EnableKeyRotationAsync(
            new EnableKeyRotationRequest { KeyId = arn, RotationPeriodInDays = days }, stop), cancellationToken);
    }

    /// <summary>
    /// False when there was none. AWS keeps the key for the days of the options, and then it is gone.
    /// </summary>
    public async ValueTask<bool> DestroyAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        using HsmProvider.Visit visit = _provider.Enter(cancellationToken);
        KeyMetadata? found = await _calls.DescribeAsync(HsmOperation.Destroy, id, Alias(id), cancellationToken);
        if (found is null) return false;
        bool existed = !AwsKeys.IsGone(found);
        if (existed) await _keys.DeleteAsync(HsmOperation.Destroy, id, found.Arn, cancellationToken);
        await _keys.DeleteAliasAsync(HsmOperation.Destroy, id, Alias(id), cancellationToken);
        return existed;
    }

    private string Alias(TokenKeyId id) => $"alias/{_options.KeyPrefix}/wrapping/{id}";

    // Rotation takes no alias.
    private async ValueTask<string> ArnAsync(TokenKeyId id, CancellationToken cancellationToken) =>
        (await _calls.DescribeAsync(HsmOperation.Find, id, Alias(id), cancellationToken))?.Arn
        ?? throw Failed(HsmOperation.Find, HsmFailure.KeyMissing, $"there is no wrapping key {id}.");

    private static Dictionary<string, string> Bound(ReadOnlySpan<byte> context) =>
        new(StringComparer.Ordinal) { [Context] = Convert.ToHexStringLower(SHA256.HashData(context)) };

    private static AuthenticationTagMismatchException NotOpened(TokenKeyId id) =>
        new($"Not wrapped by key {id} in this context, or altered since.");

    private static HsmException Failed(HsmOperation operation, HsmFailure failure, string message) =>
        new(AwsKms.ProviderName, operation, failure, message);
}
