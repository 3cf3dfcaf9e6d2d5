using static Qbitel.Machine.PacketCalls;

namespace Qbitel.Machine;

/// <summary>The blocks of memory in which the kernel hands over packets, many at a time (TPACKET_V3).</summary>
/// <remarks>
/// A block is the kernel's or ours, as its status says. Nothing of the memory is given out but the frame in hand, whose
/// packet is to be copied before the next one. Not safe for concurrent use.
/// </remarks>
internal sealed unsafe class PacketRing : IDisposable
{
    private const uint BlockSize = 1 << 20; // also the longest packet
    private const uint MostBlocks = 32, FewestBlocks = 4;
    private const uint FrameSize = 2_048; // only checked against the block's
    private const uint VlanRoom = 4; // before each packet
    private const uint MillisecondsToRetire = 50; // a block that is not full

    private readonly uint _count;
    private byte* _memory;
    private uint _at;
    private uint _left; // frames of the block in hand
    private Frame* _next;

    private PacketRing(byte* memory, uint count)
    {
        _memory = memory;
        _count = count;
    }

    /// <summary>How long a packet may wait for others before it is handed over.</summary>
    public static TimeSpan Delay => TimeSpan.FromMilliseconds(MillisecondsToRetire);

    /// <summary>Sets the ring up, as large as there is memory for; null where the kernel has none to give.</summary>
    public static PacketRing? Open(int socket)
    {
        int version = VersionThree, room = (int)VlanRoom;
        if (SetOption(socket, SolPacket, PacketVersion, in version, sizeof(int)) != 0
            || SetOption(socket, SolPacket, Reserve, in room, sizeof(int)) != 0)
        {
            return null;
        }

        for (uint count = MostBlocks; count >= FewestBlocks; count /= 2)
        {
            RingRequest request = new()
            {
                BlockSize = BlockSize,
                BlockCount = count,
                FrameSize = FrameSize,
                FrameCount = BlockSize / FrameSize * count,
                MillisecondsToRetire = MillisecondsToRetire,
            };
            if (SetOption(socket, SolPacket, ReceiveRing, in request, (uint)sizeof(RingRequest)) != 0) continue;
            void* memory = Map(null, (nuint)BlockSize * count, ReadAndWrite, Shared, socket, 0);
            return (nint)memory == -1 ? null : new PacketRing((byte*)memory, count);
        }

        return null;
    }

    /// <summary>The next frame at hand, valid until the next call; null where none is.</summary>
    /// <exception cref="InvalidDataException">The kernel hands over what cannot be.</exception>
    public Frame* Next()
    {
        ObjectDisposedException.ThrowIf(_memory is null, this);
        var block = (Block*)(_memory + ((nuint)_at * BlockSize));
        while (_left == 0)
        {
            if (_next is not null)
            {
                // All of it was read: the kernel's again, after everything read from it.
                Volatile.Write(ref block->Status, 0);
                _next = null;
                _at = (_at + 1) % _count;
                block = (Block*)(_memory + ((nuint)_at * BlockSize));
            }

            if ((Volatile.Read(ref block->Status) & ToUser) == 0) return null;
            _left = block->PacketCount;
            _next = (Frame*)((byte*)block + block->FirstPacket);
        }

        Frame* frame = _next;
        long start = (byte*)frame - (byte*)block;
        if (start < sizeof(Block) || start + sizeof(Frame) > BlockSize
            || start + frame->LinkOffset + frame->Kept > BlockSize || frame->LinkOffset < sizeof(Frame))
        {
            throw new InvalidDataException("The ring of packets holds a frame outside its block.");
        }

        _left--;
        if (_left > 0) _next = (Frame*)((byte*)frame + frame->Next);
        return frame;
    }

    public void Dispose()
    {
        if (_memory is not null) _ = Unmap(_memory, (nuint)_count * BlockSize);
        _memory = null;
    }
}
