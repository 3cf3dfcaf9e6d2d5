using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Qbitel.Cryptography.HashSignatures;

/// <summary>FIPS 205, section 4.2: where in the structure a hash is taken, so that no two hashes are of one
/// kind.</summary>
/// <remarks>Of the twelve bytes for the tree, the first four are zero in every parameter set.</remarks>
[StructLayout(LayoutKind.Auto)]
internal record struct Address(AddressType Type, uint Layer, ulong Tree, uint KeyPair)
{
    public const int Size = 32;

    /// <summary>Of the form that SHA-2 takes.</summary>
    public const int CompressedSize = 22;

    /// <summary>The chain, or the height of a node.</summary>
    public uint Chain { get; set; }

    /// <summary>The place in a chain, or the index of a node at its height.</summary>
    public uint Hash { get; set; }

    /// <summary>Figure 2, as the eight words of its bytes.</summary>
    public readonly void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, Layer);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], 0);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Tree);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], (uint)Type);
        BinaryPrimitives.WriteUInt32BigEndian(destination[20..], KeyPair);
        BinaryPrimitives.WriteUInt32BigEndian(destination[24..], Chain);
        BinaryPrimitives.WriteUInt32BigEndian(destination[28..], Hash);
    }

    /// <summary>ADRS^c (section 11.2): one byte each of layer and type, eight of the tree.</summary>
    public readonly void WriteCompressed(Span<byte> destination)
    {
        destination[0] = (byte)Layer;
        BinaryPrimitives.WriteUInt64BigEndian(destination[1..], Tree);
        destination[9] = (byte)Type;
        BinaryPrimitives.WriteUInt32BigEndian(destination[10..], KeyPair);
        BinaryPrimitives.WriteUInt32BigEndian(destination[14..], Chain);
        BinaryPrimitives.WriteUInt32BigEndian(destination[18..], Hash);
    }
}
