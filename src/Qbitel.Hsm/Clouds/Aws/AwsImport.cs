using System.Security.Cryptography;
using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Encodings;

namespace Qbitel.Hsm.Clouds.Aws;

/// <summary>Brings a private key into AWS KMS. An import that was interrupted goes on where it stopped.</summary>
internal sealed class AwsImport(AwsCalls calls, AwsKeys keys)
{
    // AWS KMS API Reference, GetParametersForImport: RSA_AES wrapping is for RSA and ECC key material.
    public static string? WhyNot(KeyAlgorithm algorithm) =>
        algorithm == SignatureAlgorithm.EcdsaP256 || algorithm == SignatureAlgorithm.EcdsaP384 ? null
        : $"AWS KMS documents no import of {algorithm} keys under RSA_AES_KEY_WRAP_SHA_256";

    public async ValueTask<AwsKey> RunAsync(
        TokenKeyId id, SignatureKey key, AwsAlgorithm row, CancellationToken cancellationToken)
    {
        KeyMetadata? waiting = await calls.DescribeAsync(
            HsmOperation.GenerateKey, id, keys.Alias(id), cancellationToken);
        if (waiting is not null && AwsKeys.IsGone(waiting))
        {
            await keys.DeleteAliasAsync(HsmOperation.GenerateKey, id, keys.Alias(id), cancellationToken);
            waiting = null;
        }

        if (waiting is not null && (waiting.KeySpec?.Value != row.KeySpec || waiting.Origin != OriginType.EXTERNAL))
            throw Conflict(id);
        if (waiting is null)
        {
            waiting = await keys.CreateBareAsync(HsmOperation.GenerateKey, id, row.KeySpec, row.KeyUsage,
                row.Algorithm.Name, OriginType.EXTERNAL, cancellationToken);
            if (!await keys.NameAsync(HsmOperation.GenerateKey, id, keys.Alias(id), waiting, cancellationToken))
                throw Conflict(id);
        }

        if (waiting.KeyState == KeyState.PendingImport) await SendAsync(id, key, waiting.Arn, cancellationToken);
        AwsKey imported = await keys.FindAsync(HsmOperation.GenerateKey, id, cancellationToken)
            ?? throw AwsKms.Odd(HsmOperation.GenerateKey, $"AWS KMS took key {id} and does not find it.");
        return imported.Description.PublicKey.Span.SequenceEqual(key.ExportPublicKey()) ? imported : throw Conflict(id);
    }

    private async ValueTask SendAsync(
        TokenKeyId id, SignatureKey key, string arn, CancellationToken cancellationToken)
    {
        GetParametersForImportResponse ticket = await calls.RunAsync(HsmOperation.GenerateKey, id, true,
            (kms, stop) => kms.GetParametersForImportAsync(new GetParametersForImportRequest
            {
                KeyId = arn,
                WrappingAlgorithm = AlgorithmSpec.RSA_AES_KEY_WRAP_SHA_256,
                WrappingKeySpec = WrappingKeySpec.RSA_4096,
            }, stop), cancellationToken);
        if (ticket.PublicKey is not { } der || ticket.ImportToken is not { } token)
            throw AwsKms.Odd(HsmOperation.GenerateKey, "AWS KMS offers an import without its key.");

        byte[] wrapped = Wrap(key, der.ToArray());
        await calls.RunAsync(HsmOperation.GenerateKey, id, true, async (kms, stop) =>
        {
            using MemoryStream material = new(wrapped, writable: false);
            using MemoryStream proof = new(token.ToArray(), writable: false);
            return await kms.ImportKeyMaterialAsync(new ImportKeyMaterialRequest
            {
                KeyId = arn,
                EncryptedKeyMaterial = material,
                ImportToken = proof,
                ExpirationModel = ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE,
            }, stop);
        }, cancellationToken);
    }

    private static byte[] Wrap(SignatureKey key, byte[] wrappingKey)
    {
        using RSA rsa = RSA.Create();
        try
        {
            rsa.ImportSubjectPublicKeyInfo(wrappingKey, out int read);
            if (read != wrappingKey.Length || rsa.KeySize < 3072) throw new CryptographicException("too small");
        }
        catch (CryptographicException)
        {
            throw AwsKms.Odd(HsmOperation.GenerateKey, "the key for an import that AWS KMS offers is no RSA key.");
        }

        byte[] shortest = Pkcs8.Encode(key);
        byte[]? pkcs8 = null;
        try
        {
            pkcs8 = RsaAesKeyWrap.Material(key.Algorithm, shortest);
            return RsaAesKeyWrap.Wrap(rsa, pkcs8, RSAEncryptionPadding.OaepSHA256);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(shortest);
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    private static HsmException Conflict(TokenKeyId id) => new(AwsKms.ProviderName, HsmOperation.GenerateKey,
        HsmFailure.KeyConflict, $"key {id} is another key already: use another key name.");
}
