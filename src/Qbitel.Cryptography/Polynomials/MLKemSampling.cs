using System.Buffers.Binary;
using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>FIPS 203, section 4.2.2: polynomials from uniform bytes.</summary>
internal static class MLKemSampling
{
    private const int MaxNoiseSize = 64 * 3;

    /// <summary>The public matrix A, rows one after another (FIPS 203, Algorithm 13, lines 3 to 7).</summary>
    public static short[] ExpandMatrix(int k, ReadOnlySpan<byte> rho)
    {
        short[] matrix = new short[k * k * MLKemRing.N];
        for (int i = 0; i < k; i++)
        {
            for (int j = 0; j < k; j++)
                SampleNtt(matrix.AsSpan(((i * k) + j) * MLKemRing.N, MLKemRing.N), rho, (byte)j, (byte)i);
        }

        return matrix;
    }

    /// <summary>
    /// Successive polynomials of small coefficients from PRF(sigma, nonce) (FIPS 203, Algorithm 13, lines 8 to 15).
    /// </summary>
    public static void SampleNoise(Span<short> polynomials, int eta, ReadOnlySpan<byte> sigma, ref byte nonce)
    {
        Span<byte> buffer = stackalloc byte[MaxNoiseSize];
        buffer = buffer[..(64 * eta)];
        for (; !polynomials.IsEmpty; polynomials = polynomials[MLKemRing.N..])
        {
            Fips202.Shake256(buffer, sigma, new ReadOnlySpan<byte>(in nonce));
            nonce++;
            if (eta == 3) SampleCbd3(polynomials[..MLKemRing.N], buffer);
            else SampleCbd2(polynomials[..MLKemRing.N], buffer);
        }

        CryptographicOperations.ZeroMemory(buffer);
    }

    // FIPS 203, Algorithm 7. All of it is public: A is.
    private static void SampleNtt(Span<short> a, ReadOnlySpan<byte> rho, byte j, byte i)
    {
        Span<byte> block = stackalloc byte[Sponge.Shake128Rate];
        Sponge xof = Sponge.Shake128();
        xof.Absorb(rho);
        xof.Absorb(j);
        xof.Absorb(i);

        int count = 0;
        while (count < a.Length)
        {
            xof.Squeeze(block);
            for (int offset = 0; offset < block.Length && count < a.Length; offset += 3)
            {
                int d1 = block[offset] | ((block[offset + 1] & 0x0F) << 8);
                int d2 = (block[offset + 1] >> 4) | (block[offset + 2] << 4);
                if (d1 < MLKemRing.Q) a[count++] = (short)d1;
                if (d2 < MLKemRing.Q && count < a.Length) a[count++] = (short)d2;
            }
        }
    }

    // FIPS 203, Algorithm 8 with eta = 2: eight coefficients from 32 bits, each a sum of two bits less a sum of two.
    private static void SampleCbd2(Span<short> f, ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < f.Length; i += 8)
        {
            uint bits = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(i / 2)..]);
            uint sums = unchecked((bits & 0x55555555) + ((bits >> 1) & 0x55555555));
            for (int j = 0; j < 8; j++, sums >>= 4) f[i + j] = unchecked((short)((sums & 3) - ((sums >> 2) & 3)));
        }
    }

    // FIPS 203, Algorithm 8 with eta = 3: four coefficients from 24 bits.
    private static void SampleCbd3(Span<short> f, ReadOnlySpan<byte> bytes)
    {
        for (int i = 0, offset = 0; i < f.Length; i += 4, offset += 3)
        {
            uint bits = bytes[offset] | ((uint)bytes[offset + 1] << 8) | ((uint)bytes[offset + 2] << 16);
            uint sums = unchecked((bits & 0x249249) + ((bits >> 1) & 0x249249) + ((bits >> 2) & 0x249249));
            for (int j = 0; j < 4; j++, sums >>= 6) f[i + j] = unchecked((short)((sums & 7) - ((sums >> 3) & 7)));
        }
    }
}
