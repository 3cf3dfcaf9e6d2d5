using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Swift.Rules;

/// <summary>From the first to behind the last field of one number; empty where there is none.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SlotRange(int Start, int End);
