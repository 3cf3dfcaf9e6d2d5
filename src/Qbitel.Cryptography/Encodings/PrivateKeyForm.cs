namespace Qbitel.Cryptography.Encodings;

/// <summary>Which of the forms of RFC 9881 and RFC 9935 a private key of ML-DSA or ML-KEM is written in.</summary>
public enum PrivateKeyForm
{
    /// <summary>The seed; the expanded key where the key was read without its seed.</summary>
    Shortest,

    /// <summary>The expanded key only, as some devices want it. The seed cannot be had back from it.</summary>
    Expanded,

    /// <summary>Seed and expanded key.</summary>
    Both,
}
