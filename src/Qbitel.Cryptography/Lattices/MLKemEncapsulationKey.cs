using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Polynomials;

namespace Qbitel.Cryptography.Lattices;

/// <summary>
/// The public half of an ML-KEM key, with what every operation needs of it made once: the matrix A, and H(ek) at its
/// first use.
/// </summary>
internal sealed class MLKemEncapsulationKey
{
    private const int N = MLKemRing.N;

    // A, row after row, and t, all transformed; then ek. They are at the end of the private half's memory, which is
    // warm where keys come and go, or in an array where there is no private half.
    private readonly SecretMemory? _memory;
    private readonly byte[] _array = [];
    private byte[]? _hash;

    private MLKemEncapsulationKey(MLKemParameters parameters, SecretMemory? memory)
    {
        Parameters = parameters;
        _memory = memory;
        if (memory is null) _array = GC.AllocateUninitializedArray<byte>(SizeOf(parameters));
    }

    /// <summary>Size of what a key keeps.</summary>
    public static int SizeOf(MLKemParameters parameters) =>
        ((parameters.K + 1) * parameters.K * N * sizeof(short)) + parameters.EncapsulationKeySize;

    /// <summary>The half of a new key: t = A ∘ s + e, ek = ByteEncode12(t) || rho.</summary>
    /// <param name="parameters">The parameter set.</param>
    /// <param name="memory">
    /// The private half's, at the end of which the public half has its place: whoever uses this half holds a lease.
    /// </param>
    /// <param name="rho">The seed of A.</param>
    /// <param name="sOperands">s, prepared.</param>
    /// <param name="e">e, transformed.</param>
    public static MLKemEncapsulationKey Create(
        MLKemParameters parameters, SecretMemory memory,
        ReadOnlySpan<byte> rho, ReadOnlySpan<short> sOperands, ReadOnlySpan<short> e)
    {
        int k = parameters.K;
        MLKemEncapsulationKey key = new(parameters, memory);
        Span<short> matrix = key.Matrix, t = key.Vector;
        MLKemSampling.ExpandMatrix(k, rho, matrix);
        for (int i = 0; i < k; i++)
            MLKemRing.InnerProduct(t.Slice(i * N, N), matrix[(i * k * N)..], N, sOperands);
        MLKemRing.TimesR(t);
        MLKemRing.Add(t, e);
        MLKemEncoding.Encode12(t, key.Bytes[..parameters.VectorSize]);
        rho.CopyTo(key.Bytes[parameters.VectorSize..]);
        return key;
    }

    /// <summary>The checks of FIPS 203, section 7.2: the length, and that every coefficient is below q.</summary>
    public static bool TryDecode(
        MLKemParameters parameters, ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out MLKemEncapsulationKey? key)
    {
        key = null;
        if (encoded.Length != parameters.EncapsulationKeySize) return false;

        MLKemEncapsulationKey candidate = new(parameters, memory: null);
        if (!MLKemEncoding.TryDecode12(encoded[..parameters.VectorSize], candidate.Vector)) return false;

        MLKemSampling.ExpandMatrix(parameters.K, encoded[parameters.VectorSize..], candidate.Matrix);
        encoded.CopyTo(candidate.Bytes);
        key = candidate;
        return true;
    }

    public MLKemParameters Parameters { get; }

    public ReadOnlySpan<byte> Encoded => Bytes;

    /// <summary>H(ek), which key generation does not need.</summary>
    public ReadOnlySpan<byte> Hash => Volatile.Read(ref _hash) ?? MakeHash();

    public ReadOnlySpan<short> MatrixRow(int i) => Matrix.Slice(i * Parameters.K * N, Parameters.K * N);

    public ReadOnlySpan<short> T(int i) => Vector.Slice(i * N, N);

    private Span<short> Matrix => Polynomials[..(Parameters.K * Parameters.K * N)];

    private Span<short> Vector => Polynomials[(Parameters.K * Parameters.K * N)..];

    private Span<short> Polynomials => MemoryMarshal.Cast<byte, short>(All[..^Parameters.EncapsulationKeySize]);

    private Span<byte> Bytes => All[^Parameters.EncapsulationKeySize..];

    private Span<byte> All => _memory is null ? _array : _memory.Leased[^SizeOf(Parameters)..];

    /// <summary>FIPS 203, Algorithm 17, with the randomness m given.</summary>
    public void Encapsulate(ReadOnlySpan<byte> m, Span<byte> ciphertext, Span<byte> sharedSecret)
    {
        Span<byte> keyAndRandomness = stackalloc byte[2 * MLKemParameters.SeedSize];
        try
        {
            Fips202.Sha3_512(keyAndRandomness, m, Hash);
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
            ReadOnlySpan<short> matrix = Matrix;
            int size = 32 * Parameters.Du;
            for (int i = 0; i < k; i++)
            {
                MLKemRing.InnerProduct(sum, matrix[(i * N)..], k * N, yOperands);
                MLKemRing.InverseNtt(sum);
                MLKemRing.Add(sum, noise.Slice(i * N, N));
                MLKemEncoding.Compress(sum, Parameters.Du, ciphertext.Slice(i * size, size));
            }

            // v = NTT^-1(t ∘ y) + e2 + Decompress_1(m)
            MLKemRing.InnerProduct(sum, Vector, N, yOperands);
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

    // Who comes at the same time makes the same bytes.
    private byte[] MakeHash()
    {
        byte[] hash = new byte[MLKemParameters.SeedSize];
        Fips202.Sha3_256(hash, Encoded);
        Volatile.Write(ref _hash, hash);
        return hash;
    }
}
