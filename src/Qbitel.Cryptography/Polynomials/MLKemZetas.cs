namespace Qbitel.Cryptography.Polynomials;

/// <summary>The roots of unity that the transform multiplies by (FIPS 203, appendix A), times R = 2^16.</summary>
internal static class MLKemZetas
{
    private const int Zeta = 17; // a primitive 256th root of unity

    private static readonly short[] Values = Make();

    /// <summary>zeta^BitRev7(i), times R, centred, for i from 0 to 127.</summary>
    public static ReadOnlySpan<short> All => Values;

    /// <summary>
    /// What FIPS 203, Algorithm 9 multiplies the coefficient at <paramref name="position"/> or its partner by, in the
    /// layer where partners are <paramref name="length"/> apart.
    /// </summary>
    public static short Forward(int length, int position) => Values[(128 / length) + (position / (2 * length))];

    /// <summary>The same for Algorithm 10.</summary>
    public static short Inverse(int length, int position) => Values[(256 / length) - 1 - (position / (2 * length))];

    /// <summary>The factor of Algorithm 12 for the coefficient at an odd position; R, or one, at an even.</summary>
    public static short Product(int position)
    {
        if ((position & 1) == 0) return Values[0];

        short zeta = Values[64 + (position >> 2)];
        return (position & 2) == 0 ? zeta : (short)-zeta;
    }

    /// <summary>zeta · q^-1 modulo R: with it beside zeta, a Montgomery product is three multiplications.</summary>
    public static short TimesQInverse(short zeta) => unchecked((short)(zeta * MLKemRing.QInverse));

    private static short[] Make()
    {
        short[] zetas = new short[128];
        int power = 65536 % MLKemRing.Q;
        for (int i = 0; i < zetas.Length; i++, power = power * Zeta % MLKemRing.Q)
        {
            int reversed = 0;
            for (int bit = 0; bit < 7; bit++) reversed |= ((i >> bit) & 1) << (6 - bit);
            zetas[reversed] = (short)(power > MLKemRing.Q / 2 ? power - MLKemRing.Q : power);
        }

        return zetas;
    }
}
