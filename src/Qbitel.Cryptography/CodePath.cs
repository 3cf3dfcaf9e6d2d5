using System.Runtime.Intrinsics.X86;

namespace Qbitel.Cryptography;

/// <summary>Which form of the lattices' and Keccak's inner loops this process runs.</summary>
/// <remarks>
/// The processor decides, and the runtime's own switches: <c>DOTNET_EnableAVX512=0</c>, <c>DOTNET_EnableAVX2=0</c> and
/// <c>DOTNET_EnableHWIntrinsic=0</c> in the environment take the faster forms away. All forms give the same bytes. To
/// the JIT each property here is a constant, so that a choice by it costs nothing.
/// </remarks>
public static class CodePath
{
    /// <summary>Vectors of 512 bits, and those of 256 bits with AVX-512's instructions.</summary>
    public static bool IsAvx512 => IsAvx2 && Avx512F.VL.IsSupported && Avx512BW.VL.IsSupported;

    /// <summary>Vectors of 256 bits; also true where <see cref="IsAvx512"/> is.</summary>
    public static bool IsAvx2 => Avx2.IsSupported;

    /// <summary><c>AVX-512</c>, <c>AVX2</c> or <c>scalar</c>.</summary>
    public static string Name => IsAvx512 ? "AVX-512" : IsAvx2 ? "AVX2" : "scalar";
}
