using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Qbitel.Cryptography.Cards.Dukpt;

/// <summary>The key serial number of a TDES DUKPT transaction: 59 bits of key set and device, 21 bits of counter (ANSI
/// X9.24-1).</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TdesKsn
{
    public const int Size = 10;

    /// <summary>The most one bits that a counter may have: more would cost more than ten derivations.</summary>
    public const int MaxOnes = 10;

    private const int CounterMask = 0x1FFFFF;

    private readonly ushort _high;
    private readonly ulong _low;

    private TdesKsn(ushort high, ulong low)
    {
        _high = high;
        _low = low;
    }

    /// <exception cref="CardException">
    /// Not 10 bytes, the counter is zero (that is the number of the initial key), or it has more than ten one bits.
    /// </exception>
    public static TdesKsn Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new CardException(CardFault.Ksn,
                $"The key serial number has {bytes.Length} bytes; it must have {Size}.");
        }

        TdesKsn ksn = new(BinaryPrimitives.ReadUInt16BigEndian(bytes),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]));
        if (ksn.Counter == 0)
        {
            throw new CardException(CardFault.Ksn,
                "The counter of the key serial number is zero: it names the initial key, not a transaction.");
        }

        if (BitOperations.PopCount((uint)ksn.Counter) > MaxOnes)
        {
            throw new CardException(CardFault.Ksn,
                $"The counter of the key serial number has more than {MaxOnes} one bits.");
        }

        return ksn;
    }

    /// <summary>1 to 2,097,151; 1,048,575 of them are legal.</summary>
    public int Counter => (int)(_low & CounterMask);

    /// <summary>The same device's next legal number, or null after its last.</summary>
    public TdesKsn? Next()
    {
        for (int counter = Counter + 1; counter <= CounterMask; counter++)
        {
            if (BitOperations.PopCount((uint)counter) <= MaxOnes)
                return new TdesKsn(_high, (_low & ~(ulong)CounterMask) | (uint)counter);
        }

        return null;
    }

    public byte[] ToArray()
    {
        byte[] bytes = new byte[Size];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, _high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(2), _low);
        return bytes;
    }

    public override string ToString() => Convert.ToHexString(ToArray());

    /// <summary>The lower eight bytes without the counter: the register that a derivation starts with.</summary>
    internal ulong Register => _low & ~(ulong)CounterMask;

    /// <summary>The upper eight bytes without the counter: what the initial key is made from.</summary>
    internal ulong InitialData => ((ulong)_high << 48) | (Register >> 16);
}
