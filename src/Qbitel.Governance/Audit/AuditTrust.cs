namespace Qbitel.Governance.Audit;

/// <summary>Where the verifier of an export has the public keys from.</summary>
public sealed class AuditTrust
{
    private AuditTrust(LogKeys? keys, Digest? fingerprint)
    {
        Keys = keys;
        Fingerprint = fingerprint;
    }

    /// <summary>The keys in the export itself: shows that the export is whole, not whose it is.</summary>
    public static AuditTrust KeysInExport { get; } = new(null, null);

    internal LogKeys? Keys { get; }

    internal Digest? Fingerprint { get; }

    /// <summary>Keys known from elsewhere.</summary>
    public static AuditTrust In(LogKeys keys) => new(keys, keys.Fingerprint);

    /// <summary>The SHA-256 of the file <c>keys</c>, known from elsewhere.</summary>
    public static AuditTrust InFingerprint(Digest fingerprint) => new(null, fingerprint);
}
