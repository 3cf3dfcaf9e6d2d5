using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>FIPS 203, section 4.2.2: polynomials from uniform bytes, four streams at a time.</summary>
internal static class MLKemSampling
{
    private const int N = MLKemRing.N;
    private const int Lanes = 4;
    private const int MaxNoiseSize = 64 * 3;

    // Three blocks of SHAKE128 are enough for a polynomial 99 times in 100.
    private const int FirstSize = 3 * Sponge.Shake128Rate;
    private const int StreamStride = FirstSize + MLKemRejectionAvx512.Slack;

    /// <summary>The public matrix A, rows one after another (FIPS 203, Algorithm 13, lines 3 to 7).</summary>
    [SkipLocalsInit]
    public static void ExpandMatrix(int k, ReadOnlySpan<byte> rho, Span<short> matrix)
    {
        Span<byte> streams = stackalloc byte[Lanes * StreamStride];
        for (int entry = 0; entry < k * k; entry += Lanes)
        {
            int count = Math.Min(Lanes, (k * k) - entry);
            Span<short> polynomials = matrix.Slice(entry * N, count * N);
            if (count == 1)
            {
                SampleNtt(rho, (byte)(entry % k), (byte)(entry / k), streams, polynomials);
                continue;
            }

            SpongeFour xof = SpongeFour.Shake128();
            xof.Absorb(rho);
            xof.Absorb((byte)(entry % k), (byte)((entry + 1) % k), (byte)((entry + 2) % k), (byte)((entry + 3) % k));
            xof.Absorb((byte)(entry / k), (byte)((entry + 1) / k), (byte)((entry + 2) / k), (byte)((entry + 3) / k));
            SampleNtt(ref xof, streams, polynomials);
        }
    }

    /// <summary>
    /// Successive polynomials of small coefficients from PRF(sigma, nonce) (FIPS 203, Algorithm 13, lines 8 to 15).
    /// </summary>
    [SkipLocalsInit]
    public static void SampleNoise(Span<short> polynomials, int eta, ReadOnlySpan<byte> sigma, ref byte nonce)
    {
        int size = 64 * eta;
        Span<byte> streams = stackalloc byte[Lanes * MaxNoiseSize];
        while (!polynomials.IsEmpty)
        {
            int count = Math.Min(Lanes, polynomials.Length / N);
            if (count == 1)
            {
                Fips202.Shake256(streams[..size], sigma, new ReadOnlySpan<byte>(in nonce));
            }
            else
            {
                SpongeFour prf = SpongeFour.Shake256();
                prf.Absorb(sigma);
                prf.Absorb(nonce, (byte)(nonce + 1), (byte)(nonce + 2), (byte)(nonce + 3));
                prf.Squeeze(
                    streams[..size],
                    streams.Slice(MaxNoiseSize, size),
                    streams.Slice(2 * MaxNoiseSize, size),
                    streams.Slice(3 * MaxNoiseSize, size));
                prf.Clear();
            }

            for (int i = 0; i < count; i++)
                SampleCbd(polynomials.Slice(i * N, N), eta, streams.Slice(i * MaxNoiseSize, size));

            nonce += (byte)count;
            polynomials = polynomials[(count * N)..];
        }

        CryptographicOperations.ZeroMemory(streams);
    }

    /// <summary>FIPS 203, Algorithm 8.</summary>
    public static void SampleCbd(Span<short> f, int eta, ReadOnlySpan<byte> bytes)
    {
        if (CodePath.IsAvx2)
        {
            if (eta == 3) MLKemNoiseAvx2.SampleCbd3(f, bytes);
            else MLKemNoiseAvx2.SampleCbd2(f, bytes);
        }
        else
        {
            if (eta == 3) SampleCbd3(f, bytes);
            else SampleCbd2(f, bytes);
        }
    }

    // FIPS 203, Algorithm 7, for two to four polynomials. All of it is public: A is.
    private static void SampleNtt(ref SpongeFour xof, scoped Span<byte> streams, Span<short> polynomials)
    {
        Span<int> counts = stackalloc int[Lanes];
        counts.Clear();
        for (int size = FirstSize; counts[..(polynomials.Length / N)].ContainsAnyExcept(N); size = Sponge.Shake128Rate)
        {
            xof.Squeeze(
                streams[..size],
                streams.Slice(StreamStride, size),
                streams.Slice(2 * StreamStride, size),
                streams.Slice(3 * StreamStride, size));
            for (int i = 0; i < polynomials.Length / N; i++)
            {
                ReadOnlySpan<byte> stream = streams.Slice(i * StreamStride, StreamStride);
                counts[i] = Accept(stream, size, polynomials.Slice(i * N, N), counts[i]);
            }
        }
    }

    private static void SampleNtt(ReadOnlySpan<byte> rho, byte j, byte i, Span<byte> stream, Span<short> polynomial)
    {
        Sponge xof = Sponge.Shake128();
        xof.Absorb(rho);
        xof.Absorb(j);
        xof.Absorb(i);
        int count = 0;
        for (int size = FirstSize; count < N; size = Sponge.Shake128Rate)
        {
            xof.Squeeze(stream[..size]);
            count = Accept(stream[..StreamStride], size, polynomial, count);
        }
    }

    private static int Accept(ReadOnlySpan<byte> stream, int size, Span<short> a, int count) =>
        MLKemRejectionAvx512.IsSupported ? MLKemRejectionAvx512.Accept(stream, size, a, count)
        : CodePath.IsAvx2 ? MLKemRejectionAvx2.Accept(stream, size, a, count)
        : Accept(stream[..size], a, count);

    /// <summary>
    /// Appends to <paramref name="count"/> coefficients those of the integers of 12 bits that are below q, and returns
    /// how many there then are.
    /// </summary>
    internal static int Accept(ReadOnlySpan<byte> stream, Span<short> a, int count)
    {
        for (int offset = 0; offset < stream.Length && count < a.Length; offset += 3)
        {
            int d1 = stream[offset] | ((stream[offset + 1] & 0x0F) << 8);
            int d2 = (stream[offset + 1] >> 4) | (stream[offset + 2] << 4);
            if (d1 < MLKemRing.Q) a[count++] = (short)d1;
            if (d2 < MLKemRing.Q && count < a.Length) a[count++] = (short)d2;
        }

        return count;
    }

    // Eta = 2: eight coefficients from 32 bits, each a sum of two bits less a sum of two.
    internal static void SampleCbd2(Span<short> f, ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < f.Length; i += 8)
        {
            uint bits = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(i / 2)..]);
            uint sums = unchecked((bits & 0x55555555) + ((bits >> 1) & 0x55555555));
            for (int j = 0; j < 8; j++, sums >>= 4) f[i + j] = unchecked((short)((sums & 3) - ((sums >> 2) & 3)));
        }
    }

    // Eta = 3: four coefficients from 24 bits.
    internal static void SampleCbd3(Span<short> f, ReadOnlySpan<byte> bytes)
    {
        for (int i = 0, offset = 0; i < f.Length; i += 4, offset += 3)
        {
            uint bits = bytes[offset] | ((uint)bytes[offset + 1] << 8) | ((uint)bytes[offset + 2] << 16);
            uint sums = unchecked((bits & 0x249249) + ((bits >> 1) & 0x249249) + ((bits >> 2) & 0x249249));
            for (int j = 0; j < 4; j++, sums >>= 6) f[i + j] = unchecked((short)((sums & 7) - ((sums >> 3) & 7)));
        }
    }
}
