using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography;
using Qbitel.Governance.Audit;
using Qbitel.Testing;

namespace Qbitel.Governance.Tests.Audit;

public sealed class CheckpointPolicyTests(ITestOutputHelper output)
{
    private readonly TestLog _log = new(5);

    [Fact]
    public async Task A_checkpoint_with_both_signatures_is_believed()
    {
        Assert.True(
            _log.Policy.TryVerify(await _log.CheckpointAsync(), out Checkpoint? checkpoint, out string? error), error);
        Assert.Equal(new Checkpoint(TestLog.Origin, 5, _log.Tree.Root), checkpoint);
    }

    [Theory]
    [InlineData(0, "no valid Ed25519 signature")]
    [InlineData(1, "no valid ML-DSA signature")]
    public async Task A_stripped_signature_is_a_refusal(int stripped, string reason)
    {
        SignedNote note = SignedNoteTests.Read((await _log.CheckpointAsync()).Text());
        byte[] rest = new SignedNote(note.Text, note.Signatures.Where((_, i) => i != stripped)).ToBytes();
        Assert.False(_log.Policy.TryVerify(rest, out Checkpoint? checkpoint, out string? error));
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Null(checkpoint);
    }

    [Fact]
    public async Task A_wrong_signature_is_a_refusal_even_beside_two_valid_ones_of_the_kind()
    {
        SignedNote note = SignedNoteTests.Read((await _log.CheckpointAsync()).Text());
        byte[] wrong = note.Signatures[1].Signature.ToArray();
        wrong[7] ^= 4;
        Refuses(new SignedNote(note.Text, [note.Signatures[0], note.Signatures[1] with { Signature = wrong }]),
            "line 6: the ML-DSA-65 signature");
        Refuses(new SignedNote(note.Text, [.. note.Signatures, note.Signatures[1] with { Signature = wrong }]),
            "line 7: a second signature");
        Refuses(new SignedNote(note.Text, [note.Signatures[0] with { Signature = wrong }, note.Signatures[1]]),
            "line 5: the Ed25519 signature");
    }

    [Fact]
    public async Task A_line_of_a_witness_is_left_alone_and_counts_for_nothing()
    {
        SignedNote note = SignedNoteTests.Read((await _log.CheckpointAsync()).Text());
        NoteSignature witness = new("witness.example", 7, new byte[64]);
        byte[] cosigned = new SignedNote(note.Text, [.. note.Signatures, witness]).ToBytes();
        Assert.True(_log.Policy.TryVerify(cosigned, out _, out _));
        Assert.False(_log.Policy.TryVerifyExactly(cosigned, out _, out string? error));
        Assert.Contains("line 7: no given key", error, StringComparison.Ordinal);

        // The name or the id alone does not make it the log's.
        Refuses(new SignedNote(
            note.Text, [note.Signatures[0], note.Signatures[1] with { Name = "bank.example/other" }]),
                "no valid ML-DSA");
        Refuses(new SignedNote(note.Text, [note.Signatures[0], note.Signatures[1] with { KeyId = 7 }]),
            "no valid ML-DSA");
    }

    [Fact]
    [Trait("Soak", "audit-flips")]
    public async Task Every_changed_byte_of_a_checkpoint_is_refused()
    {
        byte[] note = await _log.CheckpointAsync();
        int refused = 0;
        for (int i = 0; i < note.Length; i += Soak.Times(19, 1))
        {
            byte[] changed = [.. note];
            changed[i] ^= 1;
            Assert.False(_log.Policy.TryVerify(changed, out _, out string? error), $"byte {i}");
            Assert.NotNull(error);
            refused++;
        }

        output.WriteLine($"{refused} checkpoints with one byte changed: all refused");
    }

    [Fact]
    public async Task The_checkpoint_of_another_log_is_refused()
    {
        CheckpointSigner other =
            new("bank.example/other", new TestSigner(SignatureAlgorithm.Ed25519),
                new TestSigner(SignatureAlgorithm.MLDsa65));
        byte[] note =
            await other.SignAsync(
                new Checkpoint("bank.example/other", 5, _log.Tree.Root), TestContext.Current.CancellationToken);
        Assert.False(_log.Policy.TryVerify(note, out _, out string? error));
        Assert.Contains("bank.example/other", error, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(
            async () =>
                await _log.Signer.SignAsync(
                    new Checkpoint("bank.example/other", 5, _log.Tree.Root), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_signer_that_signs_wrongly_gives_no_checkpoint()
    {
        TestSigner broken = new(SignatureAlgorithm.MLDsa87) { IsBroken = true };
        CheckpointSigner signer = new(TestLog.Origin, new TestSigner(SignatureAlgorithm.Ed25519), broken);
        Checkpoint checkpoint = new(TestLog.Origin, 0, MerkleTree.EmptyRoot);
        await Assert.ThrowsAsync<CryptographicException>(
            async () => await signer.SignAsync(checkpoint, TestContext.Current.CancellationToken));
        broken.IsBroken = false;
        Assert.NotEmpty(await signer.SignAsync(checkpoint, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Two_keys_of_one_kind_make_no_signer() => Assert.Throws<ArgumentException>(() => new CheckpointSigner(
        TestLog.Origin, new TestSigner(SignatureAlgorithm.Ed25519), new TestSigner(SignatureAlgorithm.Ed25519)));

    private void Refuses(SignedNote note, string reason)
    {
        Assert.False(
            _log.Policy.TryVerify(note.ToBytes(), out _, out string? error), Encoding.UTF8.GetString(note.ToBytes()));
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }
}
