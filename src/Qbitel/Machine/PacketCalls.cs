using System.Runtime.InteropServices;

namespace Qbitel.Machine;

/// <summary>The calls and structures of packet sockets on 64-bit Linux: packet(7), recvmsg(2), socket(7).</summary>
internal static unsafe partial class PacketCalls
{
    public const int AddressFamilyPacket = 17, SocketRaw = 3, CloseOnExec = 0x80000;
    public const ushort AllProtocols = 0x0003; // ETH_P_ALL; network order on the wire
    public const int SolSocket = 1, SolPacket = 263;
    public const int ReceiveBufferForced = 33, ReceiveBuffer = 8, TimestampNanoseconds = 35;
    public const int PacketStatistics = 6, PacketAuxiliary = 8;
    public const int Truncate = 0x20; // MSG_TRUNC: say the whole length
    public const short PollIn = 1;

    public const int Outgoing = 4; // PACKET_OUTGOING
    public const ushort HardwareEthernet = 1, HardwareLoopback = 772, HardwareNone = 65_534;
    public const uint VlanValid = 1 << 4, VlanProtocolValid = 1 << 6; // TP_STATUS_VLAN_VALID, …_TPID_VALID

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Open(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int socket, in LinkAddress address, uint size);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int socket, int level, int option, in int value, uint size);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int Option(int socket, int level, int option, out Statistics value, ref uint size);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint Receive(int socket, ref Message message, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(ref Waiting waiting, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "if_nametoindex", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint InterfaceIndex(string name);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int socket);

    // struct sockaddr_ll
    [StructLayout(LayoutKind.Sequential)]
    public struct LinkAddress
    {
        public ushort Family;
        public ushort Protocol;
        public int Interface;
        public ushort Hardware;
        public byte PacketType;
        public byte AddressLength;
        public ulong Address;
    }

    // struct msghdr
    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        public void* Name;
        public uint NameSize;
        public Part* Parts;
        public nuint PartCount;
        public void* Control;
        public nuint ControlSize;
        public int Flags;
    }

    // struct iovec
    [StructLayout(LayoutKind.Sequential)]
    public struct Part
    {
        public void* Start;
        public nuint Size;
    }

    // struct cmsghdr
    [StructLayout(LayoutKind.Sequential)]
    public struct ControlHeader
    {
        public nuint Size;
        public int Level;
        public int Type;
    }

    // struct tpacket_auxdata
    [StructLayout(LayoutKind.Sequential)]
    public struct Auxiliary
    {
        public uint Status;
        public uint Length;
        public uint Kept;
        public ushort LinkOffset;
        public ushort NetworkOffset;
        public ushort VlanTag;
        public ushort VlanProtocol;
    }

    // struct timespec
    [StructLayout(LayoutKind.Sequential)]
    public struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }

    // struct tpacket_stats
    [StructLayout(LayoutKind.Sequential)]
    public struct Statistics
    {
        public uint Packets;
        public uint Dropped;
    }

    // struct pollfd
    [StructLayout(LayoutKind.Sequential)]
    public struct Waiting
    {
        public int Socket;
        public short Wanted;
        public short Happened;
    }
}
