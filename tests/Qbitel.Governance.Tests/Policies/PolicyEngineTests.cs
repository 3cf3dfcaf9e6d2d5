using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography;
using Qbitel.Governance.Policies;
using Qbitel.Governance.Profiles;

namespace Qbitel.Governance.Tests.Policies;

public sealed class PolicyEngineTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);
    private static readonly Digest Exact = Digest.Of("the request"u8);
    private static readonly EffectiveSecurity Wire =
        EffectiveSecurity
            .Select(BankingPqcProfile.ForSubdomain(BankingSubdomain.WireTransfers),
                BankingSecurityPolicy.ForWireTransfer());

    private readonly PolicyEngine _engine = new();

    [Fact]
    public void A_message_is_protected_with_what_policy_and_profile_ask()
    {
        #region DecideOnAMessage
        PolicyRequest request = new()
        {
            Action = PolicyActions.ProtectMessage,
            Actor = "service:wire-transfer-api",
            Target = "message:019b0000-0000-7000-8000-000000000001",
            Kem = KemAlgorithm.MLKem1024P384,
            Signature = SignatureAlgorithm.MLDsa87EcdsaP384,
        };
        Decision decision = new PolicyEngine().Decide(request, Wire, Now);
        #endregion

        Assert.True(decision.IsAllowed, decision.ToString());
        Assert.Equal(("WIRE-001", "1", "algorithms"), (decision.PolicyId, decision.PolicyVersion, decision.Clause));
        Assert.Equal(["retain-days:3650", "audit", "mask-card-numbers"], decision.Obligations);
        Assert.Equal(Wire.ContentHash, decision.ContentHash);
    }

    [Fact]
    public void A_weaker_algorithm_is_denied_with_its_clause()
    {
        Decision decision = Decide(Message() with { Kem = KemAlgorithm.XWing });
        Assert.Equal(
            (Verdict.Deny, "algorithms", "key establishment X-Wing is weaker than MLKEM1024-P384"),
            (decision.Verdict, decision.Clause, decision.Reason));
        Assert.Empty(decision.Obligations);
        Assert.False(Decide(Message() with { Signature = SignatureAlgorithm.MLDsa87 }).IsAllowed);
    }

    // A7 of the traps: a rule that failed once meant "not violated".
    [Fact]
    public void A_clause_that_throws_denies_even_what_others_permit()
    {
        PolicyEngine engine =
            new([.. BankingClauses.All,
                new PolicyClause("broken", _ => throw new InvalidOperationException("secret detail"))]);
        Decision decision = engine.Decide(Message(), Wire, Now);
        Assert.Equal((Verdict.Deny, "broken"), (decision.Verdict, decision.Clause));
        Assert.DoesNotContain("secret", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_attribute_is_not_false()
    {
        Decision decision = Decide(Message() with { Kem = null });
        Assert.Equal(
            (Verdict.Deny, "algorithms", "'Kem' is not known, and unknown is not false"),
            (decision.Verdict, decision.Clause, decision.Reason));
        Assert.False(Decide(Transfer() with { TransfersToday = null }).IsAllowed);
        Assert.False(Decide(Transfer() with { Approvals = null }).IsAllowed);
        Assert.False(Decide(Transfer() with { RequestHash = null }).IsAllowed);
        Assert.False(Decide(Session() with { OtherSessions = null }).IsAllowed);
    }

    [Fact]
    public void One_subject_with_another_request_is_another_decision()
    {
        Decision small = Decide(Transfer()), large = Decide(Transfer() with { Amount = 10_000_001m });
        Assert.Equal((true, false), (small.IsAllowed, large.IsAllowed));
        Assert.NotEqual(small.InputsHash, large.InputsHash);
        Assert.Equal(small.InputsHash, Decide(Transfer()).InputsHash);
    }

    [Fact]
    public void What_no_clause_permits_is_denied() =>
        Prop.ForAll<NonNull<string>>(action =>
        {
            Decision decision =
                Decide(new PolicyRequest { Action = "x" + action.Get, Actor = "user:ana", Target = "t" });
            return decision is { IsAllowed: false, Clause: "default" };
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_attribute_is_part_of_the_inputs_hash()
    {
        PolicyRequest request = Transfer();
        PolicyRequest[] others =
        [
            request with { Actor = "user:bob" }, request with { Target = "other" }, request with { Amount = 1 },
            request with { Currency = "EUR" },
            request with { TransfersToday = 1 }, request with { AmountToday = 1 }, request with { RequestHash = null },
            request with { Approvals = [] },
            request with { Kem = KemAlgorithm.MLKem512 }, request with { Signature = SignatureAlgorithm.MLDsa44 },
            request with { Mfa = MfaMethod.Totp },
            request with { SessionAge = TimeSpan.Zero }, request with { Idle = TimeSpan.Zero },
            request with { OtherSessions = 0 },
            request with { Key = KeyPolicy.Default(KeyType.Dek) }, request with { KeyState = KeyState.Active },
            request with { Action = "other" },
        ];
        Assert.Equal(others.Length + 1, others.Append(request).Select(r => Decide(r).InputsHash).Distinct().Count());
        Assert.Equal(typeof(PolicyRequest).GetProperties().Length, others.Length);
    }

    [Fact]
    public void A_transfer_takes_two_other_people_of_this_exact_request()
    {
        Assert.True(Decide(Transfer()).IsAllowed);
        Assert.Contains($"consume-approval:{Approve("user:bob", 1).Id:D}", Decide(Transfer()).Obligations);

        Approval bob = Approve("user:bob", 1);
        Approval[][] tooFew =
        [
            [], [bob], [bob, bob], [bob, Approve("user:ana", 2)], [bob, Approve("service:api", 2)],
            [bob, Approve("user:eve", 1)],
            [bob, Approve("user:bob", 2)], [bob, Approve("user:eve", 2) with { RequestHash = Digest.Of([]) }],
            [bob, Approve("user:eve", 2) with { At = Now.AddHours(-5) }],
            [bob, Approve("user:eve", 2) with { At = Now.AddSeconds(1) }],
            [bob, Approve("user:eve", 2) with { Id = bob.Id }],
        ];
        Assert.All(tooFew, approvals =>
        {
            Decision decision = Decide(Transfer() with { Approvals = approvals });
            Assert.Equal((Verdict.Deny, "approvals"), (decision.Verdict, decision.Clause));
        });
    }

    [Theory]
    [InlineData(5_000_000, 0, 0, "USD", true)]
    [InlineData(10_000_000, 0, 0, "USD", true)]
    [InlineData(1, 0, 10_000_000, "USD", false)]
    [InlineData(1, 99, 0, "USD", true)]
    [InlineData(1, 100, 0, "USD", false)]
    [InlineData(1, 0, 0, "EUR", false)]
    [InlineData(0, 0, 0, "USD", false)]
    [InlineData(-5, 0, 0, "USD", false)]
    [InlineData(5, 0, -1, "USD", false)]
    public void Limits_are_sums_of_the_day_without_a_ceiling_on_one_transfer(
        int amount, int count, int sum, string currency, bool allowed) =>
        Assert.Equal(
            allowed, Decide(
                Transfer() with
                {
                    Amount = amount,
                    TransfersToday = count,
                    AmountToday = sum,
                    Currency = currency
                }).IsAllowed);

    [Fact]
    public void Keys_must_meet_the_policy_and_people_need_approvals_where_the_policy_itself_does_not()
    {
        KeyPolicy good = Wire.KeyPolicyFor(KeyType.Signing);
        PolicyRequest provision =
            new() { Action = PolicyActions.ProvisionKey, Actor = "automation:keys", Target = "key:1", Key = good };
        Assert.True(Decide(provision).IsAllowed);
        Assert.True(Decide(provision with { Action = PolicyActions.RotateKey }).IsAllowed);
        Assert.Equal(
            "approvals",
            Decide(provision with { Action = PolicyActions.MakeKey, RequestHash = Exact, Approvals = [] }).Clause);
        Assert.True(
            Decide(provision with
            {
                Action = PolicyActions.MakeKey,
                RequestHash = Exact,
                Approvals = [Approve("user:bob", 1), Approve("user:eve", 2)]
            }).IsAllowed);
        Assert.Contains(
            "weaker", Decide(provision with { Key = good.With(SignatureAlgorithm.MLDsa65) }).Reason,
            StringComparison.Ordinal);
        Assert.Contains(
            "custody", Decide(provision with { Key = good.With(requiresHsm: false) }).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Compromised_versions_process_only_under_two_approvals()
    {
        PolicyRequest request = new()
        {
            Action = PolicyActions.OverrideKeyState,
            Actor = "user:ana",
            Target = "key:1/v1",
            KeyState = KeyState.Compromised,
            RequestHash = Exact,
            Approvals = [Approve("user:bob", 1), Approve("user:eve", 2)],
        };
        Assert.True(Decide(request).IsAllowed);
        Assert.False(Decide(request with { Approvals = [Approve("user:bob", 1)] }).IsAllowed);
        Assert.False(Decide(request with { KeyState = KeyState.Destroyed }).IsAllowed);
        Assert.False(Decide(request with { KeyState = KeyState.PreActive }).IsAllowed);
    }

    [Theory]
    [InlineData(KeyState.Active, false)]
    [InlineData(KeyState.Deactivated, true)]
    [InlineData(KeyState.Compromised, true)]
    [InlineData(KeyState.Destroyed, false)]
    [InlineData(KeyState.DestroyedCompromised, false)]
    public void Only_a_retired_version_is_destroyed(KeyState state, bool allowed) =>
        Assert.Equal(allowed, Decide(new PolicyRequest
        {
            Action = PolicyActions.DestroyKey,
            Actor = "user:ana",
            Target = "key:1/v1",
            KeyState = state,
            RequestHash = Exact,
            Approvals = [Approve("user:bob", 1), Approve("user:eve", 2)],
        }).IsAllowed);

    [Fact]
    public void Sessions_keep_to_the_policy()
    {
        Assert.True(Decide(Session()).IsAllowed);
        Assert.False(Decide(Session() with { SessionAge = TimeSpan.FromHours(9) }).IsAllowed);
        Assert.False(Decide(Session() with { Idle = TimeSpan.FromMinutes(16) }).IsAllowed);
        Assert.False(Decide(Session() with { OtherSessions = 1 }).IsAllowed);
        EffectiveSecurity hsm = EffectiveSecurity
            .Select(BankingPqcProfile.ForSubdomain(BankingSubdomain.HsmOperations),
                BankingSecurityPolicy.ForHsmOperations());
        Assert.False(_engine.Decide(Session() with { SessionAge = TimeSpan.Zero }, hsm, Now).IsAllowed);
        Assert.True(
            _engine.Decide(
                Session() with { SessionAge = TimeSpan.Zero, Mfa = MfaMethod.HardwareToken }, hsm, Now).IsAllowed);
        Assert.False(_engine.Decide(Session(), EffectiveSecurity.Select(hsm.Profile), Now).IsAllowed);
    }

    private Decision Decide(PolicyRequest request) => _engine.Decide(request, Wire, Now);

    private static PolicyRequest Message() => new()
    {
        Action = PolicyActions.ProtectMessage,
        Actor = "service:wire-transfer-api",
        Target = "message:1",
        Kem = KemAlgorithm.MLKem1024P384,
        Signature = SignatureAlgorithm.MLDsa87EcdsaP384,
    };

    private static PolicyRequest Transfer() => new()
    {
        Action = PolicyActions.SubmitTransfer,
        Actor = "user:ana",
        Target = "message:1",
        Amount = 5_000_000m,
        Currency = "USD",
        TransfersToday = 0,
        AmountToday = 0,
        RequestHash = Exact,
        Approvals = [Approve("user:bob", 1), Approve("user:eve", 2)],
    };

    private static PolicyRequest Session() => new()
    {
        Action = PolicyActions.UseSession,
        Actor = "user:ana",
        Target = "session:1",
        Mfa = MfaMethod.Totp,
        SessionAge = TimeSpan.FromHours(7),
        Idle = TimeSpan.FromMinutes(14),
        OtherSessions = 0,
    };

    private static Approval Approve(string who, int credential) => new(
        new Guid(credential, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)who.Length), who, $"credential-{credential}", Exact,
        Now.AddHours(-1));
}
