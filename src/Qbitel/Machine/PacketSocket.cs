using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces.Filters;
using static Qbitel.Machine.PacketCalls;

namespace Qbitel.Machine;

/// <summary>Hears the packets of an interface as they come, without any library. Not safe for concurrent use.</summary>
/// <remarks>
/// The network card or the kernel takes the outermost VLAN tag off; it is put back from what the kernel tells beside
/// the packet. On the loopback every packet passes twice, and is heard once.
/// </remarks>
internal sealed unsafe class PacketSocket : IDisposable
{
    private const int MaxPacketSize = 256 << 10; // beyond 64 KiB for what cards put together
    private const int VlanRoom = 4;
    private const int AddressesSize = 12; // of both ends, at the front of an Ethernet frame
    private const int NotPermitted = 1, Interrupted = 4, Denied = 13, NetworkDown = 100; // errno

    // The kind of the packet is behind what the classic packet filter calls SKF_AD_OFF.
    private static readonly KernelInstruction[] NothingOutgoing =
        [new(0x30, 0, 0, unchecked((uint)-0x1000 + 4)), new(0x15, 0, 1, Outgoing), new(0x06, 0, 0, 0)];
    private static readonly KernelInstruction All = new(0x06, 0, 0, MaxPacketSize);

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(VlanRoom + MaxPacketSize);
    private readonly string _name;
    private readonly LinkType _link;
    private readonly bool _isLoopback;
    private readonly PacketRing? _ring;
    private int _socket;
    private long _packets;
    private long _heard, _dropped;

    /// <param name="interfaceName">One that is up.</param>
    /// <param name="filter">What the kernel is to drop, as far as it can.</param>
    /// <exception cref="RefusedException">The interface is not there, or may not be heard.</exception>
    public PacketSocket(string interfaceName, PacketFilter? filter = null)
    {
        _name = interfaceName;
        uint index = InterfaceIndex(interfaceName);
        if (index == 0)
            throw new RefusedException($"There is no interface {interfaceName}.", "'ip link' lists those there are.");

        // Without a protocol nothing is heard until the socket is bound: by then the filter and the ring are there, and
        // nothing is queued that did not pass them.
        _socket = Open(AddressFamilyPacket, SocketRaw | CloseOnExec, 0);
        if (_socket < 0)
        {
            throw Marshal.GetLastPInvokeError() is NotPermitted or Denied
                ? new RefusedException(
                    $"Packets of {interfaceName} may not be heard: that needs the capability CAP_NET_RAW.",
                    "Run as root, or 'setcap cap_net_raw+ep' on the program.")
                : Failed("cannot be opened");
        }

        try
        {
            ushort hardware = Hardware();
            _isLoopback = hardware == HardwareLoopback;
            _link = hardware switch
            {
                HardwareEthernet or HardwareLoopback => LinkType.Ethernet,
                HardwareNone => LinkType.Raw, // a tunnel
                _ => throw new RefusedException(
                    $"The interface {_name} has hardware of type {hardware}, which is not read.",
                    "Ethernet, loopback and tunnels without link layer are."),
            };
            IsFilteredByKernel = Attach(filter?.Compile(_link)) && filter is not null;
            _ring = PacketRing.Open(_socket) ?? throw Failed("has no memory to share with the kernel");
            LinkAddress address = new()
            {
                Family = AddressFamilyPacket,
                Protocol = BinaryPrimitives.ReverseEndianness(AllProtocols),
                Interface = (int)index,
            };
            if (Bind(_socket, in address, (uint)sizeof(LinkAddress)) != 0) throw Failed("cannot be bound");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The kernel drops what the filter does not want; otherwise all packets come.</summary>
    public bool IsFilteredByKernel { get; }

    /// <summary>The packet heard last; its offset is its number, since there is no file.</summary>
    public CapturedPacket Current { get; private set; }

    /// <summary>Waits for a packet for a while; false when none came.</summary>
    public bool TryReceive(TimeSpan wait)
    {
        if (TryTake()) return true;
        Waiting waiting = new() { Socket = _socket, Wanted = PollIn };
        int ready = Poll(ref waiting, 1, (int)wait.TotalMilliseconds);
        if (ready < 0 && Marshal.GetLastPInvokeError() == Interrupted) return false;
        if (ready < 0) throw Failed("cannot be waited for");
        if ((waiting.Happened & PollError) != 0)
        {
            uint size = sizeof(int);
            throw Option(_socket, SolSocket, LastError, out int error, ref size) == 0 && error == NetworkDown
                ? new RefusedException($"The interface {_name} went down.", "Bring it up and start again.")
                : new IOException($"The packet socket of {_name} failed: {Marshal.GetPInvokeErrorMessage(error)}");
        }

        return ready > 0 && TryTake();
    }

    /// <summary>Packets that passed the kernel's filter so far, and those of them that came faster than they were read
    /// and are missing.</summary>
    public (long Heard, long Dropped) Count()
    {
        // The kernel tells what came since it was asked last.
        uint size = (uint)sizeof(Statistics);
        if (Option(_socket, SolPacket, PacketStatistics, out Statistics statistics, ref size) == 0)
        {
            _heard += statistics.Packets;
            _dropped += statistics.Dropped;
        }

        return (_heard, _dropped);
    }

    public void Dispose()
    {
        _ring?.Dispose();
        if (_socket >= 0) _ = Close(_socket);
        _socket = -1;
    }

    private ushort Hardware()
    {
        InterfaceRequest request = default;
        Encoding.UTF8.GetBytes(_name, new Span<byte>(request.Name, 15)); // with an index it is no longer
        return Control(_socket, HardwareOf, ref request) == 0 ? request.Hardware
            : throw Failed("does not tell its hardware");
    }

    private bool Attach(IReadOnlyList<KernelInstruction>? wanted)
    {
        KernelInstruction[] program = [.. _isLoopback ? NothingOutgoing : [], .. wanted ?? [All]];
        fixed (KernelInstruction* first = program)
        {
            FilterProgram described = new() { Count = (ushort)program.Length, Instructions = first };
            return SetOption(_socket, SolSocket, AttachFilter, in described, (uint)sizeof(FilterProgram)) == 0
                && wanted is not null;
        }
    }

    private bool TryTake()
    {
        while (true)
        {
            Frame* frame = _ring!.Next();
            if (frame is null) return false;
            if (_isLoopback && frame->From.PacketType == Outgoing) continue; // comes again as incoming

            // A copy: what is handed out does not depend on memory that is shared with the kernel.
            int kept = (int)Math.Min(frame->Kept, MaxPacketSize);
            new ReadOnlySpan<byte>((byte*)frame + frame->LinkOffset, kept).CopyTo(_buffer.AsSpan(VlanRoom));
            long length = frame->Length;
            int start = VlanRoom;
            if ((frame->Status & VlanValid) != 0 && _link == LinkType.Ethernet && kept >= AddressesSize)
            {
                ushort protocol = (frame->Status & VlanProtocolValid) != 0 ? frame->VlanProtocol : (ushort)0x8100;
                _buffer.AsSpan(VlanRoom, AddressesSize).CopyTo(_buffer);
                BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(AddressesSize), protocol);
                BinaryPrimitives.WriteUInt16BigEndian(
                    _buffer.AsSpan(AddressesSize + 2), (ushort)(frame->VlanTag & 0xFFFF));
                (start, kept, length) = (0, kept + VlanRoom, length + VlanRoom);
            }

            DateTimeOffset time = DateTimeOffset.UnixEpoch.AddTicks(
                (frame->Seconds * TimeSpan.TicksPerSecond) + (frame->Nanoseconds / 100));
            Current = new CapturedPacket(_packets, _packets, time, _link, length, _buffer.AsMemory(start, kept));
            _packets++;
            return true;
        }
    }

    private IOException Failed(string what) =>
        new($"The packet socket of {_name} {what}: {Marshal.GetLastPInvokeErrorMessage()}");
}
