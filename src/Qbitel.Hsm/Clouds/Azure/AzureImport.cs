using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Qbitel.Cryptography;

namespace Qbitel.Hsm.Clouds.Azure;

/// <summary>
/// Brings a key into Managed HSM by Azure's "bring your own key": under an RSA key of the HSM that can do nothing but
/// import, in a transfer blob. An import that was interrupted goes on where it stopped.
/// </summary>
internal sealed partial class AzureImport(
    AzureCalls calls, AzureKeys keys, AzureManagedHsmOptions options, ILogger logger)
{
    // Key Vault's specification of the transfer blob: CKM_RSA_AES_KEY_WRAP with SHA-1 in OAEP, which needs no hash that
    // is free of collisions; schema 1.0.0.
    private const int KekBits = 4096;

    private string KekName => $"{options.KeyPrefix}-import-kek";

    public static string? WhyNot(KeyAlgorithm algorithm) => AzureAlgorithm.WhyNot(algorithm);

    /// <param name="id">Its name.</param>
    /// <param name="row">What it is.</param>
    /// <param name="encoded">PKCS#8, or the bytes of a cipher key.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async ValueTask<AzureKey> RunAsync(
        TokenKeyId id, AzureAlgorithm row, ReadOnlyMemory<byte> encoded, CancellationToken cancellationToken)
    {
        byte[] publicKey = RsaAesKeyWrap.PublicKey(row.Algorithm, encoded.Span);
        AzureKey? key = await keys.FindAsync(HsmOperation.GenerateKey, id, cancellationToken);
        if (key is null)
        {
            (string kid, RSA kek) = await KekAsync(id, cancellationToken);
            using (kek)
            {
                key = await keys.SettleAsync(
                    id, await SendAsync(id, row, Blob(kid, kek, row, encoded.Span), cancellationToken),
                    cancellationToken);
            }

            LogImported(id, key.Version);
        }

        return key.Algorithm == row && key.Description.PublicKey.Span.SequenceEqual(publicKey) ? key
            : throw new HsmException(AzureManagedHsm.ProviderName, HsmOperation.GenerateKey, HsmFailure.KeyConflict,
                $"key {id} is another key already: use another key name.");
    }

    private ValueTask<AzureReply> SendAsync(
        TokenKeyId id, AzureAlgorithm row, byte[] blob, CancellationToken cancellationToken)
    {
        JsonObject key = new()
        {
            ["kty"] = row.KeyType,
            ["key_ops"] = new JsonArray([.. row.Operations.Select(o => (JsonNode)o)]),
            ["key_hsm"] = Base64Url.EncodeToString(blob),
        };
        if (row.Curve is not null) key["crv"] = row.Curve;

        // Not repeated when its answer is lost: a second version would be made. The next import finds the first.
        return calls.SendAsync(HsmOperation.GenerateKey, id, false, HttpMethod.Put, $"keys/{keys.NameOf(id)}",
            new JsonObject
            {
                ["key"] = key,
                ["attributes"] = new JsonObject { ["enabled"] = true, ["exportable"] = false },
                ["tags"] = AzureKeys.Tags(id, row.Algorithm.Name),
            }, cancellationToken);
    }

    /// <summary>The key exchange key, made where there is none; one that can do more than import is refused.</summary>
    private async ValueTask<(string Kid, RSA Key)> KekAsync(TokenKeyId id, CancellationToken cancellationToken)
    {
        AzureReply found;
        try
        {
            found = await calls.SendAsync(
                HsmOperation.GenerateKey, id, true, HttpMethod.Get, $"keys/{KekName}", null, cancellationToken);
        }
        catch (HsmException missing) when (missing.Failure == HsmFailure.KeyMissing)
        {
            found = await keys.CreateBareAsync(
                id, KekName, "RSA-HSM", null, ["import"], "import-kek", cancellationToken, KekBits);
            LogKek(KekName);
        }

        AzureReply key = found["key"];
        string version = keys.VersionOf(HsmOperation.GenerateKey, KekName, key["kid"].Text);
        if (key["kty"].Text != "RSA-HSM" || key["key_ops"].Items.Select(o => o.Text).ToArray() is not ["import"])
        {
            throw new HsmException(AzureManagedHsm.ProviderName, HsmOperation.GenerateKey, HsmFailure.NotAllowed,
                $"the key {KekName}, version {version}, can do more than import: nothing is sent under it. Delete it, "
                + "and a new one is made.");
        }

        RSA rsa = RSA.Create();
        try
        {
            rsa.ImportParameters(new RSAParameters { Modulus = key["n"].Bytes, Exponent = key["e"].Bytes });
            return rsa.KeySize == KekBits ? (key["kid"].Text!, rsa) : throw new CryptographicException("size");
        }
        catch (CryptographicException)
        {
            rsa.Dispose();
            throw AzureManagedHsm.Odd(HsmOperation.GenerateKey, string.Create(CultureInfo.InvariantCulture,
                $"the key {KekName} is no RSA key of {KekBits} bits"));
        }
    }

    private static byte[] Blob(string kid, RSA kek, AzureAlgorithm row, ReadOnlySpan<byte> encoded)
    {
        byte[] material = RsaAesKeyWrap.Material(row.Algorithm, encoded);
        try
        {
            return Encoding.UTF8.GetBytes(new JsonObject
            {
                ["schema_version"] = "1.0.0",
                ["header"] = new JsonObject { ["kid"] = kid, ["alg"] = "dir", ["enc"] = "CKM_RSA_AES_KEY_WRAP" },
                ["ciphertext"] = Base64Url.EncodeToString(
                    RsaAesKeyWrap.Wrap(kek, material, RSAEncryptionPadding.OaepSHA1)),
                ["generator"] = "qbitel",
            }.ToJsonString());
        }
        finally
        {
            CryptographicOperations.ZeroMemory(material);
        }
    }

    [LoggerMessage(2324, LogLevel.Information, "azure_managed_hsm: made the key exchange key {Name}")]
    private partial void LogKek(string name);

    [LoggerMessage(2325, LogLevel.Information, "azure_managed_hsm: imported key {Id}, version {Version}")]
    private partial void LogImported(TokenKeyId id, string version);
}
