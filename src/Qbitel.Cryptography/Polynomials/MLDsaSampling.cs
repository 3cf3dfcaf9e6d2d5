using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>FIPS 204, section 7.3: polynomials from seeds.</summary>
internal static class MLDsaSampling
{
    private const int N = MLDsaRing.N;

    /// <summary>FIPS 204, Algorithm 32: the public matrix A, rows one after another.</summary>
    public static int[] ExpandMatrix(int k, int l, ReadOnlySpan<byte> rho)
    {
        int[] matrix = new int[k * l * N];
        for (int r = 0; r < k; r++)
        {
            for (int s = 0; s < l; s++)
                SampleNtt(matrix.AsSpan(((r * l) + s) * N, N), rho, (byte)s, (byte)r);
        }

        return matrix;
    }

    /// <summary>
    /// FIPS 204, Algorithm 33: successive polynomials with coefficients in [-eta, eta], of which <paramref
    /// name="nonce"/> numbers the first.
    /// </summary>
    public static void ExpandSecret(Span<int> polynomials, int eta, ReadOnlySpan<byte> rho, int nonce)
    {
        for (int i = 0; i < polynomials.Length; i += N) SampleBounded(polynomials.Slice(i, N), eta, rho, nonce++);
    }

    /// <summary>
    /// FIPS 204, Algorithm 34: the vector y with coefficients in (-γ1, γ1], of which <paramref name="nonce"/> numbers
    /// the first polynomial.
    /// </summary>
    public static void ExpandMask(Span<int> y, MLDsaParameters parameters, ReadOnlySpan<byte> rho, int nonce)
    {
        Span<byte> buffer = stackalloc byte[parameters.ZSize];
        for (int i = 0; i < y.Length; i += N, nonce++)
        {
            Fips202.Shake256(buffer, rho, [(byte)(nonce & 0xFF), (byte)(nonce >> 8)]);
            MLDsaEncoding.UnpackZ(buffer, parameters, y.Slice(i, N));
        }

        CryptographicOperations.ZeroMemory(buffer);
    }

    /// <summary>FIPS 204, Algorithm 29: tau coefficients are 1 or -1, the others 0.</summary>
    /// <remarks>
    /// The challenge is public, and so are its places: those of a rejected attempt tell nothing of the key.
    /// </remarks>
    public static void SampleInBall(Span<int> c, int tau, ReadOnlySpan<byte> seed)
    {
        Span<byte> block = stackalloc byte[Sponge.Shake256Rate];
        Sponge sponge = Sponge.Shake256();
        sponge.Absorb(seed);
        sponge.Squeeze(block);

        ulong signs = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(block);
        int offset = sizeof(ulong);
        c.Clear();
        for (int i = N - tau; i < N; i++, signs >>= 1)
        {
            int j;
            do
            {
                if (offset == block.Length)
                {
                    sponge.Squeeze(block);
                    offset = 0;
                }

                j = block[offset++];
            }
            while (j > i);

            c[i] = c[j];
            c[j] = 1 - (2 * (int)(signs & 1));
        }

        sponge.Clear();
    }

    // FIPS 204, Algorithms 30 and 14. All of it is public: A is.
    private static void SampleNtt(Span<int> a, ReadOnlySpan<byte> rho, byte s, byte r)
    {
        Span<byte> block = stackalloc byte[Sponge.Shake128Rate];
        Sponge sponge = Sponge.Shake128();
        sponge.Absorb(rho);
        sponge.Absorb(s);
        sponge.Absorb(r);

        int count = 0;
        while (count < a.Length)
        {
            sponge.Squeeze(block);
            for (int offset = 0; offset < block.Length && count < a.Length; offset += 3)
            {
                int z = block[offset] | (block[offset + 1] << 8) | ((block[offset + 2] & 0x7F) << 16);
                if (z < MLDsaRing.Q) a[count++] = z;
            }
        }
    }

    // FIPS 204, Algorithms 31 and 15. Which half-bytes are rejected shows, as in every implementation; the values taken
    // do not.
    private static void SampleBounded(Span<int> a, int eta, ReadOnlySpan<byte> rho, int nonce)
    {
        Span<byte> block = stackalloc byte[Sponge.Shake256Rate];
        Sponge sponge = Sponge.Shake256();
        sponge.Absorb(rho);
        sponge.Absorb((byte)(nonce & 0xFF));
        sponge.Absorb((byte)(nonce >> 8));

        int limit = eta == 2 ? 15 : 9;
        int count = 0;
        while (count < a.Length)
        {
            sponge.Squeeze(block);
            for (int offset = 0; offset < block.Length && count < a.Length; offset++)
            {
                int low = block[offset] & 0x0F, high = block[offset] >> 4;
                if (low < limit) a[count++] = FromHalfByte(low, eta);
                if (high < limit && count < a.Length) a[count++] = FromHalfByte(high, eta);
            }
        }

        CryptographicOperations.ZeroMemory(block);
        sponge.Clear();
    }

    // b mod 5 without a division: 205 / 1024 is near enough to 1 / 5 for b < 15.
    private static int FromHalfByte(int b, int eta) =>
        unchecked(eta == 2 ? 2 - (b - (((b * 205) >> 10) * 5)) : 4 - b);
}
