using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Lattices;

/// <summary>
/// The public half of an ML-KEM key, with what every operation needs of it made once: the matrix A and H(ek).
/// </summary>
internal sealed class MLKemEncapsulationKey
{
    private const int N = MLKemRing.N;

    private readonly short[] _matrix; // A, row after row, transformed
    private readonly short[] _t; // transformed
    private readonly byte[] _encoded;
    private readonly byte[] _hash = new byte[MLKemParameters.SeedSize];

    private MLKemEncapsulationKey(MLKemParameters parameters, short[] matrix, short[] t, byte[] encoded)
    {
        Parameters = parameters;
        _matrix = matrix;
        _t = t;
        _encoded = encoded;
        Fips202.Sha3_256(_hash, encoded);
    }

    /// <summary>The half of a new key: ek = ByteEncode12(t) || rho.</summary>
    public static MLKemEncapsulationKey Create(
        MLKemParameters parameters, short[] matrix, short[] t, ReadOnlySpan<byte> rho)
    {
        byte[] encoded = new byte[parameters.EncapsulationKeySize];
        MLKemEncoding.Encode12(t, encoded.AsSpan(0, parameters.VectorSize));
        rho.CopyTo(encoded.AsSpan(parameters.VectorSize));
        return new MLKemEncapsulationKey(parameters, matrix, t, encoded);
    }

    /// <summary>The checks of FIPS 203, section 7.2: the length, and that every coefficient is below q.</summary>
    public static bool TryDecode(
        MLKemParameters parameters, ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out MLKemEncapsulationKey? key)
    {
        key = null;
        if (encoded.Length != parameters.EncapsulationKeySize) return false;

        short[] t = GC.AllocateUninitializedArray<short>(parameters.K * N);
        if (!MLKemEncoding.TryDecode12(encoded[..parameters.VectorSize], t)) return false;

        short[] matrix = GC.AllocateUninitializedArray<short>(parameters.K * parameters.K * N);
        MLKemSampling.ExpandMatrix(parameters.K, encoded[parameters.VectorSize..], matrix);
        key = new MLKemEncapsulationKey(parameters, matrix, t, encoded.ToArray());
        return true;
    }

    public MLKemParameters Parameters { get; }

    public ReadOnlySpan<byte> Encoded => _encoded;

    public ReadOnlySpan<byte> Hash => _hash;

    public ReadOnlySpan<short> MatrixRow(int i) => _matrix.AsSpan(i * Parameters.K * N, Parameters.K * N);

    public ReadOnlySpan<short> T(int i) => _t.AsSpan(i * N, N);

    /// <summary>FIPS 203, Algorithm 17, with the randomness m given.</summary>
    public void Encapsulate(ReadOnlySpan<byte> m, Span<byte> ciphertext, Span<byte> sharedSecret)
    {
        Span<byte> keyAndRandomness = stackalloc byte[2 * MLKemParameters.SeedSize];
        try
        {
            Fips202.Sha3_512(keyAndRandomness, m, _hash);
            Encrypt(m, keyAndRandomness[MLKemParameters.SeedSize..], ciphertext);
            keyAndRandomness[..MLKemParameters.SeedSize].CopyTo(sharedSecret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keyAndRandomness);
        }
    }

    /// <summary>FIPS 203, Algorithm 14 (K-PKE.Encrypt).</summary>
    [SkipLocalsInit]
    public void Encrypt(ReadOnlySpan<byte> m, ReadOnlySpan<byte> r, Span<byte> ciphertext)
    {
        int k = Parameters.K;
        Span<short> scratch = stackalloc short[(k * MLKemRing.OperandSize) + (((2 * k) + 2) * N)];
        try
        {
            Span<short> yOperands = scratch[..(k * MLKemRing.OperandSize)];
            Span<short> y = scratch.Slice(yOperands.Length, k * N);
            Span<short> noise = scratch.Slice(yOperands.Length + (k * N), (k + 1) * N); // e1 and e2
            Span<short> sum = scratch[^N..];

            byte nonce = 0;
            if (Parameters.Eta1 == MLKemParameters.Eta2)
            {
                MLKemSampling.SampleNoise(scratch[yOperands.Length..^N], MLKemParameters.Eta2, r, ref nonce);
            }
            else
            {
                MLKemSampling.SampleNoise(y, Parameters.Eta1, r, ref nonce);
                MLKemSampling.SampleNoise(noise, MLKemParameters.Eta2, r, ref nonce);
            }

            for (int i = 0; i < k; i++)
            {
                Span<short> yHat = y.Slice(i * N, N);
                MLKemRing.Ntt(yHat);
                MLKemRing.PrepareOperand(yHat, yOperands[(i * MLKemRing.OperandSize)..]);
            }

            // u = NTT^-1(A^T ∘ y) + e1
            int size = 32 * Parameters.Du;
            for (int i = 0; i < k; i++)
            {
                MLKemRing.InnerProduct(sum, _matrix.AsSpan(i * N), k * N, yOperands);
                MLKemRing.InverseNtt(sum);
                MLKemRing.Add(sum, noise.Slice(i * N, N));
                MLKemEncoding.Compress(sum, Parameters.Du, ciphertext.Slice(i * size, size));
            }

            // v = NTT^-1(t ∘ y) + e2 + Decompress_1(m)
            MLKemRing.InnerProduct(sum, _t, N, yOperands);
            MLKemRing.InverseNtt(sum);
            MLKemRing.Add(sum, noise[^N..]);
            MLKemEncoding.Decompress(m, 1, y[..N]);
            MLKemRing.Add(sum, y[..N]);
            MLKemEncoding.Compress(sum, Parameters.Dv, ciphertext[(k * size)..]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(scratch));
        }
    }
}
