using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Lattices;

/// <summary>
/// The private half of an ML-KEM key, ready for use: s transformed and prepared as an operand, and z.
/// </summary>
/// <remarks>They lie in memory that is zeroed and given back on disposal.</remarks>
internal sealed class MLKemDecapsulationKey : IDisposable
{
    private const int N = MLKemRing.N;
    private const int SeedSize = MLKemParameters.SeedSize;

    // s as operands; d where the key came from a seed, and z; of such a key also the public half.
    private readonly SecretMemory _secrets;

    private MLKemDecapsulationKey(MLKemEncapsulationKey publicHalf, SecretMemory secrets, bool hasSeed)
    {
        PublicHalf = publicHalf;
        HasSeed = hasSeed;
        _secrets = secrets;
    }

    /// <summary>FIPS 203, Algorithm 16, and in it Algorithm 13 (K-PKE.KeyGen), from the seed d || z.</summary>
    [SkipLocalsInit]
    public static MLKemDecapsulationKey Generate(MLKemParameters parameters, ReadOnlySpan<byte> seed)
    {
        int k = parameters.K;
        SecretMemory? secrets = null;
        Span<byte> rhoAndSigma = stackalloc byte[2 * SeedSize];
        Span<short> scratch = stackalloc short[2 * k * N]; // s and e
        try
        {
            Fips202.Sha3_512(rhoAndSigma, seed[..SeedSize], [(byte)k]);
            ReadOnlySpan<byte> rho = rhoAndSigma[..SeedSize];
            ReadOnlySpan<byte> sigma = rhoAndSigma[SeedSize..];

            byte nonce = 0;
            MLKemSampling.SampleNoise(scratch, parameters.Eta1, sigma, ref nonce);
            for (int i = 0; i < 2 * k; i++) MLKemRing.Ntt(scratch.Slice(i * N, N));

            secrets = new SecretMemory(SizeOfSecrets(parameters) + MLKemEncapsulationKey.SizeOf(parameters));
            using SecretMemory.Lease lease = secrets.Open();
            Span<short> sOperands = Operands(parameters, lease.Bytes);
            PrepareOperands(scratch[..(k * N)], sOperands);
            seed.CopyTo(Seeds(parameters, lease.Bytes));

            MLKemEncapsulationKey publicHalf =
                MLKemEncapsulationKey.Create(parameters, secrets, rho, sOperands, scratch[(k * N)..]);
            return new MLKemDecapsulationKey(publicHalf, secrets, hasSeed: true);
        }
        catch
        {
            secrets?.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(rhoAndSigma);
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(scratch));
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
        Span<short> s = stackalloc short[MLKemParameters.MaxK * N];
        s = s[..(parameters.K * N)];
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
            key = new MLKemDecapsulationKey(publicHalf, new SecretMemory(SizeOfSecrets(parameters)), hasSeed: false);
            using (SecretMemory.Lease lease = key._secrets.Open())
            {
                PrepareOperands(s, key.SOperands(lease));
                encoded[^SeedSize..].CopyTo(key.Z(lease));
            }

            if (!key.IsPair()) fault = "its secret vector does not belong to its encapsulation key";
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(s));
        if (fault is null) return key!;

        key?.Dispose();
        throw new CryptographicException($"The {parameters.Algorithm.Name} decapsulation key is not valid: {fault}.");
    }

    public MLKemEncapsulationKey PublicHalf { get; }

    /// <summary>True for a key made from a seed, which it then keeps.</summary>
    public bool HasSeed { get; }

    /// <summary>Writes d || z.</summary>
    public void EncodeSeed(Span<byte> destination)
    {
        Debug.Assert(HasSeed);
        using SecretMemory.Lease lease = _secrets.Open();
        D(lease).CopyTo(destination);
        Z(lease).CopyTo(destination[SeedSize..]);
    }

    public void Encode(Span<byte> destination)
    {
        MLKemParameters parameters = PublicHalf.Parameters;
        Debug.Assert(destination.Length == parameters.DecapsulationKeySize);

        using SecretMemory.Lease lease = _secrets.Open();
        Span<short> s = stackalloc short[N];
        for (int i = 0; i < parameters.K; i++)
        {
            MLKemRing.RestoreOperand(SOperands(lease)[(i * MLKemRing.OperandSize)..], s);
            MLKemEncoding.Encode12(s, destination.Slice(384 * i, 384));
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(s));
        PublicHalf.Encoded.CopyTo(destination[parameters.VectorSize..]);
        PublicHalf.Hash.CopyTo(destination[^(2 * SeedSize)..]);
        Z(lease).CopyTo(destination[^SeedSize..]);
    }

    /// <summary>
    /// FIPS 203, Algorithm 18: a ciphertext that this key would not have been sent gives a secret that depends on z.
    /// </summary>
    [SkipLocalsInit]
    public void Decapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> sharedSecret)
    {
        using SecretMemory.Lease lease = _secrets.Open();
        Span<byte> m = stackalloc byte[SeedSize];
        Span<byte> keyAndRandomness = stackalloc byte[2 * SeedSize];
        Span<byte> rejection = stackalloc byte[SeedSize];
        Span<byte> again = stackalloc byte[ciphertext.Length];
        try
        {
            Decrypt(ciphertext, SOperands(lease), m);
            Fips202.Sha3_512(keyAndRandomness, m, PublicHalf.Hash);
            Fips202.Shake256(rejection, Z(lease), ciphertext);
            PublicHalf.Encrypt(m, keyAndRandomness[SeedSize..], again);

            int rejected = MaskOfDifference(ciphertext, again); // all ones or all zeroes, without a branch
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

    /// <summary>For whoever uses the public half: the memory stays as long.</summary>
    public SecretMemory.Lease Hold() => _secrets.Open();

    public void Dispose() => _secrets.Dispose();

    private static int SizeOfSecrets(MLKemParameters parameters) =>
        (parameters.K * MLKemRing.OperandSize * sizeof(short)) + (2 * SeedSize);

    private Span<short> SOperands(SecretMemory.Lease lease) => Operands(PublicHalf.Parameters, lease.Bytes);

    private Span<byte> D(SecretMemory.Lease lease) => Seeds(PublicHalf.Parameters, lease.Bytes)[..SeedSize];

    private Span<byte> Z(SecretMemory.Lease lease) => Seeds(PublicHalf.Parameters, lease.Bytes)[SeedSize..];

    private static Span<short> Operands(MLKemParameters parameters, Span<byte> secrets) =>
        MemoryMarshal.Cast<byte, short>(secrets)[..(parameters.K * MLKemRing.OperandSize)];

    // d || z
    private static Span<byte> Seeds(MLKemParameters parameters, Span<byte> secrets) =>
        secrets.Slice(SizeOfSecrets(parameters) - (2 * SeedSize), 2 * SeedSize);

    private static void PrepareOperands(ReadOnlySpan<short> s, Span<short> operands)
    {
        for (; !s.IsEmpty; s = s[N..], operands = operands[MLKemRing.OperandSize..])
            MLKemRing.PrepareOperand(s[..N], operands);
    }

    // 32 bytes at a time: every ciphertext has a multiple of that.
    private static int MaskOfDifference(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        Vector256<byte> difference = Vector256<byte>.Zero;
        for (int i = 0; i < a.Length; i += Vector256<byte>.Count)
            difference |= Vector256.Create(a[i..]) ^ Vector256.Create(b[i..]);

        Vector128<ulong> half = (difference.GetLower() | difference.GetUpper()).AsUInt64();
        ulong bits = half.ToScalar() | half.GetElement(1);
        return unchecked((int)((long)(bits | (0 - bits)) >> 63));
    }

    // FIPS 203, Algorithm 15 (K-PKE.Decrypt).
    [SkipLocalsInit]
    private void Decrypt(ReadOnlySpan<byte> ciphertext, ReadOnlySpan<short> sOperands, Span<byte> m)
    {
        MLKemParameters parameters = PublicHalf.Parameters;
        int k = parameters.K, size = 32 * parameters.Du;
        Span<short> scratch = stackalloc short[(k + 2) * N];
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
            MLKemRing.InnerProduct(w, u, N, sOperands);
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
        using SecretMemory.Lease lease = _secrets.Open();
        Span<short> sOperands = SOperands(lease), scratch = stackalloc short[2 * N];
        try
        {
            Span<short> f = scratch[..N];
            Span<short> g = scratch[N..];
            bool isShort = true;
            for (int i = 0; i < k; i++)
            {
                MLKemRing.RestoreOperand(sOperands[(i * MLKemRing.OperandSize)..], f);
                MLKemRing.DivideByR(f);
                MLKemRing.InverseNtt(f);
                isShort &= MLKemRing.IsShort(f, PublicHalf.Parameters.Eta1);

                PublicHalf.T(i).CopyTo(g);
                MLKemRing.DivideByR(g);
                MLKemRing.InnerProduct(f, PublicHalf.MatrixRow(i), N, sOperands);
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
