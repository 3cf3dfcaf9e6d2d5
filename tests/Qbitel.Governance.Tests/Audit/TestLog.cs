using System.Text;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance.Audit;

namespace Qbitel.Governance.Tests.Audit;

/// <summary>A log with its keys, and its export in memory.</summary>
internal sealed class TestLog
{
    public const string Origin = "bank.example/audit";

    private readonly List<ReadOnlyMemory<byte>> _leaves;

    public TestLog(int size)
    {
        _leaves = [.. Enumerable.Range(0, size).Select(i => Entry(i).ToLeaf())];
        foreach (ReadOnlyMemory<byte> leaf in _leaves) Tree.Append(leaf.Span);
        Signer = new CheckpointSigner(
            Origin, new TestSigner(SignatureAlgorithm.Ed25519), new TestSigner(SignatureAlgorithm.MLDsa65));
        Policy = new CheckpointPolicy(Signer.Keys);
    }

    public MerkleTree Tree { get; } = new();

    public CheckpointSigner Signer { get; }

    public CheckpointPolicy Policy { get; }

    public IReadOnlyList<ReadOnlyMemory<byte>> Leaves => _leaves;

    public static AuditEntry Entry(int i) => new(
        new Guid(Digest.Of(BitConverter.GetBytes(i)).ToArray().AsSpan(0, 16)),
        new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero).AddSeconds(i),
        "automation:keys", "key.rotate", $"key:{i}/v2", AuditOutcome.Done,
        details: [new("note", new string('x', i % 7))]);

    public async Task<byte[]> CheckpointAsync(long? size = null) =>
        await Signer.SignAsync(
            new Checkpoint(Origin, size ?? Tree.Size, Tree.RootAt(size ?? Tree.Size)),
            TestContext.Current.CancellationToken);

    public async Task<SortedDictionary<string, byte[]>> ExportAsync()
    {
        SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);
        await AuditExport.WriteAsync(
            _leaves.ToAsyncEnumerable(), await CheckpointAsync(), Policy, Into(files),
                TestContext.Current.CancellationToken);
        return files;
    }

    public static AuditSink Into(IDictionary<string, byte[]> files) => (path, content, _) =>
    {
        files.Add(path, content.ToArray());
        return ValueTask.CompletedTask;
    };

    public Task<AuditVerification> VerifyAsync(IReadOnlyDictionary<string, byte[]> files, AuditTrust? trust = null) =>
        AuditVerifier.VerifyAsync(
        files.Keys, (path, _) =>
            ValueTask.FromResult<ReadOnlyMemory<byte>>(files[path]), trust ?? AuditTrust.In(Signer.Keys),
        TestContext.Current.CancellationToken);
}

/// <summary>A signer of this process that can be made to sign wrongly.</summary>
internal sealed class TestSigner(SignatureAlgorithm algorithm) : Signer
{
    private readonly LocalSigner _signer = new(SignatureKeys.Generate(algorithm));

    public bool IsBroken { get; set; }

    public override SignatureAlgorithm Algorithm => algorithm;

    public override ReadOnlyMemory<byte> PublicKey => _signer.PublicKey;

    public override async ValueTask<byte[]> SignAsync(
        ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> context, CancellationToken cancellationToken)
    {
        byte[] signature = await _signer.SignAsync(data, context, cancellationToken);
        if (IsBroken) signature[^1] ^= 1;
        return signature;
    }
}

internal static class TestFiles
{
    public static Dictionary<string, byte[]> Copy(this IReadOnlyDictionary<string, byte[]> files) =>
        files.ToDictionary(file => file.Key, file => file.Value.ToArray(), StringComparer.Ordinal);

    public static string Text(this byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
