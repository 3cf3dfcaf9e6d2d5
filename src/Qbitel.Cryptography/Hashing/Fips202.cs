namespace Qbitel.Cryptography.Hashing;

/// <summary>The functions of FIPS 202 in one call, over one to three pieces of input taken as one.</summary>
/// <remarks>
/// Our own, because every lattice operation makes dozens of short calls, and the way into the system's library and back
/// would cost more than the hash.
/// </remarks>
internal static class Fips202
{
    public static void Sha3_256(
        Span<byte> digest, ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second = default, ReadOnlySpan<byte> third = default) =>
        Run(Sponge.Sha3(32), digest[..32], first, second, third);

    public static void Sha3_512(
        Span<byte> digest, ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second = default, ReadOnlySpan<byte> third = default) =>
        Run(Sponge.Sha3(64), digest[..64], first, second, third);

    public static void Shake128(
        Span<byte> output, ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second = default, ReadOnlySpan<byte> third = default) =>
        Run(Sponge.Shake128(), output, first, second, third);

    public static void Shake256(
        Span<byte> output, ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second = default, ReadOnlySpan<byte> third = default) =>
        Run(Sponge.Shake256(), output, first, second, third);

    // Inputs are all absorbed before the output is written, so they may overlap it.
    private static void Run(
        Sponge sponge, Span<byte> output, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        sponge.Absorb(first);
        sponge.Absorb(second);
        sponge.Absorb(third);
        sponge.Squeeze(output);
        sponge.Clear();
    }
}
