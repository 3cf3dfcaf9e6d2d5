using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Lattices;

/// <summary>
/// The private half of an ML-KEM key, ready for use: s transformed, with its products by zeta, and z.
/// </summary>
/// <remarks>Its arrays are pinned, so that the collector leaves no copies behind, and zeroed on disposal.</remarks>
internal sealed class MLKemDecapsulationKey : IDisposable
{
    private const int N = MLKemRing.N;
    private const int SeedSize = MLKemParameters.SeedSize;

    private readonly short[] _s;
    private readonly short[] _sOddTimesZeta;
    private readonly byte[] _z = GC.AllocateArray<byte>(SeedSize, pinned: true);

    private MLKemDecapsulationKey(MLKemEncapsulationKey publicHalf, short[] s, ReadOnlySpan<byte> z)
    {
        PublicHalf = publicHalf;
        _s = s;
        _sOddTimesZeta = GC.AllocateArray<short>(s.Length / 2, pinned: true);
        MLKemRing.PrepareOperand(s, _sOddTimesZeta);
        z.CopyTo(_z);
    }

    /// <summary>FIPS 203, Algorithm 16, and in it Algorithm 13 (K-PKE.KeyGen), from the seed d || z.</summary>
    public static MLKemDecapsulationKey Generate(MLKemParameters parameters, ReadOnlySpan<byte> seed)
    {
        int k = parameters.K;
        short[] s = GC.AllocateArray<short>(k * N, pinned: true);
        Span<byte> rhoAndSigma = stackalloc byte[2 * SeedSize];
        Span<short> noise = stackalloc short[MLKemParameters.MaxK * N];
        noise = noise[..(k * N)];
        Span<short> sOddTimesZeta = stackalloc short[MLKemParameters.MaxK * N / 2];
        sOddTimesZeta = sOddTimesZeta[..(k * N / 2)];
        try
        {
            Fips202.Sha3_512(rhoAndSigma, seed[..SeedSize], [(byte)k]);
            ReadOnlySpan<byte> rho = rhoAndSigma[..SeedSize];
            ReadOnlySpan<byte> sigma = rhoAndSigma[SeedSize..];

            short[] matrix = MLKemSampling.ExpandMatrix(k, rho);
            byte nonce = 0;
            MLKemSampling.SampleNoise(s, parameters.Eta1, sigma, ref nonce);
            MLKemSampling.SampleNoise(noise, parameters.Eta1, sigma, ref nonce);
            for (int i = 0; i < k; i++)
            {
                MLKemRing.Ntt(s.AsSpan(i * N, N));
                MLKemRing.Ntt(noise.Slice(i * N, N));
            }

            // t = A ∘ s + e
            MLKemRing.PrepareOperand(s, sOddTimesZeta);
            short[] t = new short[k * N];
            for (int i = 0; i < k; i++)
                MLKemRing.InnerProduct(t.AsSpan(i * N, N), matrix.AsSpan(i * k * N), N, s, sOddTimesZeta);
            MLKemRing.TimesR(t);
            MLKemRing.Add(t, noise);

            MLKemEncapsulationKey publicHalf = MLKemEncapsulationKey.Create(parameters, matrix, t, rho);
            return new MLKemDecapsulationKey(publicHalf, s, seed[SeedSize..]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(rhoAndSigma);
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(noise));
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(sOddTimesZeta));
        }
    }

    /// <summary>
    /// dk = ByteEncode12(s) || ek || H(ek) || z, with the checks of FIPS 203, sections 7.2 and 7.3, and that the halves
    /// belong together.
    /// </summary>
    /// <exception cref="CryptographicException">A check fails; the message says which.</exception>
    public static MLKemDecapsulationKey Decode(MLKemParameters parameters, ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length != parameters.DecapsulationKeySize)
        {
            throw new CryptographicException(
                $"The {parameters.Algorithm.Name} decapsulation key has {encoded.Length} bytes; "
                + $"it must have {parameters.DecapsulationKeySize}.");
        }

        ReadOnlySpan<byte> ek = encoded.Slice(parameters.VectorSize, parameters.EncapsulationKeySize);
        ReadOnlySpan<byte> hash = encoded[^(2 * SeedSize)..^SeedSize];
        short[] s = GC.AllocateArray<short>(parameters.K * N, pinned: true);
        MLKemDecapsulationKey? key = null;
        string? fault = null;

        if (!MLKemEncoding.TryDecode12(encoded[..parameters.VectorSize], s))
        {
            fault = "a coefficient of its secret vector is not below q";
        }
        else if (!MLKemEncapsulationKey.TryDecode(parameters, ek, out MLKemEncapsulationKey? publicHalf))
        {
            fault = "a coefficient of the encapsulation key in it is not below q";
        }
        else if (!CryptographicOperations.FixedTimeEquals(hash, publicHalf.Hash))
        {
            fault = "it does not hold the hash of its encapsulation key";
        }
        else
        {
            key = new MLKemDecapsulationKey(publicHalf, s, encoded[^SeedSize..]);
            if (!key.IsPair()) fault = "its secret vector does not belong to its encapsulation key";
        }

        if (fault is null) return key!;

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(s.AsSpan()));
        key?.Dispose();
        throw new CryptographicException($"The {parameters.Algorithm.Name} decapsulation key is not valid: {fault}.");
    }

    public MLKemEncapsulationKey PublicHalf { get; }

    public void Encode(Span<byte> destination)
    {
        MLKemParameters parameters = PublicHalf.Parameters;
        Debug.Assert(destination.Length == parameters.DecapsulationKeySize);

        MLKemEncoding.Encode12(_s, destination[..parameters.VectorSize]);
        PublicHalf.Encoded.CopyTo(destination[parameters.VectorSize..]);
        PublicHalf.Hash.CopyTo(destination[^(2 * SeedSize)..]);
        _z.CopyTo(destination[^SeedSize..]);
    }

    /// <summary>
    /// FIPS 203, Algorithm 18: a ciphertext that this key would not have been sent gives a secret that depends on z.
    /// </summary>
    public void Decapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> sharedSecret)
    {
        Span<byte> m = stackalloc byte[SeedSize];
        Span<byte> keyAndRandomness = stackalloc byte[2 * SeedSize];
        Span<byte> rejection = stackalloc byte[SeedSize];
        Span<byte> again = stackalloc byte[ciphertext.Length];
        try
        {
            Decrypt(ciphertext, m);
            Fips202.Sha3_512(keyAndRandomness, m, PublicHalf.Hash);
            Fips202.Shake256(rejection, _z, ciphertext);
            PublicHalf.Encrypt(m, keyAndRandomness[SeedSize..], again);

            int difference = 0;
            for (int i = 0; i < again.Length; i++) difference |= ciphertext[i] ^ again[i];

            int rejected = unchecked(-difference) >> 31; // all ones or all zeroes, without a branch
            for (int i = 0; i < sharedSecret.Length; i++)
            {
                int key = keyAndRandomness[i];
                sharedSecret[i] = unchecked((byte)(key ^ (rejected & (key ^ rejection[i]))));
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(m);
            CryptographicOperations.ZeroMemory(keyAndRandomness);
            CryptographicOperations.ZeroMemory(rejection);
            CryptographicOperations.ZeroMemory(again);
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_s.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_sOddTimesZeta.AsSpan()));
        CryptographicOperations.ZeroMemory(_z);
    }

    // FIPS 203, Algorithm 15 (K-PKE.Decrypt).
    private void Decrypt(ReadOnlySpan<byte> ciphertext, Span<byte> m)
    {
        MLKemParameters parameters = PublicHalf.Parameters;
        int k = parameters.K, size = 32 * parameters.Du;
        Span<short> scratch = stackalloc short[(MLKemParameters.MaxK + 2) * N];
        try
        {
            Span<short> u = scratch[..(k * N)];
            Span<short> w = scratch[^(2 * N)..^N];
            Span<short> v = scratch[^N..];

            for (int i = 0; i < k; i++)
            {
                MLKemEncoding.Decompress(ciphertext.Slice(i * size, size), parameters.Du, u.Slice(i * N, N));
                MLKemRing.Ntt(u.Slice(i * N, N));
            }

            // w = v - NTT^-1(s ∘ u)
            MLKemRing.InnerProduct(w, u, N, _s, _sOddTimesZeta);
            MLKemRing.InverseNtt(w);
            MLKemEncoding.Decompress(ciphertext[(k * size)..], parameters.Dv, v);
            MLKemRing.SubtractFrom(w, v);
            MLKemEncoding.Compress(w, 1, m);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(scratch));
        }
    }

    // Stronger than encapsulating and decapsulating once: a key is a pair if and only if both s and e = t - A s are as
    // short as key generation makes them. A trial would not notice a slightly wrong s, which fails now and then.
    private bool IsPair()
    {
        int k = PublicHalf.Parameters.K;
        Span<short> scratch = stackalloc short[2 * N];
        try
        {
            Span<short> f = scratch[..N];
            Span<short> g = scratch[N..];
            bool isShort = true;
            for (int i = 0; i < k; i++)
            {
                _s.AsSpan(i * N, N).CopyTo(f);
                MLKemRing.DivideByR(f);
                MLKemRing.InverseNtt(f);
                isShort &= MLKemRing.IsShort(f, PublicHalf.Parameters.Eta1);

                PublicHalf.T(i).CopyTo(g);
                MLKemRing.DivideByR(g);
                MLKemRing.InnerProduct(f, PublicHalf.MatrixRow(i), N, _s, _sOddTimesZeta);
                MLKemRing.SubtractFrom(f, g);
                MLKemRing.InverseNtt(f);
                isShort &= MLKemRing.IsShort(f, PublicHalf.Parameters.Eta1);
            }

            return isShort;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(scratch));
        }
    }
}
