using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Qbitel.Discovery.Captures;
using static Qbitel.Machine.PacketCalls;

namespace Qbitel.Machine;

/// <summary>Hears the packets of an interface as they come, without any library. Not safe for concurrent use.</summary>
/// <remarks>
/// The network card takes the outermost VLAN tag off; it is put back from what the kernel tells beside the packet. On
/// the loopback every packet passes twice, and is heard once.
/// </remarks>
internal sealed unsafe class PacketSocket : IDisposable
{
    private const int MaxPacketSize = 256 << 10; // beyond 64 KiB for what cards put together
    private const int VlanRoom = 4;
    private const int AddressesSize = 12; // of both ends, at the front of an Ethernet frame
    private const int KernelBuffer = 32 << 20;
    private const int NotPermitted = 1, Interrupted = 4, TryAgain = 11, Denied = 13, NetworkDown = 100; // errno

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(VlanRoom + MaxPacketSize, pinned: true);
    private readonly byte[] _control = GC.AllocateUninitializedArray<byte>(256, pinned: true);
    private readonly string _name;
    private int _socket;
    private long _packets;

    /// <exception cref="RefusedException">The interface is not there, or may not be heard.</exception>
    public PacketSocket(string interfaceName)
    {
        _name = interfaceName;
        uint index = InterfaceIndex(interfaceName);
        if (index == 0)
            throw new RefusedException($"There is no interface {interfaceName}.", "'ip link' lists those there are.");

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
            // Before the interface is bound, so that the first packets have their times and tags.
            int one = 1, size = KernelBuffer;
            if (SetOption(_socket, SolPacket, PacketAuxiliary, in one, sizeof(int)) != 0
                || SetOption(_socket, SolSocket, TimestampNanoseconds, in one, sizeof(int)) != 0)
            {
                throw Failed("cannot be told to report tags and times");
            }

            if (SetOption(_socket, SolSocket, ReceiveBufferForced, in size, sizeof(int)) != 0)
                _ = SetOption(_socket, SolSocket, ReceiveBuffer, in size, sizeof(int)); // as large as is allowed

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

    /// <summary>The packet heard last; its offset is its number, since there is no file.</summary>
    public CapturedPacket Current { get; private set; }

    /// <summary>Waits for a packet for a while; false when none came.</summary>
    public bool TryReceive(TimeSpan wait)
    {
        while (true)
        {
            Waiting waiting = new() { Socket = _socket, Wanted = PollIn };
            int ready = Poll(ref waiting, 1, (int)wait.TotalMilliseconds);
            if (ready < 0 && Marshal.GetLastPInvokeError() == Interrupted) return false;
            if (ready < 0) throw Failed("cannot be waited for");
            if (ready == 0) return false;
            if (ReceiveOne()) return true;
            wait = TimeSpan.Zero;
        }
    }

    /// <summary>Packets the kernel had no room for since it was asked last.</summary>
    public long Dropped()
    {
        uint size = (uint)sizeof(Statistics);
        return Option(_socket, SolPacket, PacketStatistics, out Statistics statistics, ref size) == 0
            ? statistics.Dropped : 0;
    }

    public void Dispose()
    {
        if (_socket >= 0) _ = Close(_socket);
        _socket = -1;
    }

    private bool ReceiveOne()
    {
        LinkAddress from = default;
        Part part = new()
        {
            Start = (void*)Marshal.UnsafeAddrOfPinnedArrayElement(_buffer, VlanRoom),
            Size = MaxPacketSize,
        };
        byte* control = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_control, 0);
        Message message = new()
        {
            Name = &from,
            NameSize = (uint)sizeof(LinkAddress),
            Parts = &part,
            PartCount = 1,
            Control = control,
            ControlSize = (nuint)_control.Length,
        };
        nint count = Receive(_socket, ref message, Truncate);
        if (count < 0)
        {
            if (Marshal.GetLastPInvokeError() is Interrupted or TryAgain) return false;
            throw Marshal.GetLastPInvokeError() == NetworkDown
                ? new RefusedException($"The interface {_name} went down.", "Bring it up and start again.")
                : Failed("cannot be read");
        }

        if (from.Hardware == HardwareLoopback && from.PacketType == Outgoing) return false; // comes again as incoming
        LinkType link = from.Hardware switch
        {
            HardwareEthernet or HardwareLoopback => LinkType.Ethernet,
            HardwareNone => LinkType.Raw, // a tunnel
            _ => throw new RefusedException(
                $"The interface {_name} has hardware of type {from.Hardware}, which is not read.",
                "Ethernet, loopback and tunnels without link layer are."),
        };

        int kept = (int)Math.Min(count, MaxPacketSize);
        long length = count;
        int start = VlanRoom;
        DateTimeOffset? time = null;
        for (nuint at = 0; at + (nuint)sizeof(ControlHeader) <= message.ControlSize;)
        {
            ControlHeader header = *(ControlHeader*)(control + at);
            if (header.Size < (nuint)sizeof(ControlHeader) || header.Size > message.ControlSize - at) break;
            void* data = control + at + sizeof(ControlHeader);
            nuint size = header.Size - (nuint)sizeof(ControlHeader);
            if (header is { Level: SolPacket, Type: PacketAuxiliary } && size >= (nuint)sizeof(Auxiliary))
            {
                Auxiliary told = *(Auxiliary*)data;
                if ((told.Status & VlanValid) != 0 && link == LinkType.Ethernet && kept >= AddressesSize)
                {
                    ushort protocol = (told.Status & VlanProtocolValid) != 0 ? told.VlanProtocol : (ushort)0x8100;
                    _buffer.AsSpan(VlanRoom, AddressesSize).CopyTo(_buffer);
                    BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(AddressesSize), protocol);
                    BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(AddressesSize + 2), told.VlanTag);
                    (start, kept, length) = (0, kept + VlanRoom, length + VlanRoom);
                }
            }
            else if (header is { Level: SolSocket, Type: TimestampNanoseconds } && size >= (nuint)sizeof(Time))
            {
                Time told = *(Time*)data;
                time = DateTimeOffset.UnixEpoch.AddTicks((told.Seconds * TimeSpan.TicksPerSecond)
                    + (told.Nanoseconds / 100));
            }

            at += (header.Size + (nuint)sizeof(nuint) - 1) & ~((nuint)sizeof(nuint) - 1);
        }

        Current = new CapturedPacket(_packets, _packets, time, link, length, _buffer.AsMemory(start, kept));
        _packets++;
        return true;
    }

    private IOException Failed(string what) =>
        new($"The packet socket of {_name} {what}: {Marshal.GetLastPInvokeErrorMessage()}");
}
