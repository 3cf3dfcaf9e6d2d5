using FsCheck;
using FsCheck.Fluent;
using Qbitel.Governance.Audit;
using Qbitel.Testing;

namespace Qbitel.Governance.Tests.Audit;

public sealed class AuditProofTests(ITestOutputHelper output)
{
    private readonly TestLog _log = new(13);

    [Fact]
    public async Task One_file_proves_one_entry()
    {
        byte[] checkpoint = await _log.CheckpointAsync();
        for (int i = 0; i < 13; i++)
        {
            byte[] file = new AuditProof(_log.Leaves[i], i, _log.Tree.InclusionProof(i, 13), checkpoint).ToFile();
            Assert.True(AuditProof.TryParse(file, out AuditProof? proof, out string? error), error);
            Assert.True(proof.TryVerify(_log.Policy, out AuditEntry? entry, out error), error);
            Assert.Equal(TestLog.Entry(i), entry);
            Assert.Equal(file, proof.ToFile());
        }
    }

    [Fact]
    public async Task The_file_is_that_of_the_specification()
    {
        byte[] file =
            new AuditProof(_log.Leaves[2], 2, _log.Tree.InclusionProof(2, 13), await _log.CheckpointAsync()).ToFile();
        string[] lines = file.Text().Split('\n');
        Assert.Equal("c2sp.org/tlog-proof@v1", lines[0]);
        Assert.Equal("extra " + Convert.ToBase64String(_log.Leaves[2].Span), lines[1]);
        Assert.Equal("index 2", lines[2]);
        Assert.Equal(_log.Tree.InclusionProof(2, 13).Select(h => Convert.ToBase64String(h.ToArray())), lines[3..7]);
        Assert.Equal(["", TestLog.Origin, "13"], lines[7..10]);
    }

    [Fact]
    [Trait("Soak", "audit-flips")]
    public async Task Every_flipped_byte_of_a_proof_is_refused()
    {
        byte[] file =
            new AuditProof(_log.Leaves[5], 5, _log.Tree.InclusionProof(5, 13), await _log.CheckpointAsync()).ToFile();
        int checkpoint = file.AsSpan().IndexOf("\n\n"u8), refused = 0;
        for (int i = 0; i < file.Length; i += i < checkpoint ? 1 : Soak.Times(23, 1))
        {
            byte[] changed = [.. file];
            changed[i] ^= 1;
            Assert.False(
                AuditProof.TryParse(changed, out AuditProof? proof, out string? error)
                    && proof.TryVerify(_log.Policy, out _, out error), $"byte {i}");
            Assert.NotNull(error);
            refused++;
        }

        output.WriteLine($"{refused} proofs with one byte changed: all refused");
    }

    [Fact]
    public async Task The_proof_of_another_index_is_refused()
    {
        byte[] checkpoint = await _log.CheckpointAsync();
        AuditProof moved = new(_log.Leaves[5], 4, _log.Tree.InclusionProof(5, 13), checkpoint);
        Assert.False(moved.TryVerify(_log.Policy, out _, out string? error));
        Assert.Contains("entry 4", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty line")]
    [InlineData("c2sp.org/tlog-proof@v2\nextra \nindex 0\n\n", "line 1")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\n\n", "line 2")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra AA==\nindex 00\n\n", "line 3")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra AA==\nindex \n\n", "line 3")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra AA==\nindex 0\nAAAA\n\n", "line 4")]
    public void A_malformed_proof_is_refused_with_its_line(string text, string place)
    {
        Assert.False(AuditProof.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out _, out string? error));
        Assert.Contains(place, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_end_in_a_proof_or_an_error() =>
        Prop.ForAll<byte[]>(
            bytes => AuditProof.TryParse(bytes, out AuditProof? proof, out string? error)
                ? proof is not null : error is not null)
            .QuickCheckThrowOnFailure();
}
