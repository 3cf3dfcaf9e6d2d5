namespace Qbitel.Cryptography.Lattices;

/// <summary>Whose ML-KEM and ML-DSA keys of this library are made with.</summary>
public enum ImplementationChoice
{
    /// <summary>Ours, on every machine: the default.</summary>
    Managed,

    /// <summary>The system's OpenSSL where it has the algorithm, ours where it does not.</summary>
    Platform,

    /// <summary>The system's OpenSSL; where it lacks an algorithm, no key is made at all.</summary>
    PlatformRequired,
}
