using System.Runtime.InteropServices;

namespace Qbitel.Discovery.Captures;

/// <summary>One packet of a capture.</summary>
/// <remarks>
/// Number counts from 0 in the order of the capture; Offset is that of its record in the input; Time is null where the
/// format keeps none. Data begins with the link layer, is shorter than OriginalLength when the capture cut it, and is
/// valid until the next packet is read.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CapturedPacket(
    long Number, long Offset, DateTimeOffset? Time, LinkType LinkType, long OriginalLength, ReadOnlyMemory<byte> Data);
