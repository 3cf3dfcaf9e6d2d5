using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography;
using Qbitel.Governance.Audit;
using Qbitel.Testing;

namespace Qbitel.Governance.Tests.Audit;

public sealed class AuditExportTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(256)]
    [InlineData(300)]
    [InlineData(1_000)]
    public async Task An_export_verifies_by_keys_by_fingerprint_and_by_itself(int size)
    {
        TestLog log = new(size);
        SortedDictionary<string, byte[]> files = await log.ExportAsync();
        Assert.Equal(
            [.. LogTile.OfLog(size).Select(t => t.Path).Concat(["README.txt", "checkpoint", "keys"])
                .Order(StringComparer.Ordinal)], files.Keys);

        AuditVerification pinned = await log.VerifyAsync(files, AuditTrust.InFingerprint(log.Signer.Keys.Fingerprint));
        Assert.True(pinned.IsIntact, pinned.ToString());
        Assert.Equal(
            (true, (long)size, log.Tree.Root), (pinned.IsPinned, pinned.Checkpoint!.Size, pinned.Checkpoint.Root));
        Assert.Equal(Digest.Of(files["keys"]), pinned.KeysFingerprint);
        Assert.True((await log.VerifyAsync(files)).IsIntact);
        AuditVerification unpinned = await log.VerifyAsync(files, AuditTrust.KeysInExport);
        Assert.True(unpinned is { IsIntact: true, IsPinned: false });
    }

    // A10 of the traps: a chain that checked its links only let edited events pass.
    [Fact]
    [Trait("Soak", "audit-flips")]
    public async Task Every_flipped_byte_of_an_export_is_refused_and_its_place_named()
    {
        TestLog log = new(5);
        SortedDictionary<string, byte[]> files = await log.ExportAsync();
        int[] flips = Soak.IsOn ? [1, 2, 4, 8, 16, 32, 64, 128, 255] : [1];
        int refused = 0;
        foreach ((string path, byte[] original) in files)
        {
            for (int i = 0; i < original.Length; i++)
            {
                foreach (int flip in flips)
                {
                    Dictionary<string, byte[]> changed = files.Copy();
                    changed[path][i] ^= (byte)flip;
                    AuditVerification result = await log.VerifyAsync(changed);
                    Assert.False(result.IsIntact, $"{path} byte {i}");
                    Assert.Contains(result.Findings, f => f.Path == path);
                    Assert.All(result.Findings, f => Assert.Equal(path, f.Path));
                    Assert.Equal(path == "tile/entries/000.p/5" ? EntryAt(original, i) : null, result.FirstBadEntry);
                    Assert.All(result.Findings.Where(f => !f.Path.StartsWith("tile", StringComparison.Ordinal)),
                        f => Assert.Matches("line [0-9]+:|byte [0-9]+:|expected", f.Message));
                    if (path == "tile/0/000.p/5")
                        Assert.Contains($"the hash of entry {i / 32} ", result.ToString(), StringComparison.Ordinal);
                    refused++;
                }
            }
        }

        output.WriteLine($"{refused} exports with one byte changed: each refused, its place named");
    }

    [Fact]
    [Trait("Soak", "audit-flips")]
    public async Task Without_pinned_keys_a_flipped_byte_is_still_found()
    {
        TestLog log = new(3);
        SortedDictionary<string, byte[]> files = await log.ExportAsync();
        int refused = 0;
        foreach ((string path, byte[] original) in files)
        {
            for (int i = 0; i < original.Length; i += Soak.Times(29, 1))
            {
                Dictionary<string, byte[]> changed = files.Copy();
                changed[path][i] ^= 0x20;
                Assert.False((await log.VerifyAsync(changed, AuditTrust.KeysInExport)).IsIntact, $"{path} byte {i}");
                Assert.False(
                    (await log.VerifyAsync(changed, AuditTrust.InFingerprint(log.Signer.Keys.Fingerprint))).IsIntact,
                    $"{path} byte {i}");
                refused++;
            }
        }

        output.WriteLine(
            $"{refused} exports with one byte changed: each refused, by its own keys and by their fingerprint");
    }

    [Fact]
    [Trait("Soak", "audit-mutations")]
    public async Task Mutations_of_entries_tiles_checkpoint_order_and_length_are_all_caught()
    {
        TestLog log = new(600);
        SortedDictionary<string, byte[]> files = await log.ExportAsync();
        int mutations = Soak.Times(150, 10_000);
        for (int i = 0; i < mutations; i++)
        {
            Dictionary<string, byte[]> changed = files.Copy();
            string what = Mutations.Apply(changed, RandomNumberGenerator.GetInt32(int.MaxValue));
            AuditVerification result = await log.VerifyAsync(changed);
            Assert.False(result.IsIntact, what);
            Assert.All(result.Findings, f => Assert.NotEmpty(f.Message));
        }

        output.WriteLine($"{mutations} mutations of an export of 600 entries: all caught");
    }

    [Fact]
    public async Task Entries_changed_together_with_their_hashes_are_caught_by_the_root()
    {
        TestLog log = new(600);
        SortedDictionary<string, byte[]> files = await log.ExportAsync();
        byte[] leaf = [.. log.Leaves[300].Span];
        leaf[^10] ^= 1;
        byte[] bundle = files["tile/entries/001"], tile = files["tile/0/001"];
        leaf.CopyTo(bundle.AsSpan(bundle.AsSpan().IndexOf(log.Leaves[300].Span)));
        MerkleTree.HashLeaf(leaf).CopyTo(tile.AsSpan((300 - 256) * 32));

        AuditVerification result = await log.VerifyAsync(files);
        AuditFinding finding = Assert.Single(result.Findings);
        Assert.Equal(("tile/1/000.p/2", 256L), (finding.Path, finding.EntryIndex));

        // With the tile above forged as well, nothing but the signed root still tells.
        TestLog forged = new(600);
        TileTree tree = new();
        for (int i = 0; i < 600; i++) tree.Append(i == 300 ? MerkleTree.HashLeaf(leaf) : forged.Tree.LeafHash(i));
        files["tile/1/000.p/2"] = tree.Partial().Single(t => t.Tile.Level == 1).Hashes;
        finding = Assert.Single((await log.VerifyAsync(files)).Findings);
        Assert.Equal("checkpoint", finding.Path);
        Assert.Contains("changed together", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_and_extra_files_are_named()
    {
        TestLog log = new(300);
        SortedDictionary<string, byte[]> files = await log.ExportAsync();
        foreach (string path in files.Keys)
        {
            Dictionary<string, byte[]> fewer = files.Copy();
            fewer.Remove(path);
            AuditVerification result = await log.VerifyAsync(fewer);
            Assert.Contains(
                result.Findings, f => f.Path == path && f.Message.Contains("missing", StringComparison.Ordinal));
            Assert.Equal(
                path == "tile/entries/001.p/44" ? 256 : path == "tile/entries/000" ? 0 : null, result.FirstBadEntry);
        }

        string[] extra =
            ["tile/0/002", "tile/0/000.p/44", "tile/entries/000.p/9", "notes.txt", "../keys", "Checkpoint"];
        foreach (string path in extra)
        {
            Dictionary<string, byte[]> more = files.Copy();
            more[path] = [1];
            AuditVerification result = await log.VerifyAsync(more);
            Assert.Equal(path, Assert.Single(result.Findings).Path);
        }
    }

    [Fact]
    public async Task An_export_under_other_keys_is_refused_when_keys_are_pinned()
    {
        TestLog log = new(3);
        CheckpointSigner thief =
            new(TestLog.Origin, new TestSigner(SignatureAlgorithm.Ed25519), new TestSigner(SignatureAlgorithm.MLDsa65));
        SortedDictionary<string, byte[]> files = await log.ExportAsync();
        files["keys"] = thief.Keys.ToFile();
        files["checkpoint"] =
            await thief.SignAsync(
                new Checkpoint(TestLog.Origin, 3, log.Tree.Root), TestContext.Current.CancellationToken);

        Assert.False((await log.VerifyAsync(files)).IsIntact);
        AuditVerification pinned = await log.VerifyAsync(files, AuditTrust.InFingerprint(log.Signer.Keys.Fingerprint));
        Assert.Contains("these are other keys", Assert.Single(pinned.Findings).Message, StringComparison.Ordinal);
        Assert.True(await log.VerifyAsync(files, AuditTrust.KeysInExport) is { IsIntact: true, IsPinned: false });
    }

    [Fact]
    public async Task A_signed_leaf_that_is_no_audit_entry_is_named()
    {
        TestLog log = new(2);
        byte[] odd = Encoding.UTF8.GetBytes("{}");
        log.Tree.Append(odd);
        SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);
        await AuditExport.WriteAsync(
            log.Leaves.Append(odd).ToAsyncEnumerable(), await log.CheckpointAsync(), log.Policy,
            TestLog.Into(files), TestContext.Current.CancellationToken);

        AuditFinding finding = Assert.Single((await log.VerifyAsync(files)).Findings);
        Assert.Equal(2, finding.EntryIndex);
        Assert.Contains("no audit entry", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_left_its_checkpoint_is_not_exported()
    {
        TestLog log = new(5);
        List<string> paths = [];
        ValueTask Sink(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            paths.Add(path);
            return ValueTask.CompletedTask;
        }

        byte[] checkpoint = await log.CheckpointAsync();

        await Assert.ThrowsAsync<InvalidDataException>(() => AuditExport.WriteAsync(
            log.Leaves.Take(4).ToAsyncEnumerable(), checkpoint, log.Policy, Sink,
            TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<InvalidDataException>(() => AuditExport.WriteAsync(
            log.Leaves.Reverse().ToAsyncEnumerable(), checkpoint, log.Policy, Sink,
            TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<InvalidDataException>(() => AuditExport.WriteAsync(
            log.Leaves.ToAsyncEnumerable(), new byte[3], log.Policy, Sink, TestContext.Current.CancellationToken));
        Assert.DoesNotContain("checkpoint", paths);
    }

    [Fact]
    public async Task An_export_at_an_older_checkpoint_leaves_later_entries_out()
    {
        TestLog log = new(300);
        SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);
        await AuditExport.WriteAsync(log.Leaves.ToAsyncEnumerable(), await log.CheckpointAsync(256), log.Policy,
            TestLog.Into(files), TestContext.Current.CancellationToken);
        Assert.Equal(
            ["README.txt", "checkpoint", "keys", "tile/0/000", "tile/1/000.p/1", "tile/entries/000"], files.Keys);
        Assert.True((await log.VerifyAsync(files)).IsIntact);
    }

    [Fact]
    public async Task A_claim_of_astronomic_size_is_refused_in_bounded_time()
    {
        TestLog log = new(3);
        SortedDictionary<string, byte[]> files = await log.ExportAsync();
        files["checkpoint"] =
            await log.Signer.SignAsync(
                new Checkpoint(TestLog.Origin, long.MaxValue, log.Tree.Root), TestContext.Current.CancellationToken);
        AuditVerification result = await log.VerifyAsync(files);
        Assert.Equal(AuditVerifier.MaxFindings, result.Findings.Count);
        Assert.Equal(0, result.FirstBadEntry);
    }

    // The entry whose length or content holds byte i of a bundle.
    private static long EntryAt(byte[] bundle, int i)
    {
        EntryBundle reader = new(bundle);
        for (long index = 0; reader.TryRead(out _); index++)
            if (i < reader.Offset) return index;

        throw new ArgumentOutOfRangeException(nameof(i));
    }
}
