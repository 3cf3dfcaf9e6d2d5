using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance.Audit;

namespace Qbitel.Governance.Tests.Audit;

public sealed class AuditExampleTests
{
    [Fact]
    public async Task A_log_is_kept_signed_exported_and_verified()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        DateTimeOffset now = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);
        using SignatureKey ed25519 = SignatureKeys.Generate(SignatureAlgorithm.Ed25519);
        using SignatureKey mlDsa = SignatureKeys.Generate(SignatureAlgorithm.MLDsa65);

        #region KeepSignExportVerify
        AuditEntry entry = new(
            Guid.CreateVersion7(now), now, "automation:keys", "key.rotate",
            "key:019b0000-0000-7000-8000-000000000001/v2", AuditOutcome.Done,
            details: [new("reason", "365 days are over")]);
        MerkleTree tree = new();
        tree.Append(entry.ToLeaf().Span);

        CheckpointSigner signer = new("bank.example/audit", new LocalSigner(ed25519), new LocalSigner(mlDsa));
        byte[] checkpoint =
            await signer.SignAsync(new Checkpoint("bank.example/audit", tree.Size, tree.Root), cancellationToken);

        Dictionary<string, byte[]> files = [];
        ReadOnlyMemory<byte>[] leaves = [entry.ToLeaf()];
        await AuditExport.WriteAsync(
            leaves.ToAsyncEnumerable(), checkpoint, new CheckpointPolicy(signer.Keys), (path, content, _) =>
        {
            files[path] = content.ToArray();
            return ValueTask.CompletedTask;
        }, cancellationToken);

        // Elsewhere, with the fingerprint on paper and nothing else.
        AuditVerification result = await AuditVerifier.VerifyAsync(
            files.Keys, (path, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(files[path]),
            AuditTrust.InFingerprint(signer.Keys.Fingerprint), cancellationToken);
        #endregion

        Assert.True(result.IsIntact, result.ToString());
        Assert.True(result.IsPinned);
    }

    // The library's own lattices made the signature; where the system has ML-DSA, it must agree.
    [Fact]
    public async Task A_checkpoint_verifies_with_the_ML_DSA_of_the_platform()
    {
        Assert.SkipUnless(MLDsa.IsSupported, "this system has no ML-DSA of its own (OpenSSL 3.5 has)");
        TestLog log = new(3);
        SignedNote note = SignedNoteTests.Read((await log.CheckpointAsync()).Text());
        using MLDsa platform = MLDsa.ImportMLDsaPublicKey(MLDsaAlgorithm.MLDsa65, log.Signer.Keys[1].PublicKey.Span);
        Assert.True(
            platform.VerifyData(
                SignedNote.BytesToSign(note.Text), note.Signatures[1].Signature.Span, "qbitel/signed-note"u8));
    }
}
