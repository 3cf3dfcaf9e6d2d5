using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>FIPS 204, section 7.3: polynomials from seeds.</summary>
internal static class MLDsaSampling
{
    private const int N = MLDsaRing.N;

    // What is squeezed of four streams at once: 280 candidates of which one in a thousand is left out, and 544
    // half-bytes of which seven in sixteen are, or one. A stream that does not suffice starts again alone.
    private const int MatrixBlocks = 5;
    private const int SecretBlocks = 2;

    /// <summary>
    /// FIPS 204, Algorithm 32: the public matrix A, row after row, with <paramref name="stride"/> polynomials from one
    /// row to the next.
    /// </summary>
    public static void ExpandMatrix(Span<int> matrix, int k, int l, int stride, ReadOnlySpan<byte> rho)
    {
        Span<int> places = stackalloc int[4];
        for (int first = 0; first < k * l; first += 4)
        {
            for (int j = 0; j < 4; j++)
            {
                (int row, int column) = Math.DivRem(Math.Min(first + j, (k * l) - 1), l);
                places[j] = (row * stride) + column;
            }

            ExpandMatrix(matrix, places, k, l, rho, first);
        }
    }

    /// <summary>
    /// Four successive polynomials of it, of which <paramref name="first"/> numbers the first; fewer at its end.
    /// </summary>
    public static void ExpandMatrix(Span<int> polynomials, int k, int l, ReadOnlySpan<byte> rho, int first) =>
        ExpandMatrix(polynomials, [0, 1, 2, 3], k, l, rho, first);

    /// <summary>
    /// FIPS 204, Algorithm 33: successive polynomials with coefficients in [-eta, eta], numbered from zero.
    /// </summary>
    [SkipLocalsInit]
    public static void ExpandSecret(Span<int> polynomials, int eta, ReadOnlySpan<byte> rho)
    {
        Span<byte> blocks = stackalloc byte[4 * SecretBlocks * Sponge.Shake256Rate];
        SpongeFour sponges = SpongeFour.Shake256();
        for (int first = 0; first < polynomials.Length / N; first += 4)
        {
            int streams = Math.Min(4, (polynomials.Length / N) - first);
            Start(ref sponges, rho, first);
            Squeeze(ref sponges, blocks);
            for (int j = 0; j < streams; j++)
            {
                Span<int> a = polynomials.Slice((first + j) * N, N);
                if (TakeBounded(Stream(blocks, j), eta, a) < N) SampleBounded(a, eta, rho, first + j);
            }
        }

        sponges.Clear();
        CryptographicOperations.ZeroMemory(blocks);
    }

    /// <summary>
    /// FIPS 204, Algorithm 34: four polynomials with coefficients in (-γ1, γ1], of which <paramref name="nonce"/>
    /// numbers the first.
    /// </summary>
    [SkipLocalsInit]
    public static void ExpandMask(Span<int> y, MLDsaParameters parameters, ReadOnlySpan<byte> rho, int nonce)
    {
        Span<byte> buffer = stackalloc byte[4 * parameters.ZSize];
        SpongeFour sponges = SpongeFour.Shake256();
        Start(ref sponges, rho, nonce);
        Squeeze(ref sponges, buffer);
        for (int j = 0; j < 4; j++) MLDsaEncoding.UnpackZ(Stream(buffer, j), parameters, y.Slice(j * N, N));

        sponges.Clear();
        CryptographicOperations.ZeroMemory(buffer);
    }

    /// <summary>
    /// FIPS 204, Algorithm 29, times <paramref name="one"/>: tau coefficients are that or its opposite, the others 0.
    /// </summary>
    /// <remarks>
    /// The challenge is public, and so are its places: those of a rejected attempt tell nothing of the key.
    /// </remarks>
    public static void SampleInBall(Span<int> c, int tau, int one, ReadOnlySpan<byte> seed)
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
            int sign = -(int)(signs & 1);
            c[j] = (one ^ sign) - sign;
        }

        sponge.Clear();
    }

    [SkipLocalsInit]
    private static void ExpandMatrix(
        Span<int> polynomials, ReadOnlySpan<int> places, int k, int l, ReadOnlySpan<byte> rho, int first)
    {
        Span<byte> blocks = stackalloc byte[4 * MatrixBlocks * Sponge.Shake128Rate];
        Span<byte> rows = stackalloc byte[4], columns = stackalloc byte[4];
        int streams = Math.Min(4, (k * l) - first);
        for (int j = 0; j < 4; j++)
        {
            (int row, int column) = Math.DivRem(Math.Min(first + j, (k * l) - 1), l);
            (rows[j], columns[j]) = ((byte)row, (byte)column);
        }

        SpongeFour sponges = SpongeFour.Shake128();
        sponges.Absorb(rho);
        sponges.Absorb(columns[0], columns[1], columns[2], columns[3]);
        sponges.Absorb(rows[0], rows[1], rows[2], rows[3]);
        Squeeze(ref sponges, blocks);
        for (int j = 0; j < streams; j++)
        {
            Span<int> a = polynomials.Slice(places[j] * N, N);
            if (TakeBelowQ(Stream(blocks, j), a) < N) SampleNtt(a, rho, columns[j], rows[j]);
        }
    }

    // One at a time, for the streams that need more blocks than were squeezed at first.
    private static void SampleNtt(Span<int> a, ReadOnlySpan<byte> rho, byte s, byte r)
    {
        Span<byte> blocks = stackalloc byte[3 * MatrixBlocks * Sponge.Shake128Rate];
        Sponge sponge = Sponge.Shake128();
        sponge.Absorb(rho);
        sponge.Absorb(s);
        sponge.Absorb(r);

        int count = 0;
        while (count < N)
        {
            sponge.Squeeze(blocks);
            count += TakeBelowQ(blocks, a[count..]);
        }
    }

    private static void SampleBounded(Span<int> a, int eta, ReadOnlySpan<byte> rho, int nonce)
    {
        Span<byte> blocks = stackalloc byte[SecretBlocks * Sponge.Shake256Rate];
        Sponge sponge = Sponge.Shake256();
        sponge.Absorb(rho);
        sponge.Absorb((byte)(nonce & 0xFF));
        sponge.Absorb((byte)(nonce >> 8));

        int count = 0;
        while (count < N)
        {
            sponge.Squeeze(blocks);
            count += TakeBounded(blocks, eta, a[count..]);
        }

        CryptographicOperations.ZeroMemory(blocks);
        sponge.Clear();
    }

    // FIPS 204, Algorithms 30 and 14: numbers of 23 bits, those of q and above left out. All of it is public: A is.
    private static int TakeBelowQ(ReadOnlySpan<byte> stream, Span<int> a)
    {
        if (CodePath.IsAvx2) return MLDsaSamplingAvx2.TakeBelowQ(stream, a);

        int count = 0;
        for (; stream.Length >= 3 && count < a.Length; stream = stream[3..])
        {
            int z = stream[0] | (stream[1] << 8) | ((stream[2] & 0x7F) << 16);
            if (z < MLDsaRing.Q) a[count++] = z;
        }

        return count;
    }

    // FIPS 204, Algorithms 31 and 15. Which half-bytes are left out shows, as in every implementation; the values taken
    // do not.
    private static int TakeBounded(ReadOnlySpan<byte> stream, int eta, Span<int> a)
    {
        int count = 0;
        if (CodePath.IsAvx2) count = MLDsaSamplingAvx2.TakeBounded(ref stream, eta, a);

        int limit = eta == 2 ? 15 : 9;
        for (int i = 0; i < stream.Length && count < a.Length; i++)
        {
            int low = stream[i] & 0x0F, high = stream[i] >> 4;
            if (low < limit) a[count++] = FromHalfByte(low, eta);
            if (high < limit && count < a.Length) a[count++] = FromHalfByte(high, eta);
        }

        return count;
    }

    private static void Start(ref SpongeFour sponges, scoped ReadOnlySpan<byte> rho, int nonce)
    {
        unchecked
        {
            sponges.Clear();
            sponges.Absorb(rho);
            sponges.Absorb((byte)nonce, (byte)(nonce + 1), (byte)(nonce + 2), (byte)(nonce + 3));
            sponges.Absorb(
                (byte)(nonce >> 8), (byte)((nonce + 1) >> 8), (byte)((nonce + 2) >> 8), (byte)((nonce + 3) >> 8));
        }
    }

    private static void Squeeze(ref SpongeFour sponges, scoped Span<byte> streams) =>
        sponges.Squeeze(Stream(streams, 0), Stream(streams, 1), Stream(streams, 2), Stream(streams, 3));

    private static Span<byte> Stream(Span<byte> streams, int j) =>
        streams.Slice(j * (streams.Length / 4), streams.Length / 4);

    // b mod 5 without a division: 205 / 1024 is near enough to 1 / 5 for b < 15.
    private static int FromHalfByte(int b, int eta) =>
        unchecked(eta == 2 ? 2 - (b - (((b * 205) >> 10) * 5)) : 4 - b);
}
