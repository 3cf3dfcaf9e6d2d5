using System.Runtime.InteropServices;

namespace Qbitel.Discovery.Traces.Filters;

/// <summary>An instruction of the classic packet filter, as <c>struct sock_filter</c> of Linux has it in
/// memory.</summary>
/// <remarks>Yes and No count the instructions a jump leaves out.</remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct KernelInstruction(ushort Code, byte Yes, byte No, uint Value);
