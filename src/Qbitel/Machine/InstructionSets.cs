using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Qbitel.Machine;

/// <summary>
/// The instruction sets that lattice and hash code can gain from, and that the runtime lets a process use.
/// </summary>
internal static class InstructionSets
{
    public static IReadOnlyList<string> Found() =>
        [.. Known().Where(set => set.IsSupported).Select(set => set.Name)];

    // The short names of the processor manuals, as /proc/cpuinfo readers know them.
    private static IEnumerable<(string Name, bool IsSupported)> Known() =>
    [
        ("SSE4.2", Sse42.IsSupported),
        ("AVX2", Avx2.IsSupported),
        ("BMI2", Bmi2.IsSupported),
        ("AVX-512F", Avx512F.IsSupported),
        ("AVX-512VBMI", Avx512Vbmi.IsSupported),
        ("AES-NI", System.Runtime.Intrinsics.X86.Aes.IsSupported),
        ("PCLMULQDQ", Pclmulqdq.IsSupported),
        ("AdvSimd", AdvSimd.Arm64.IsSupported),
        ("Armv8 AES", System.Runtime.Intrinsics.Arm.Aes.IsSupported),
        ("Armv8 SHA-256", Sha256.IsSupported),
    ];
}
