using System.Buffers.Binary;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces.Packets;
using static Qbitel.Discovery.Traces.Filters.KernelCode;

namespace Qbitel.Discovery.Traces.Filters;

/// <summary>Compiles a filter to a program of the classic packet filter, which drops in the kernel.</summary>
/// <remarks>
/// First it looks up what the filter can ask for, as <see cref="PacketView"/> does, then it asks. What it cannot look
/// up passes: MPLS labels, IPv6 extension headers, more VLAN tags than two beside the one the kernel took off, and
/// packets cut short, for which a load beyond the end would say no. Never does it drop what the filter wants.
/// </remarks>
internal sealed class KernelFilter
{
    private const uint All = 256 << 10; // bytes of a packet
    private const uint NoProtocol = 256, NoPort = 0x10000, NoTag = 0x1000; // beyond what a packet can have
    private const uint MaxTags = 2;
    private const uint LengthV4 = 2, LengthV6 = 4, HeaderV6 = 40;

    // Slots of the program's memory; all that is asked is set on every way, as the kernel demands.
    private const uint Version = 0, Protocol = 1, SourcePort = 2, DestinationPort = 3, IsTagged = 4, Tag = 5;
    private const uint Start = 8, Size = 9, Payload = 10; // of the IP header, and what is at hand behind it

    private readonly KernelProgram _program = new();
    private readonly int _judge, _yes, _no;

    private KernelFilter()
    {
        _judge = _program.Label();
        _yes = _program.Label();
        _no = _program.Label();
    }

    public static IReadOnlyList<KernelInstruction>? Compile(FilterNode filter, LinkType link)
    {
        KernelFilter compiler = new();
        compiler.LookUp(link);
        compiler._program.Mark(compiler._judge);
        compiler.Judge(filter, compiler._yes, compiler._no);
        compiler._program.Mark(compiler._yes);
        compiler._program.Do(Return, All);
        compiler._program.Mark(compiler._no);
        compiler._program.Do(Return, 0);
        return compiler._program.End();
    }

    private void LookUp(LinkType link)
    {
        Set(0, Version, IsTagged);
        Set(NoProtocol, Protocol);
        Set(NoPort, SourcePort, DestinationPort);
        Set(NoTag, Tag, Tag + 1, Tag + MaxTags);
        switch (link)
        {
            case LinkType.Ethernet:
                Ethernet();
                break;
            case LinkType.Raw:
                _program.Do(LoadX, 0);
                break;
            default:
                throw new NotSupportedException($"There are no programs for link type {(int)link}.");
        }

        Network();
    }

    // X becomes the place of what the EtherType announces. The outermost tag is not in the packet.
    private void Ethernet()
    {
        int ip = _program.Label(), untagged = _program.Label();
        _program.Do(LoadByte, HasVlanTag);
        _program.If(Equal, 0, untagged);
        _program.Do(LoadHalf, VlanTag);
        _program.Do(And, 0xFFF);
        _program.Do(Store, Tag);
        Set(1, IsTagged);
        _program.Mark(untagged);
        for (uint tags = 0; tags <= MaxTags; tags++)
        {
            uint type = 12 + (tags * 4);
            _program.Do(LoadSize);
            _program.Unless(AtLeast, type + 2, _yes);
            _program.Do(LoadX, type + 2);
            _program.Do(LoadHalf, type);
            _program.If(Equal, 0x0800, ip);
            _program.If(Equal, 0x86DD, ip);
            foreach (uint label in (uint[])[0x8847, 0x8848]) _program.If(Equal, label, _yes);
            int tag = _program.Label();
            foreach (uint vlan in (uint[])[0x8100, 0x88A8]) _program.If(Equal, vlan, tag);
            _program.If(Equal, 0x9100, tag, _judge);
            _program.Mark(tag);
            if (tags == MaxTags)
            {
                _program.Go(_yes);
                break;
            }

            _program.Do(LoadSize);
            _program.Unless(AtLeast, type + 4, _yes);
            _program.Do(LoadHalf, type + 2);
            _program.Do(And, 0xFFF);
            _program.Do(Store, Tag + 1 + tags);
            Set(1, IsTagged);
        }

        _program.Mark(ip);
    }

    // X is the place of the IP header, and is so again in the end.
    private void Network()
    {
        int four = _program.Label(), six = _program.Label(), transport = _program.Label(), ports = _program.Label();
        _program.Do(StoreX, Start);
        _program.Do(LoadSize);
        _program.Do(SubtractX);
        _program.Do(Store, Size);
        _program.Unless(AtLeast, 20, _yes);
        _program.Do(LoadByteFromX, 0);
        _program.Do(Right, 4);
        _program.If(Equal, 4, four);
        _program.If(Equal, 6, six, _judge);

        _program.Mark(four);
        _program.Do(LoadByteFromX, 0);
        _program.Do(And, 0x0F);
        _program.Do(Left, 2);
        _program.Unless(AtLeast, 20, _judge);
        _program.Do(Store, Payload);
        CutTo(LengthV4);
        _program.Do(LoadSlot, Size);
        _program.Do(LoadXSlot, Payload);
        _program.Unless(AtLeastX, 0, _judge);
        _program.Do(SubtractX);
        _program.Do(Store, Size);
        _program.Do(LoadSlot, Payload);
        _program.Do(LoadXSlot, Start);
        _program.Do(AddX);
        _program.Do(Store, Payload);
        Set(4, Version);
        _program.Do(LoadByteFromX, 9);
        _program.Do(Store, Protocol);
        _program.Do(LoadHalfFromX, 6);
        _program.If(AnySet, 0x1FFF, _judge, transport); // a later fragment has no ports

        _program.Mark(six);
        _program.Do(LoadSlot, Size);
        _program.Unless(AtLeast, HeaderV6, _judge);
        _program.Do(Subtract, HeaderV6);
        _program.Do(Store, Size);
        CutTo(LengthV6);
        _program.Do(LoadSlot, Start);
        _program.Do(Add, HeaderV6);
        _program.Do(Store, Payload);
        _program.Do(LoadXSlot, Start);
        Set(6, Version);
        _program.Do(LoadByteFromX, 6);
        _program.Do(Store, Protocol);
        foreach (uint extension in (uint[])[0, 43, 44, 51, 60, 135, 139, 140]) _program.If(Equal, extension, _yes);

        _program.Mark(transport);
        _program.Do(LoadSlot, Size);
        _program.Unless(AtLeast, 4, _judge);
        _program.Do(LoadSlot, Protocol);
        _program.If(Equal, IpHeader.Tcp, ports);
        _program.If(Equal, IpHeader.Udp, ports, _judge);
        _program.Mark(ports);
        _program.Do(LoadXSlot, Payload);
        _program.Do(LoadHalfFromX, 0);
        _program.Do(Store, SourcePort);
        _program.Do(LoadHalfFromX, 2);
        _program.Do(Store, DestinationPort);
        _program.Do(LoadXSlot, Start);
    }

    // The size is what the header says, where it says one and as much is there.
    private void CutTo(uint length)
    {
        int kept = _program.Label();
        _program.Do(LoadHalfFromX, length);
        _program.If(Equal, 0, kept);
        _program.Do(LoadXSlot, Size);
        _program.If(AtLeastX, 0, kept);
        _program.Do(Store, Size);
        _program.Mark(kept);
    }

    private void Judge(FilterNode node, int yes, int no)
    {
        switch (node)
        {
            case BothNode both:
                int second = _program.Label();
                Judge(both.First, second, no);
                _program.Mark(second);
                Judge(both.Second, yes, no);
                break;

            case EitherNode either:
                int other = _program.Label();
                Judge(either.First, yes, other);
                _program.Mark(other);
                Judge(either.Second, yes, no);
                break;

            case NotNode not:
                Judge(not.Inner, no, yes);
                break;

            case VersionNode version:
                Ask(Version, version.AddressSize == 4 ? 4u : 6, yes, no);
                break;

            case ProtocolNode protocol:
                Ask(Protocol, (uint)protocol.Protocol, yes, no);
                break;

            case VlanNode { Number: null }:
                Ask(IsTagged, 1, yes, no);
                break;

            case VlanNode { Number: { } number }:
                for (uint tag = 0; tag <= MaxTags; tag++)
                {
                    _program.Do(LoadSlot, Tag + tag);
                    _program.If(Equal, (uint)number, yes);
                }

                _program.Go(no);
                break;

            case PortNode port:
                if (port.Source) Range(SourcePort, port, yes);
                if (port.Destination) Range(DestinationPort, port, yes);
                _program.Go(no);
                break;

            case AddressNode address:
                bool isV4 = address.Address.Length == 4;
                _program.Do(LoadSlot, Version);
                _program.Unless(Equal, isV4 ? 4u : 6, no);
                if (address.Source) Begins(address, isV4 ? 12u : 8, yes);
                if (address.Destination) Begins(address, isV4 ? 16u : 24, yes);
                _program.Go(no);
                break;

            default:
                throw new NotSupportedException($"There is no program for {node.GetType().Name}.");
        }
    }

    private void Ask(uint slot, uint value, int yes, int no)
    {
        _program.Do(LoadSlot, slot);
        _program.If(Equal, value, yes, no);
    }

    private void Range(uint slot, PortNode port, int yes)
    {
        int outside = _program.Label();
        _program.Do(LoadSlot, slot);
        _program.Unless(AtLeast, (uint)port.From, outside);
        _program.If(Greater, (uint)port.To, outside, yes);
        _program.Mark(outside);
    }

    private void Begins(AddressNode address, uint at, int yes)
    {
        int differs = _program.Label();
        for (int bits = address.Bits, i = 0; bits > 0; bits -= 32, i += 4)
        {
            uint mask = bits >= 32 ? uint.MaxValue : ~(uint.MaxValue >> bits);
            _program.Do(LoadWordFromX, at + (uint)i);
            if (mask != uint.MaxValue) _program.Do(And, mask);
            _program.Unless(Equal, BinaryPrimitives.ReadUInt32BigEndian(address.Address.AsSpan(i)) & mask, differs);
        }

        _program.Go(yes);
        _program.Mark(differs);
    }

    private void Set(uint value, params ReadOnlySpan<uint> slots)
    {
        _program.Do(Load, value);
        foreach (uint slot in slots) _program.Do(Store, slot);
    }
}
