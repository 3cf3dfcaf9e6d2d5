using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Qbitel.Cryptography.Polynomials;

/// <summary>The rejection of FIPS 203, Algorithm 7, with AVX-512's VBMI2: 32 candidates compressed at once.</summary>
/// <remarks>All of it is public: the matrix is.</remarks>
internal static class MLKemRejectionAvx512
{
    private const int Width = 32;
    private const int Size = Width * 12 / 8;

    /// <summary>How far behind the bytes it may read.</summary>
    public const int Slack = 64 - Size;

    /// <summary>Not every processor with AVX-512 has these instructions; the others reject as with AVX2.</summary>
    public static bool IsSupported => CodePath.IsAvx512 && Avx512Vbmi.IsSupported && Avx512Vbmi2.IsSupported;

    // Two neighbouring candidates share the middle one of three bytes.
    private static ReadOnlySpan<byte> Spread =>
    [
        0, 1, 1, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 10, 10, 11,
        12, 13, 13, 14, 15, 16, 16, 17, 18, 19, 19, 20, 21, 22, 22, 23,
        24, 25, 25, 26, 27, 28, 28, 29, 30, 31, 31, 32, 33, 34, 34, 35,
        36, 37, 37, 38, 39, 40, 40, 41, 42, 43, 43, 44, 45, 46, 46, 47,
    ];

    /// <inheritdoc cref="MLKemRejectionAvx2.Accept(ReadOnlySpan{byte}, int, Span{short}, int)"/>
    public static int Accept(ReadOnlySpan<byte> stream, int size, Span<short> a, int count)
    {
        Vector512<byte> bytes = Vector512.Create(Spread);
        Vector512<ushort> shifts = Vector512.Create(0x00040000u).AsUInt16();
        int offset = 0;
        for (; offset + Size <= size && count <= a.Length - Width; offset += Size)
        {
            Vector512<ushort> x =
                Avx512Vbmi.PermuteVar64x8(Vector512.Create(stream[offset..]), bytes).AsUInt16();
            x = Avx512BW.ShiftRightLogicalVariable(x, shifts) & Vector512.Create((ushort)0x0FFF);
            Vector512<ushort> accepted = Vector512.LessThan(x, Vector512.Create((ushort)MLKemRing.Q));
            Avx512Vbmi2.Compress(Vector512<ushort>.Zero, accepted, x).AsInt16().CopyTo(a[count..]);
            count += BitOperations.PopCount(accepted.ExtractMostSignificantBits());
        }

        return MLKemRejectionAvx2.Accept(stream[offset..], size - offset, a, count);
    }
}
