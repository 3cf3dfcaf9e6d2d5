using System.Buffers.Binary;
using Qbitel.Discovery.Traces.Filters;

namespace Qbitel.Discovery.Tests.Traces;

/// <summary>Runs programs of the classic packet filter as linux/net/core/filter.c does, and refuses what its checker
/// refuses.</summary>
internal static class KernelMachine
{
    private const int Slots = 16, MaxSize = 4_096;
    private const uint Outside = unchecked((uint)-0x1000);

    /// <summary>What the program returns: 0 to drop the packet.</summary>
    public static uint Run(IReadOnlyList<KernelInstruction> program, ReadOnlySpan<byte> packet, int? vlanTag,
        uint kind = 0)
    {
        Assert.InRange(program.Count, 1, MaxSize);
        uint a = 0, x = 0;
        uint?[] slots = new uint?[Slots];
        for (int at = 0; at < program.Count; at++)
        {
            (ushort code, byte yes, byte no, uint value) = program[at];
            switch (code)
            {
                case 0x00: a = value; break;
                case 0x01: x = value; break;
                case 0x02: slots[value] = a; break;
                case 0x03: slots[value] = x; break;
                case 0x04: a = unchecked(a + value); break;
                case 0x05: at += (int)value; break;
                case 0x06: return value;
                case 0x07: x = a; break;
                case 0x0C: a = unchecked(a + x); break;
                case 0x14: a = unchecked(a - value); break;
                case 0x1C: a = unchecked(a - x); break;
                case 0x54: a &= value; break;
                case 0x60: a = Slot(value); break;
                case 0x61: x = Slot(value); break;
                case 0x64: a <<= (int)value; break;
                case 0x74: a >>= (int)value; break;
                case 0x80: a = (uint)packet.Length; break;
                case 0x15: at += a == value ? yes : no; break;
                case 0x25: at += a > value ? yes : no; break;
                case 0x35: at += a >= value ? yes : no; break;
                case 0x3D: at += a >= x ? yes : no; break;
                case 0x45: at += (a & value) != 0 ? yes : no; break;
                case 0x20 or 0x28 or 0x30 when value >= Outside:
                    a = (value - Outside) switch
                    {
                        4 => kind,
                        44 => (uint)(vlanTag ?? 0),
                        48 => vlanTag is null ? 0u : 1,
                        _ => throw new InvalidOperationException($"place {value:X} is not known"),
                    };
                    break;
                case 0x20 or 0x28 or 0x30 or 0x40 or 0x48 or 0x50:
                    int size = (code & 0x18) switch { 0 => 4, 8 => 2, _ => 1 };
                    long place = value + (code >= 0x40 ? (long)x : 0);
                    if (place + size > packet.Length) return 0; // a load beyond the end drops
                    ReadOnlySpan<byte> there = packet[(int)place..];
                    a = size == 4 ? BinaryPrimitives.ReadUInt32BigEndian(there)
                        : size == 2 ? BinaryPrimitives.ReadUInt16BigEndian(there) : there[0];
                    break;
                default:
                    throw new InvalidOperationException($"code {code:X} is not known");
            }
        }

        throw new InvalidOperationException("the program has no end");

        uint Slot(uint slot) =>
            slots[slot] ?? throw new InvalidOperationException($"slot {slot} is read before it is set");
    }
}
