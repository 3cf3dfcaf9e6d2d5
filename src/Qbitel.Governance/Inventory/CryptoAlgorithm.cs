namespace Qbitel.Governance.Inventory;

/// <summary>What an algorithm is used for. The first two fall to a quantum computer in different ways: one to
/// recordings made today.</summary>
public enum CryptoUse
{
    /// <summary>What was recorded is readable once it falls: harvest now, decrypt later.</summary>
    KeyEstablishment,

    /// <summary>Signatures can be forged once it falls; not before.</summary>
    Signature,

    /// <summary>A cipher under a shared key.</summary>
    SymmetricEncryption,
}

/// <summary>An algorithm as an inventory names it, with what is known of its strength. Nothing is concluded from how a
/// name looks.</summary>
/// <param name="Name">Exact name in its registry or standard.</param>
/// <param name="ClassicalBits">Security against today's computers (NIST SP 800-57 part 1, table 2); null where it is
/// not known.</param>
/// <param name="QuantumCategory">NIST category 1 to 5 against a quantum computer, 0 where one breaks it; null where it
/// is not known.</param>
/// <param name="IsStandard">False for drafts and candidates that no final standard describes.</param>
/// <param name="IsHybrid">A classical and a post-quantum half.</param>
public sealed record CryptoAlgorithm(
    string Name, int? ClassicalBits, int? QuantumCategory, bool IsStandard = true, bool IsHybrid = false)
{
    public bool IsKnown => QuantumCategory is not null;

    public bool IsQuantumVulnerable => QuantumCategory == 0;

    public bool IsQuantumSafe => QuantumCategory > 0 && IsStandard;

    /// <summary>An algorithm of which only an identifier is known.</summary>
    public static CryptoAlgorithm Unknown(string identifier) => new(identifier, null, null);

    public override string ToString() => Name;
}
