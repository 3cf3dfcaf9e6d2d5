using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>FIPS 203, Algorithm 8, with AVX2: small coefficients from bits, by a shuffle of a table.</summary>
/// <remarks>The shuffle is a table look-up within a register: its time does not depend on the secret index.</remarks>
internal static class MLKemNoiseAvx2
{
    private const int N = MLKemRing.N;

    // A coefficient is four bits: the sum of the first two less the sum of the others.
    public static void SampleCbd2(Span<short> f, ReadOnlySpan<byte> bytes)
    {
        Vector128<sbyte> values = Vector128.Create(0, 1, 1, 2, -1, 0, 0, 1, -1, 0, 0, 1, -2, -1, -1, 0);
        Vector256<byte> table = Vector256.Create(values, values).AsByte(), low = Vector256.Create((byte)0x0F);
        ref byte source = ref MemoryMarshal.GetReference(bytes[..(N / 2)]);
        ref short target = ref MemoryMarshal.GetReference(f[..N]);
        for (nuint i = 0; i < N; i += 64)
        {
            Vector256<byte> x = Vector256.LoadUnsafe(ref source, i / 2);
            Vector256<sbyte> even = Avx2.Shuffle(table, x & low).AsSByte();
            Vector256<sbyte> odd = Avx2.Shuffle(table, (x.AsUInt16() >>> 4).AsByte() & low).AsSByte();
            Vector256<sbyte> first = Avx2.UnpackLow(even, odd), second = Avx2.UnpackHigh(even, odd);
            Avx2.ConvertToVector256Int16(first.GetLower()).StoreUnsafe(ref target, i);
            Avx2.ConvertToVector256Int16(second.GetLower()).StoreUnsafe(ref target, i + 16);
            Avx2.ConvertToVector256Int16(first.GetUpper()).StoreUnsafe(ref target, i + 32);
            Avx2.ConvertToVector256Int16(second.GetUpper()).StoreUnsafe(ref target, i + 48);
        }
    }

    // A coefficient is six bits: how many of the first three are set, less how many of the others.
    public static void SampleCbd3(Span<short> f, ReadOnlySpan<byte> bytes)
    {
        Span<byte> padded = stackalloc byte[(64 * 3) + 16];
        bytes[..(64 * 3)].CopyTo(padded);

        Vector128<byte> values = Vector128.Create((byte)0, 1, 1, 2, 1, 2, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0);
        Vector256<byte> table = Vector256.Create(values, values);
        ref short target = ref MemoryMarshal.GetReference(f[..N]);
        MLKemEncodingAvx2.Unpacker unpacker = new(6);
        int offset = 0;
        for (nuint i = 0; i < N; i += 16, offset += 12)
        {
            Vector256<ushort> x = unpacker.LeftJustified(padded[offset..]) >>> 10;
            Vector256<short> first = Avx2.Shuffle(table, (x & Vector256.Create((ushort)7)).AsByte()).AsInt16();
            Vector256<short> second = Avx2.Shuffle(table, (x >>> 3).AsByte()).AsInt16();
            (first - second).StoreUnsafe(ref target, i);
        }

        CryptographicOperations.ZeroMemory(padded);
    }
}
