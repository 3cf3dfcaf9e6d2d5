using Qbitel.Cryptography;
using Qbitel.Cryptography.Envelopes;
using Qbitel.Governance;
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
}
