using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance.Audit;
using Qbitel.Governance.Policies;
using Qbitel.Hsm.Approvals;
using Qbitel.Hsm.Software;
using Qbitel.Hsm.Tests.Software;

namespace Qbitel.Hsm.Tests.Approvals;

public sealed class DualControlTests : IDisposable
{
    private readonly ApprovalFixture _fixture = new();
    private int _done;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static ControlledOperation Destroy => ApprovalFixture.Destroy;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Two_other_people_let_an_operation_happen_once()
    {
        ApprovalRequest request = await _fixture.ApprovedAsync();

        Controlled<bool> first = await RunAsync(Destroy, request.Id);
        Controlled<bool> second = await RunAsync(Destroy, request.Id);

        Assert.True(first.Decision.IsAllowed);
        Assert.True(first.Value);
        Assert.Equal("used", second.Decision.Clause);
        Assert.Equal(1, _done);
        AuditEntry done = _fixture.Entries.Single(e => e.Action == "key.destroy" && e.Outcome == AuditOutcome.Done);
        Assert.Equal(2, done.ApprovalIds.Count);
        Assert.Equal("0a1b2c3d4e", done.Details["parameter.check_value"]);
        Assert.Equal("dual-control used",
            _fixture.Entries.Single(e => e.Outcome == AuditOutcome.Refused).Details["rule"]);
        Assert.Equal("done", (await _fixture.Control.FindAsync(request.Id, Stop))!.Outcome);
    }

    [Fact]
    public async Task Without_a_request_or_with_one_approval_nothing_happens()
    {
        Assert.Equal("not-requested", (await RunAsync(Destroy, null)).Decision.Clause);
        Assert.Equal("not-requested", (await RunAsync(Destroy, Guid.CreateVersion7())).Decision.Clause);

        ApprovalRequest request = await _fixture.Control.RequestAsync(Destroy, "user:eve", Stop);
        await AddAsync(request, "user:ada");
        Controlled<bool> refused = await RunAsync(Destroy, request.Id);

        Assert.Equal("quorum", refused.Decision.Clause);
        Assert.Contains("1 of 2", refused.Decision.Reason, StringComparison.Ordinal);
        Assert.Equal(0, _done);
        Assert.Equal(3, _fixture.Entries.Count(e => e.Action == "key.destroy" && e.Outcome == AuditOutcome.Refused));
    }

    [Fact]
    public async Task The_requester_does_not_approve_and_nobody_approves_twice()
    {
        ApprovalRequest request = await _fixture.Control.RequestAsync(Destroy, "user:ada", Stop);

        Assert.Equal("requester", (await AddAsync(request, "user:ada")).Clause);
        Assert.True((await AddAsync(request, "user:bob")).IsAllowed);
        Assert.Equal("approved-already", (await AddAsync(request, "user:bob")).Clause);
        Assert.Equal("quorum", (await RunAsync(Destroy, request.Id)).Decision.Clause);
        Assert.True((await AddAsync(request, "user:cyd")).IsAllowed);
        Assert.True((await RunAsync(Destroy, request.Id)).Decision.IsAllowed);
    }

    [Fact]
    public async Task An_approval_of_another_request_or_by_another_key_does_not_count()
    {
        ApprovalRequest one = await _fixture.Control.RequestAsync(Destroy, "user:eve", Stop);
        ApprovalRequest same = await _fixture.Control.RequestAsync(Destroy, "user:eve", Stop);
        Assert.NotEqual(one.Hash, same.Hash); // the nonce

        Assert.Equal("altered", (await _fixture.Control.AddAsync(
            one.Id, await _fixture.SignAsync(same, "user:ada"), Stop)).Clause);
        Assert.Equal("signature", (await _fixture.Control.AddAsync(
            one.Id, await _fixture.SignAsync(one, "user:ada", with: "user:bob"), Stop)).Clause);
        Assert.Equal("approver", (await _fixture.Control.AddAsync(
            one.Id, await _fixture.SignAsync(one, "user:mallory", with: "user:bob"), Stop)).Clause);
        SignedApproval good = await _fixture.SignAsync(one, "user:ada");
        Assert.Equal("signature", (await _fixture.Control.AddAsync(
            one.Id, good with { At = good.At.AddSeconds(1) }, Stop)).Clause);
        Assert.Equal("signature", (await _fixture.Control.AddAsync(
            one.Id, good with { Id = Guid.CreateVersion7() }, Stop)).Clause);
        byte[] flipped = good.Signature.ToArray();
        flipped[100] ^= 1;
        Assert.Equal("signature", (await _fixture.Control.AddAsync(
            one.Id, good with { Signature = flipped }, Stop)).Clause);
        Assert.True((await _fixture.Control.AddAsync(one.Id, good, Stop)).IsAllowed);
    }

    public static TheoryData<string> Changes => ["operation", "target", "key", "no key", "parameter", "more", "fewer"];

    [Theory, MemberData(nameof(Changes))]
    public async Task Anything_altered_after_the_approval_is_a_refusal(string what)
    {
        ApprovalRequest request = await _fixture.ApprovedAsync();
        Dictionary<string, string> more = new() { ["check_value"] = "0a1b2c3d4e", ["force"] = "yes" };
        ControlledOperation altered = what switch
        {
            "operation" => Destroy with { Operation = "key.export" },
            "target" => Destroy with { Target = "vault2" },
            "key" => Destroy with { Key = TokenFixture.Id(2) },
            "no key" => Destroy with { Key = null },
            "parameter" => Destroy with { Parameters = new Dictionary<string, string> { ["check_value"] = "ff" } },
            "more" => Destroy with { Parameters = more },
            _ => Destroy with { Parameters = new Dictionary<string, string>() },
        };

        Assert.Equal("altered", (await RunAsync(altered, request.Id)).Decision.Clause);
        Assert.Equal(0, _done);
        Assert.True((await RunAsync(Destroy, request.Id)).Decision.IsAllowed);
    }

    [Fact]
    public async Task A_request_expires_for_approvers_and_for_its_execution()
    {
        ApprovalRequest approved = await _fixture.ApprovedAsync();
        ApprovalRequest open = await _fixture.Control.RequestAsync(Destroy, "user:eve", Stop);

        _fixture.Time.Advance(_fixture.Policy.Life);

        Assert.Equal("expired", (await AddAsync(open, "user:ada")).Clause);
        Assert.Equal("expired", (await RunAsync(Destroy, approved.Id)).Decision.Clause);
        Assert.Equal(0, _done);
    }

    [Fact]
    public async Task The_people_are_those_of_the_moment_of_execution()
    {
        ApprovalRequest request = await _fixture.ApprovedAsync();
        _fixture.Use(ApprovalFixture.NewPolicy(without: "user:bob")); // has left the bank since

        Assert.Equal("quorum", (await RunAsync(Destroy, request.Id)).Decision.Clause);
        Assert.True((await AddAsync(request, "user:cyd")).IsAllowed);
        Assert.True((await RunAsync(Destroy, request.Id)).Decision.IsAllowed);
    }

    [Fact]
    public async Task An_operation_that_is_not_controlled_is_done_and_on_record()
    {
        Controlled<bool> done = await RunAsync(Destroy with { Operation = "key.generate" }, null);

        Assert.Equal("not-controlled", done.Decision.Clause);
        Assert.Equal(1, _done);
        Assert.Equal("key.generate", _fixture.Entries.Single().Action);
    }

    [Fact]
    public async Task A_failure_uses_the_approvals_up_and_is_on_record()
    {
        ApprovalRequest request = await _fixture.ApprovedAsync();

        await Assert.ThrowsAsync<IOException>(async () => await _fixture.Control.RunAsync<bool>(
            Destroy, request.Id, "user:eve", _ => throw new IOException("the device is gone"), Stop));

        Assert.Equal("used", (await RunAsync(Destroy, request.Id)).Decision.Clause);
        Assert.Equal("failed", (await _fixture.Control.FindAsync(request.Id, Stop))!.Outcome);
        Assert.Contains(_fixture.Entries, e => e.Action == "key.destroy" && e.Outcome == AuditOutcome.Failed);
    }

    [Fact]
    public async Task Where_the_audit_log_does_not_answer_nothing_is_done_and_no_entry_is_lost_or_doubled()
    {
        ApprovalRequest request = await _fixture.ApprovedAsync();
        _fixture.LogFails = () => new IOException("no log");

        await Assert.ThrowsAsync<HsmException>(async () => await RunAsync(Destroy, request.Id));
        Assert.Equal(0, _done);
        _fixture.LogFails = () => null;

        // Used: whether the operation began is not told by a log that was away. Asked for anew, it is done.
        Assert.Equal("used", (await RunAsync(Destroy, request.Id)).Decision.Clause);
        Assert.Single(_fixture.Entries, e => e.Action == "approval.use");
        Assert.Equal(_fixture.Entries.Count, _fixture.Entries.Select(e => e.Id).Distinct().Count());
    }

    [Fact]
    public async Task Many_at_once_are_done_once()
    {
        ApprovalRequest request = await _fixture.ApprovedAsync();

        Controlled<bool>[] all = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            _ => Task.Run(async () => await RunAsync(Destroy, request.Id), Stop)));

        Assert.Single(all, each => each.Decision.IsAllowed);
        Assert.Equal(1, _done);
    }

    [Fact]
    public async Task A_request_on_disk_that_was_changed_is_refused()
    {
        ApprovalRequest request = await _fixture.ApprovedAsync();
        string file = Directory.GetFiles(Path.Combine(_fixture.Root, "approvals"), "*.approval").Single();
        string text = await File.ReadAllTextAsync(file, Stop);

        // Another key in the request: then it has another hash, and the approvals are of another request.
        await File.WriteAllTextAsync(
            file, text.Replace($"{TokenFixture.Id(1)}", $"{TokenFixture.Id(2)}", StringComparison.Ordinal), Stop);
        Controlled<bool> refused = await RunAsync(Destroy with { Key = TokenFixture.Id(2) }, request.Id);
        Assert.Equal("quorum", refused.Decision.Clause);

        await File.WriteAllTextAsync(file, text[..^20], Stop);
        HsmException damaged = await Assert.ThrowsAsync<HsmException>(async () => await RunAsync(Destroy, request.Id));
        Assert.Equal(HsmFailure.Damaged, damaged.Failure);
        Assert.Equal(0, _done);
    }

    [Fact]
    public void A_policy_that_one_person_could_fulfil_is_refused()
    {
        using SignatureKey ada = ApprovalFixture.KeyOf("user:ada"), bob = ApprovalFixture.KeyOf("user:bob");
        Approver a = new("user:ada", ada.Algorithm, ada.ExportPublicKey());
        Approver sameKey = new("user:bob", ada.Algorithm, ada.ExportPublicKey());
        Approver b = new("user:bob", bob.Algorithm, bob.ExportPublicKey());

        Assert.Throws<ArgumentException>(() => new DualControlPolicy([a, sameKey], []));
        Assert.Throws<ArgumentException>(() => new DualControlPolicy([a, a], []));
        Assert.Throws<ArgumentException>(() => new DualControlPolicy([a, b], [new("key.destroy", 1)]));
        Assert.Throws<ArgumentException>(() => new DualControlPolicy([a, b], [new("key.destroy", 3)]));
        Assert.Throws<ArgumentException>(() => new Approver("service:batch", ada.Algorithm, ada.ExportPublicKey()));
        Assert.Throws<ArgumentException>(
            () => new Approver("user:ada", SignatureAlgorithm.EcdsaP256, new byte[65])); // a quantum computer forges it
    }

    [Fact]
    public async Task A_hybrid_key_in_a_token_approves_too()
    {
        using TokenFixture token = new();
        await using SoftwareToken hsm = await token.CreateAsync();
        HsmKey key = await hsm.GenerateKeyAsync(TokenFixture.Id(9), SignatureAlgorithm.MLDsa65Ed25519, Stop);
        using SignatureKey ada = ApprovalFixture.KeyOf("user:ada");
        _fixture.Use(new DualControlPolicy(
            [new("user:ada", ada.Algorithm, ada.ExportPublicKey()),
            new("user:dan", SignatureAlgorithm.MLDsa65Ed25519, key.PublicKey)],
            [new("key.destroy", 2)]));
        ApprovalRequest request = await _fixture.Control.RequestAsync(Destroy, "user:eve", Stop);

        await AddAsync(request, "user:ada");
        SignedApproval approval = await SignedApproval.SignAsync(
            request, "user:dan", hsm.SignerFor(key), _fixture.Time, Stop);
        Assert.True((await _fixture.Control.AddAsync(request.Id, approval, Stop)).IsAllowed);

        Assert.True((await RunAsync(Destroy, request.Id)).Decision.IsAllowed);
    }

    [Fact]
    public async Task A_request_reads_back_as_it_was_written_and_any_other_bytes_do_not()
    {
        ApprovalRequest request = await _fixture.Control.RequestAsync(Destroy, "user:eve", Stop);
        byte[] bytes = request.ToBytes().ToArray();

        Assert.True(ApprovalRequest.TryParse(bytes, out ApprovalRequest? read));
        Assert.Equal(request, read);
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] changed = [.. bytes];
            changed[i] ^= 0x01;
            Assert.False(ApprovalRequest.TryParse(changed, out ApprovalRequest? other) && other.Hash == request.Hash);
            Assert.False(ApprovalRequest.TryParse(bytes.AsSpan(0, i), out _));
        }
    }

    private async Task<Decision> AddAsync(ApprovalRequest request, string name) =>
        await _fixture.Control.AddAsync(request.Id, await _fixture.SignAsync(request, name), Stop);

    private async Task<Controlled<bool>> RunAsync(ControlledOperation operation, Guid? request) =>
        await _fixture.Control.RunAsync(operation, request, "user:eve", _ =>
        {
            Interlocked.Increment(ref _done);
            return ValueTask.FromResult(true);
        }, Stop);
}
