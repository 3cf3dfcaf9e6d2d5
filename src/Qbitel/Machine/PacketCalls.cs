using System.Runtime.InteropServices;

namespace Qbitel.Machine;

/// <summary>The calls and structures of packet sockets on 64-bit Linux: packet(7), socket(7),
/// linux/if_packet.h.</summary>
internal static unsafe partial class PacketCalls
{
    public const int AddressFamilyPacket = 17, SocketRaw = 3, CloseOnExec = 0x80000;
    public const ushort AllProtocols = 0x0003; // ETH_P_ALL; network order on the wire
    public const int SolSocket = 1, SolPacket = 263;
    public const int LastError = 4, AttachFilter = 26;
    public const int ReceiveRing = 5, PacketStatistics = 6, PacketVersion = 10, Reserve = 12;
    public const int VersionThree = 2; // TPACKET_V3
    public const short PollIn = 1, PollError = 8;
    public const int HardwareOf = 0x8927; // SIOCGIFHWADDR
    public const int ReadAndWrite = 3, Shared = 1;
    public const uint ToUser = 1; // TP_STATUS_USER

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

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int Option(int socket, int level, int option, out int value, ref uint size);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int socket, int level, int option, in RingRequest value, uint size);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int socket, int level, int option, in FilterProgram value, uint size);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int socket, nuint request, ref InterfaceRequest value);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial void* Map(void* at, nuint size, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(void* at, nuint size);

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
        public uint AddressHigh;
        public uint AddressLow;
    }

    // struct sock_fprog
    [StructLayout(LayoutKind.Sequential)]
    public struct FilterProgram
    {
        public ushort Count;
        public void* Instructions;
    }

    // struct ifreq, of 40 bytes
    [StructLayout(LayoutKind.Sequential)]
    public struct InterfaceRequest
    {
        public fixed byte Name[16];
        public ushort Hardware; // sa_family of the address
        public fixed byte Rest[22];
    }

    // struct tpacket_req3
    [StructLayout(LayoutKind.Sequential)]
    public struct RingRequest
    {
        public uint BlockSize;
        public uint BlockCount;
        public uint FrameSize;
        public uint FrameCount;
        public uint MillisecondsToRetire;
        public uint PrivateSize;
        public uint Features;
    }

    // struct tpacket_block_desc with tpacket_hdr_v1, to what is read of it
    [StructLayout(LayoutKind.Sequential)]
    public struct Block
    {
        public uint Version;
        public uint PrivateOffset;
        public uint Status;
        public uint PacketCount;
        public uint FirstPacket; // offset
    }

    // struct tpacket3_hdr, with struct sockaddr_ll behind it
    [StructLayout(LayoutKind.Sequential)]
    public struct Frame
    {
        public uint Next; // offset from here
        public uint Seconds;
        public uint Nanoseconds;
        public uint Kept;
        public uint Length;
        public uint Status;
        public ushort LinkOffset;
        public ushort NetworkOffset;
        public uint Hash;
        public uint VlanTag;
        public ushort VlanProtocol;
        public ushort Padding;
        public ulong Reserved;
        public LinkAddress From;
    }

    // struct tpacket_stats_v3
    [StructLayout(LayoutKind.Sequential)]
    public struct Statistics
    {
        public uint Packets; // those dropped, too
        public uint Dropped;
        public uint Frozen;
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
