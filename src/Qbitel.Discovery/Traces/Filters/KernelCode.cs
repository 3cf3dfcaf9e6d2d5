namespace Qbitel.Discovery.Traces.Filters;

/// <summary>Codes of the classic packet filter (linux/bpf_common.h) and places outside the packet
/// (linux/filter.h).</summary>
internal static class KernelCode
{
    public const ushort LoadByte = 0x30, LoadHalf = 0x28, LoadWord = 0x20; // at a place
    public const ushort LoadByteFromX = 0x50, LoadHalfFromX = 0x48, LoadWordFromX = 0x40; // at a place behind X
    public const ushort Load = 0x00, LoadSlot = 0x60, LoadSize = 0x80;
    public const ushort LoadX = 0x01, LoadXSlot = 0x61, ToX = 0x07;
    public const ushort Store = 0x02, StoreX = 0x03;
    public const ushort Add = 0x04, Subtract = 0x14, And = 0x54, Left = 0x64, Right = 0x74, AddX = 0x0C,
        SubtractX = 0x1C;
    public const ushort Jump = 0x05, Equal = 0x15, Greater = 0x25, AtLeast = 0x35, AnySet = 0x45, AtLeastX = 0x3D;
    public const ushort Return = 0x06;

    public const uint PacketKind = unchecked((uint)-0x1000 + 4);
    public const uint VlanTag = unchecked((uint)-0x1000 + 44), HasVlanTag = unchecked((uint)-0x1000 + 48);
}
