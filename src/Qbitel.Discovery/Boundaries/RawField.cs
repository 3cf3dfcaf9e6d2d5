using System.Runtime.InteropServices;

namespace Qbitel.Discovery.Boundaries;

/// <summary>A field as it was cut, with the probabilities of a boundary it rests on.</summary>
/// <param name="Start">Bytes from the beginning of the message.</param>
/// <param name="Length">Bytes, at least one.</param>
/// <param name="AtStart">That it begins there.</param>
/// <param name="AtEnd">That it ends there.</param>
/// <param name="Inside">The highest of a boundary inside.</param>
/// <param name="Whole">That both ends and no inner cut hold, if all were independent.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RawField(int Start, int Length, float AtStart, float AtEnd, float Inside, float Whole);
