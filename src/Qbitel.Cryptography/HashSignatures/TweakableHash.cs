namespace Qbitel.Cryptography.HashSignatures;

/// <summary>
/// The six functions of FIPS 205, section 4.1, under one public seed, on many inputs at once: the structure has
/// thousands of hashes that do not wait for each other.
/// </summary>
/// <remarks>Safe for concurrent use. Inputs of one call lie one after the other, as do results.</remarks>
internal abstract class TweakableHash(SlhDsaParameters parameters)
{
    public SlhDsaParameters Parameters { get; } = parameters;

    public static TweakableHash Create(SlhDsaParameters parameters, ReadOnlySpan<byte> publicSeed) =>
        parameters.IsShake
            ? new ShakeTweakableHash(parameters, publicSeed)
            : new Sha2TweakableHash(parameters, publicSeed);

    /// <summary>
    /// F, again and again, on each value in place, its address counting up (FIPS 205, Algorithm 5). With one step it is
    /// F, and PRF of a secret seed, which is the same function.
    /// </summary>
    public abstract void Chain(ReadOnlySpan<Address> addresses, Span<byte> values, int steps);

    /// <summary>H or T_l: one digest of each message; all messages have the same size, twice n or more.</summary>
    /// <remarks>The digests may be written over the messages, from their first byte on.</remarks>
    public abstract void Compress(ReadOnlySpan<Address> addresses, ReadOnlySpan<byte> messages, Span<byte> digests);

    /// <summary>PRF_msg: the randomizer of a message.</summary>
    public abstract void Randomize(
        ReadOnlySpan<byte> secret, ReadOnlySpan<byte> randomness,
        ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> message, Span<byte> randomizer);

    /// <summary>H_msg: the digest that chooses what is signed.</summary>
    public abstract void HashMessage(
        ReadOnlySpan<byte> randomizer, ReadOnlySpan<byte> root,
        ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> message, Span<byte> digest);
}
