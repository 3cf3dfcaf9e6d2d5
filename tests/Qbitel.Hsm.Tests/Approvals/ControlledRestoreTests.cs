using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Governance.Audit;
using Qbitel.Hsm.Approvals;
using Qbitel.Hsm.Custody;
using Qbitel.Hsm.Software;
using Qbitel.Hsm.Tests.Software;
using Qbitel.Hsm.Wrapping;

namespace Qbitel.Hsm.Tests.Approvals;

/// <summary>Keys of a backup brought back under dual control, and by the clock.</summary>
public sealed class ControlledRestoreTests : IDisposable
{
    private readonly ApprovalFixture _fixture = new();
    private readonly TokenFixture _token = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _fixture.Dispose();
        _token.Dispose();
    }

    [Fact]
    public async Task Approvals_serve_until_they_expire_and_for_their_backup_alone()
    {
        await using SoftwareToken token = await _token.CreateAsync(_token.Options with { AllowBackup = true });
        HsmKey key = await token.GenerateKeyAsync(TokenFixture.Id(1), SignatureAlgorithm.EcdsaP256, Stop);
        TransferPort port = TransferPort.Of(token, "dev");
        using MadeBackup one = await BackUpAsync(port), other = await BackUpAsync(port);
        ApprovalRequest late = await _fixture.ApprovedAsync(Restoration(one.Backup));
        ApprovalRequest later = await _fixture.ApprovedAsync(Restoration(one.Backup));
        await token.DestroyAsync(key.Id, Stop);

        Assert.Equal("altered", (await RestoreAsync(port, other, late.Id)).Decision.Clause);
        _fixture.Time.Advance(_fixture.Policy.Life - TimeSpan.FromSeconds(1));
        Controlled<IReadOnlyList<RestoredKey>> inTime = await RestoreAsync(port, one, late.Id);
        await token.DestroyAsync(key.Id, Stop);
        _fixture.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(inTime.Decision.IsAllowed);
        Assert.Null(Assert.Single(inTime.Value!).Problem);
        Assert.Equal("expired", (await RestoreAsync(port, one, later.Id)).Decision.Clause);
        Assert.Equal("used", (await RestoreAsync(port, one, late.Id)).Decision.Clause);
        Assert.Null(await token.FindAsync(key.Id, Stop));
        Assert.Equal(
            ["dual-control altered", "dual-control expired", "dual-control used"],
            _fixture.Entries.Where(e => e is { Action: "key.restore", Outcome: AuditOutcome.Refused })
                .Select(e => e.Details["rule"]));
    }

    [Fact]
    public async Task Shares_that_do_not_open_it_use_the_approvals_up()
    {
        await using SoftwareToken token = await _token.CreateAsync(_token.Options with { AllowBackup = true });
        TransferPort port = TransferPort.Of(token, "dev");
        using MadeBackup made = await BackUpAsync(port);
        ApprovalRequest request = await _fixture.ApprovedAsync(Restoration(made.Backup));

        HsmException refused = await Assert.ThrowsAsync<HsmException>(
            async () => await RestoreAsync(port, made, request.Id, shares: 1));

        Assert.Contains("1 shares are here, 2 are needed", refused.Message, StringComparison.Ordinal);
        Assert.Equal("used", (await RestoreAsync(port, made, request.Id)).Decision.Clause);
        Assert.Contains(_fixture.Entries, e => e is { Action: "key.restore", Outcome: AuditOutcome.Failed });
    }

    private ValueTask<MadeBackup> BackUpAsync(TransferPort port) =>
        BackupCeremony.BackUpAsync(port, ["Ada", "Ben", "Cleo"], 2, null, _fixture.Time, Stop);

    private ValueTask<Controlled<IReadOnlyList<RestoredKey>>> RestoreAsync(
        TransferPort port, MadeBackup made, Guid request, int shares = 2) =>
        _fixture.Control.RunAsync(Restoration(made.Backup), request, "user:eve", cancel => BackupCeremony.RestoreAsync(
            made.Backup, [.. made.Shares.Take(shares)], port, false, null, cancel), Stop);

    private static ControlledOperation Restoration(KeyBackup backup) => new()
    {
        Operation = "key.restore",
        Target = "dev",
        Parameters = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["backup_sha256"] = Convert.ToHexStringLower(SHA256.HashData(backup.ToJson())),
        },
    };
}
