using System.Text.Json;
using System.Text.Json.Nodes;
using Qbitel.Cryptography;

namespace Qbitel.Governance.Profiles;

/// <summary>A key exchange of TLS by its name and number in the IANA registry of supported groups.</summary>
public sealed record TlsGroup(string Name, int Number)
{
    // IANA TLS Supported Groups; draft-ietf-tls-ecdhe-mlkem and draft-ietf-tls-mlkem.
    internal static readonly TlsGroup MLKem512 = new("MLKEM512", 0x0200);
    internal static readonly TlsGroup MLKem768 = new("MLKEM768", 0x0201);
    internal static readonly TlsGroup MLKem1024 = new("MLKEM1024", 0x0202);
    internal static readonly TlsGroup X25519MLKem768 = new("X25519MLKEM768", 0x11EC);
    internal static readonly TlsGroup SecP384r1MLKem1024 = new("SecP384r1MLKEM1024", 0x11ED);
}

/// <summary>What really holds: the stronger of profile and policy in each respect, in standard combinations, with what
/// was changed and why.</summary>
public sealed class EffectiveSecurity
{
    private readonly List<Adjustment> _adjustments = [];

    private EffectiveSecurity(BankingPqcProfile profile, BankingSecurityPolicy? policy)
    {
        Profile = profile;
        Policy = policy;
        KemLevel = Stronger("kem", profile.Kem, policy?.Kem);
        SignatureLevel = Stronger("signature", profile.Signature, policy?.Signature);
        if (profile.Subdomain is BankingSubdomain.PkiInfrastructure or BankingSubdomain.KeyManagement)
        {
            const string Rule = "keys that wrap or certify other keys are of category 5";
            KemLevel = Raised("kem", KemLevel, KemAlgorithm.MLKem1024, Rule);
            SignatureLevel = Raised("signature", SignatureLevel, SignatureAlgorithm.MLDsa87, Rule);
        }

        if ((profile.SignatureWish ?? policy?.SignatureWish) is { } wish)
        {
            _adjustments.Add(new Adjustment(
                AdjustmentKind.Substituted, "signature", wish, SignatureLevel.Name,
                "a round-3 scheme whose standard is not final; ML-DSA is the standard that is"));
        }

        bool profileIsHybrid = profile.Partner != ClassicalPartner.None;
        IsHybrid = profileIsHybrid || policy?.Hybrid == true;
        if (IsHybrid && !profileIsHybrid)
            AddRaise("hybrid", "post-quantum alone", "with a classical half", $"policy {policy!.Id} asks for it");
        if (IsHybrid) KemLevel = Raised("kem", KemLevel, KemAlgorithm.MLKem768, "no standard hybrid holds ML-KEM-512");

        (Kem, TlsGroup) = (IsHybrid, KemLevel.SecurityCategory) switch
        {
            (true, 5) => (KemAlgorithm.MLKem1024P384, TlsGroup.SecP384r1MLKem1024),
            (true, _) => (KemAlgorithm.XWing, TlsGroup.X25519MLKem768),
            (false, 5) => (KemAlgorithm.MLKem1024, TlsGroup.MLKem1024),
            (false, 3) => (KemAlgorithm.MLKem768, TlsGroup.MLKem768),
            _ => (KemAlgorithm.MLKem512, TlsGroup.MLKem512),
        };
        Signature = (IsHybrid, SignatureLevel.SecurityCategory) switch
        {
            (true, 5) => SignatureAlgorithm.MLDsa87EcdsaP384,
            (true, 3) => SignatureAlgorithm.MLDsa65Ed25519,
            (true, _) => SignatureAlgorithm.MLDsa44Ed25519,
            _ => SignatureLevel,
        };
        Retention = LongestRetention();
    }

    public BankingPqcProfile Profile { get; }

    public BankingSecurityPolicy? Policy { get; }

    /// <summary>The post-quantum half of key establishment, by its level.</summary>
    public KemAlgorithm KemLevel { get; }

    public SignatureAlgorithm SignatureLevel { get; }

    public bool IsHybrid { get; }

    /// <summary>For what is encrypted to a key: archives, envelopes, wrapped keys.</summary>
    public KemAlgorithm Kem { get; }

    /// <summary>For connections.</summary>
    public TlsGroup TlsGroup { get; }

    public SignatureAlgorithm Signature { get; }

    public TimeSpan SessionKeyRotation => Profile.SessionKeyRotation;

    public TimeSpan Retention { get; }

    /// <summary>In the order they were made; empty where both sources agree.</summary>
    public IReadOnlyList<Adjustment> Adjustments => _adjustments;

    /// <summary>SHA-256 over profile and policy.</summary>
    public Digest ContentHash => CanonicalJson.Hash(JsonSerializer.SerializeToElement(
        new JsonObject { ["profile"] = Profile.ToJson(), ["policy"] = Policy?.ToJson() }));

    public static EffectiveSecurity Select(BankingPqcProfile profile, BankingSecurityPolicy? policy = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return new EffectiveSecurity(profile, policy);
    }

    /// <summary>What keys of this type must be here: algorithm, custody and control of profile and policy over the
    /// default.</summary>
    public KeyPolicy KeyPolicyFor(KeyType type)
    {
        KeyPolicy standard = KeyPolicy.Default(type);
        bool dualControl = standard.DualControl || Policy?.DualControl == true;

        // A latency budget below a round trip to a module is the one thing that lets signing and transport keys out of
        // it.
        bool hsm = Profile.Custody == KeyCustody.Hsm && standard.RequiresHsm;
        return type switch
        {
            KeyType.Kek => standard.RaisedTo(standard.With(Kem, dualControl: dualControl)),
            KeyType.Dek =>
                standard.RaisedTo(standard.With(Policy?.AtRest, Policy?.AtRestRotation, dualControl: dualControl)),
            KeyType.Signing => standard.With(Signature, requiresHsm: hsm, dualControl: dualControl),
            _ => standard.With(Kem, requiresHsm: hsm, dualControl: dualControl),
        };
    }

    public JsonObject ToJson() => new()
    {
        ["subdomain"] = Profile.Subdomain.PublishedName(),
        ["policy"] = Policy?.Id,
        ["kem"] = Kem.Name,
        ["tls_group"] = TlsGroup.Name,
        ["tls_group_number"] = TlsGroup.Number,
        ["signature"] = Signature.Name,
        ["hybrid"] = IsHybrid,
        ["session_key_rotation_hours"] = SessionKeyRotation.TotalHours,
        ["retention_days"] = Retention.TotalDays,
        ["adjustments"] = new JsonArray([.. Adjustments.Select(a => new JsonObject
        {
            ["kind"] = a.Kind.ToString().ToLowerInvariant(),
            ["what"] = a.What,
            ["from"] = a.From,
            ["to"] = a.To,
            ["reason"] = a.Reason,
        })]),
        ["content_hash"] = ContentHash.ToString(),
    };

    // The stronger of profile and policy, noting whichever was raised.
    private T Stronger<T>(string what, T ofProfile, T? ofPolicy)
        where T : KeyAlgorithm
    {
        if (ofPolicy is null || ofPolicy.SecurityCategory == ofProfile.SecurityCategory) return ofProfile;
        return ofPolicy.SecurityCategory > ofProfile.SecurityCategory
            ? Raised(
                what, ofProfile, ofPolicy,
                $"policy {Policy!.Id} asks for more than profile {Profile.Subdomain.PublishedName()}")
            : Raised(
                what, ofPolicy, ofProfile,
                $"profile {Profile.Subdomain.PublishedName()} is the least, policy {Policy!.Id} asks for less");
    }

    private T Raised<T>(string what, T from, T to, string reason)
        where T : KeyAlgorithm
    {
        if (from.SecurityCategory >= to.SecurityCategory) return from;

        AddRaise(what, from.Name, to.Name, reason);
        return to;
    }

    private TimeSpan LongestRetention()
    {
        if (Policy is null) return Profile.Retention;

        TimeSpan ofClass = BankingSecurityPolicy.LeastRetention(Policy.DataClass);
        TimeSpan longest = new[] { Profile.Retention, Policy.Retention, ofClass }.Max();
        string source = longest == Policy.Retention ? $"policy {Policy.Id} keeps longer"
            : longest == Profile.Retention ? $"profile {Profile.Subdomain.PublishedName()} keeps longer"
            : $"records of class {Policy.DataClass} are kept longer";
        TimeSpan shortest = Profile.Retention < Policy.Retention ? Profile.Retention : Policy.Retention;
        if (shortest < longest)
            AddRaise("retention", $"{shortest.TotalDays:0} days", $"{longest.TotalDays:0} days", source);
        return longest;
    }

    private void AddRaise(string what, string from, string to, string reason) =>
        _adjustments.Add(new Adjustment(AdjustmentKind.Raised, what, from, to, reason));
}
