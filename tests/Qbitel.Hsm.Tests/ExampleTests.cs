using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Envelopes;
using Qbitel.Governance;
using Qbitel.Hsm.KeyShapes;
using Qbitel.Hsm.Pools;
using Qbitel.Hsm.Providers;
using Qbitel.Hsm.Software;

namespace Qbitel.Hsm.Tests;

/// <summary>The examples of the documents.</summary>
public sealed class ExampleTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("qbitel-token-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Sign_and_open_with_keys_that_stay_in_the_token()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        (string folder, string keyFile) = (Path.Combine(_root, "token"), Path.Combine(_root, "token.secret"));
        KeyId signing = new(Guid.Parse("01998f00-0000-7000-8000-000000000001"));
        KeyId transport = new(Guid.Parse("01998f00-0000-7000-8000-000000000002"));
        byte[] payment = "pay 5,000,000.00 USD"u8.ToArray();
        byte[] purpose = "wire"u8.ToArray();
        byte[] reference = "MT103:REF1"u8.ToArray();

        #region KeysInAToken
        HsmOptions options = new()
        {
            Provider = "software",
            Software = new SoftwareTokenOptions { Folder = folder },
            KeyFile = keyFile,
            CreateIfMissing = true,
        };
        await using HsmProvider hsm = await HsmProvider.CreateAsync(options, TimeProvider.System, logger: null, stop);

        // The object's name follows from the key and its version: asking twice finds the same key.
        TokenKeyId id = TokenKeyId.Derive(signing, version: 1);
        HsmKey key = await hsm.GenerateKeyAsync(id, SignatureAlgorithm.MLDsa65Ed25519, stop);
        byte[] signature = await hsm.SignAsync(key, payment, purpose, stop);
        bool genuine = await hsm.VerifyAsync(key, payment, signature, purpose, stop);

        // A message sealed to a key in the token: the token decapsulates, the private key stays where it is.
        HsmKey receiver = await hsm.GenerateKeyAsync(TokenKeyId.Derive(transport, 1), KemAlgorithm.XWing, stop);
        byte[] envelope = HybridEncryption.Seal(KemAlgorithm.XWing, receiver.PublicKey.Span, payment, reference);
        byte[] opened = await HybridEncryption.OpenAsync(
            KemAlgorithm.XWing, (encapsulated, ct) => hsm.DecapsulateAsync(receiver, encapsulated, ct),
            envelope, reference, cancellationToken: stop);
        #endregion

        Assert.True(genuine);
        Assert.Equal(payment, opened);
        Assert.True(key.IsSameKeyAs(await hsm.GenerateKeyAsync(id, SignatureAlgorithm.MLDsa65Ed25519, stop)));
    }

    [Fact]
    public async Task A_pool_of_two_boxes()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        HsmOptions frankfurt = Box("frankfurt"), dublin = Box("dublin");
        TokenKeyId id = TokenKeyId.Derive(new KeyId(Guid.Parse("01998f00-0000-7000-8000-000000000001")), 1);
        byte[] payment = "pay 5,000,000.00 USD"u8.ToArray();

        #region PoolOfTwo
        await using HsmPool pool = await HsmPool.OpenAsync(
            [
                new("frankfurt",
                    async cancel => await HsmProvider.CreateAsync(frankfurt, TimeProvider.System, null, cancel)),
                new("dublin", async cancel => await HsmProvider.CreateAsync(dublin, TimeProvider.System, null, cancel)),
            ],
            new HsmPoolOptions
            {
                Routing = HsmPoolRouting.LowestLatency,
                Alert = alert => Console.Error.WriteLine(alert.Message)
            },
            TimeProvider.System, logger: null, stop);
        // in one of them, always the same
        HsmKey key = await pool.GenerateKeyAsync(id, SignatureAlgorithm.Ed25519, stop);
        IReadOnlyList<string> holders = await pool.HoldersAsync(key, stop);
        byte[] signature = await pool.SignAsync(key, payment, default, stop);
        #endregion

        Assert.Single(holders);
        Assert.True(await pool.VerifyAsync(key, payment, signature, default, stop));

        HsmOptions Box(string name) => new()
        {
            Provider = "software",
            Software = new SoftwareTokenOptions { Folder = Path.Combine(_root, name) },
            KeyFile = Path.Combine(_root, name + ".secret"),
            CreateIfMissing = true,
        };
    }

    [Fact]
    public async Task A_certificate_request_with_a_key_that_stays_in_the_token()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using HsmProvider hsm = await HsmProvider.CreateAsync(new HsmOptions
        {
            Provider = "software",
            Software = new SoftwareTokenOptions { Folder = Path.Combine(_root, "token") },
            KeyFile = Path.Combine(_root, "token.secret"),
            CreateIfMissing = true,
        }, TimeProvider.System, logger: null, stop);
        HsmKey key = await hsm.GenerateKeyAsync(
            TokenKeyId.Derive(new KeyId(Guid.Parse("01998f00-0000-7000-8000-000000000001")), 1),
            SignatureAlgorithm.EcdsaP256, stop);

        #region RequestWithAnHsmKey
        using HsmECDsa ecdsa = new(hsm, key);
        CertificateRequest request = new("CN=payments", ecdsa, HashAlgorithmName.SHA256);
        byte[] pkcs10 = request.CreateSigningRequest();
        #endregion

        Assert.Equal("CN=payments",
            CertificateRequest.LoadSigningRequest(pkcs10, HashAlgorithmName.SHA256).SubjectName.Name); // verifies it
    }
}
