using System.Security.Cryptography;

namespace Qbitel.Hsm.Custody;

/// <summary>
/// Shamir, "How to share a secret" (1979), over GF(2^8), each byte by itself: any M of N points give the secret, and
/// M - 1 of them fit every secret equally well.
/// </summary>
internal static class SecretSharing
{
    public const int MaxShares = 255;

    /// <summary>
    /// The values at 1, 2, … of random polynomials whose value at 0 is the secret. The caller zeroes them.
    /// </summary>
    public static byte[][] Split(ReadOnlySpan<byte> secret, int threshold, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, threshold);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxShares);
        using SecretBuffer coefficients = new((threshold - 1) * secret.Length);
        RandomNumberGenerator.Fill(coefficients.Bytes);
        byte[][] shares = new byte[count][];
        for (int i = 0; i < count; i++)
        {
            shares[i] = GC.AllocateUninitializedArray<byte>(secret.Length, pinned: true);
            Evaluate(secret, coefficients.Bytes, checked((byte)(i + 1)), shares[i]);
        }

        return shares;
    }

    /// <summary>The value at 0 of the polynomials through the points (Lagrange). The caller zeroes it.</summary>
    /// <param name="points">Of different places, none at 0, as many as the threshold, all of one length.</param>
    /// <param name="secret">As long.</param>
    public static void Combine(IReadOnlyList<(byte Place, byte[] Value)> points, Span<byte> secret)
    {
        secret.Clear();
        foreach ((byte place, byte[] value) in points)
        {
            // Places are public; only values are secret.
            byte weight = 1;
            foreach ((byte other, _) in points)
            {
                if (other == place) continue;
                weight = Gf256.Multiply(weight, Gf256.Multiply(other, Gf256.Invert((byte)(other ^ place))));
            }

            for (int i = 0; i < secret.Length; i++) secret[i] ^= Gf256.Multiply(weight, value[i]);
        }
    }

    // Horner, from the highest coefficient down.
    private static void Evaluate(
        ReadOnlySpan<byte> secret, ReadOnlySpan<byte> coefficients, byte place, Span<byte> share)
    {
        share.Clear();
        for (int at = coefficients.Length - secret.Length; at >= 0; at -= secret.Length)
            Step(coefficients.Slice(at, secret.Length), place, share);
        Step(secret, place, share);

        static void Step(ReadOnlySpan<byte> next, byte place, Span<byte> share)
        {
            for (int i = 0; i < share.Length; i++) share[i] = (byte)(Gf256.Multiply(share[i], place) ^ next[i]);
        }
    }
}
