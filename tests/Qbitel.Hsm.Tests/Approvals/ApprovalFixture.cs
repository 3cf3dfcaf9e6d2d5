using System.Text;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance.Audit;
using Qbitel.Hsm.Approvals;
using Qbitel.Hsm.Tests.Software;
using Qbitel.Testing;

namespace Qbitel.Hsm.Tests.Approvals;

/// <summary>Three people with keys, a folder, and an audit log in memory.</summary>
internal sealed class ApprovalFixture : IDisposable
{
    public static readonly ControlledOperation Destroy = new()
    {
        Operation = "key.destroy",
        Target = "vault",
        Key = TokenFixture.Id(1),
        Parameters = new Dictionary<string, string> { ["check_value"] = "0a1b2c3d4e" },
    };

    private static readonly string[] Names = ["user:ada", "user:bob", "user:cyd"];

    private readonly Dictionary<string, SignatureKey> _keys = Names.ToDictionary(name => name, KeyOf);

    public ApprovalFixture(string? folder = null)
    {
        Root = folder is null ? Directory.CreateTempSubdirectory("qbitel-approvals-").FullName
            : Directory.CreateDirectory(folder).FullName;
        Policy = NewPolicy();
        Control = new DualControl(Path.Combine(Root, "approvals"), Policy, Log, Time);
    }

    public string Root { get; }

    public ManualTime Time { get; } = new(TokenFixture.Start);

    public DualControlPolicy Policy { get; }

    public DualControl Control { get; private set; }

    public List<AuditEntry> Entries { get; } = [];

    public Func<Exception?> LogFails { get; set; } = () => null;

    public DecisionLog Log => new(
        (entries, _) =>
        {
            if (LogFails() is { } error) throw error;
            Entries.AddRange(entries);
            return Task.CompletedTask;
        },
        (id, _) => Task.FromResult(Entries.Exists(entry => entry.Id == id)));

    /// <summary>The same key for a name in every process, which is why it is for tests only.</summary>
    public static SignatureKey KeyOf(string name) => SignatureKeys.ImportPrivate(
        SignatureAlgorithm.MLDsa44, System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    public static DualControlPolicy NewPolicy(params string[] without) => new(
        Names.Except(without).Select(name =>
        {
            using SignatureKey key = KeyOf(name);
            return new Approver(name, key.Algorithm, key.ExportPublicKey());
        }),
        [KeyValuePair.Create("key.destroy", 2), KeyValuePair.Create("key.export", 2),
            KeyValuePair.Create("key.restore", 2)]);

    public async Task<SignedApproval> SignAsync(ApprovalRequest request, string name, string? with = null) =>
        await SignedApproval.SignAsync(request, name, new LocalSigner(_keys[with ?? name]), Time,
            TestContext.Current.CancellationToken);

    public async Task<ApprovalRequest> ApprovedAsync(ControlledOperation? operation = null)
    {
        ApprovalRequest request = await Control.RequestAsync(
            operation ?? Destroy, "user:eve", TestContext.Current.CancellationToken);
        foreach (string name in (string[])["user:ada", "user:bob"])
        {
            Assert.True((await Control.AddAsync(request.Id, await SignAsync(request, name),
                TestContext.Current.CancellationToken)).IsAllowed);
        }

        return request;
    }

    public void Use(DualControlPolicy policy) =>
        Control = new DualControl(Path.Combine(Root, "approvals"), policy, Log, Time);

    public void Dispose()
    {
        foreach (SignatureKey key in _keys.Values) key.Dispose();
        Directory.Delete(Root, recursive: true);
    }
}
