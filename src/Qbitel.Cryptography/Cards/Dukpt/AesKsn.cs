using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Qbitel.Cryptography.Cards.Dukpt;

/// <summary>The key serial number of an AES DUKPT transaction: the initial key's identifier and a counter (ANSI
/// X9.24-3).</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct AesKsn
{
    public const int Size = 12;
    public const int InitialKeyIdSize = 8;

    /// <summary>The most one bits that a counter may have.</summary>
    public const int MaxOnes = 16;

    private const uint MaxCounter = 0xFFFF0000;

    private AesKsn(ulong initialKeyId, uint counter)
    {
        InitialKeyId = initialKeyId;
        Counter = counter;
    }

    /// <exception cref="CardException">
    /// Not 12 bytes, or the counter is zero, above FFFF0000, or has more than sixteen one bits.
    /// </exception>
    public static AesKsn Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new CardException(CardFault.Ksn,
                $"The key serial number has {bytes.Length} bytes; it must have {Size}.");
        }

        AesKsn ksn = new(BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[InitialKeyIdSize..]));
        return IsLegal(ksn.Counter)
            ? ksn
            : throw new CardException(
                CardFault.Ksn,
                $"The counter of the key serial number is zero, above {MaxCounter:X8}, "
                    + $"or has more than {MaxOnes} one bits.");
    }

    /// <summary>BDK identifier and derivation identifier, four bytes each.</summary>
    public ulong InitialKeyId { get; }

    public uint Counter { get; }

    /// <summary>The same device's next legal number, or null after its last.</summary>
    public AesKsn? Next()
    {
        uint counter = Counter;
        while (counter < MaxCounter)
        {
            // Beyond sixteen ones the next legal number is where the lowest one has been carried away.
            counter = BitOperations.PopCount(counter) >= MaxOnes ? unchecked(counter + (counter & (0 - counter)))
                : counter + 1;
            if (IsLegal(counter)) return new AesKsn(InitialKeyId, counter);
        }

        return null;
    }

    public byte[] ToArray()
    {
        byte[] bytes = new byte[Size];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, InitialKeyId);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(InitialKeyIdSize), Counter);
        return bytes;
    }

    public override string ToString() => Convert.ToHexString(ToArray());

    private static bool IsLegal(uint counter) =>
        counter is > 0 and <= MaxCounter && BitOperations.PopCount(counter) <= MaxOnes;
}
