using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qbitel.Cryptography.BlockCiphers;

namespace Qbitel.Cryptography.Cards.Dukpt;

/// <summary>Derived unique key per transaction with TDEA: ANSI X9.24-1.</summary>
/// <remarks>
/// A host derives a transaction's keys for that transaction and zeroes them after it; a serial number that comes again
/// is the caller's to notice and to refuse.
/// </remarks>
public static class TdesDukpt
{
    public const int KeySize = 16;

    // ANSI X9.24-1, A.2 and A.4.1: what is added to a key to make another of it, both halves alike.
    private const ulong NonReversibleMask = 0xC0C0C0C000000000;
    private const ulong PinVariant = 0x00000000000000FF;
    private const ulong MacRequestVariant = 0x000000000000FF00;
    private const ulong MacResponseVariant = 0x00000000FF000000;
    private const ulong DataRequestVariant = 0x0000000000FF0000;
    private const ulong DataResponseVariant = 0x000000FF00000000;

    private const int CounterBits = 21;

    /// <summary>The initial key that is loaded into the device of a serial number.</summary>
    /// <param name="baseKey">The BDK, 16 bytes.</param>
    /// <param name="ksn">Any serial number of the device.</param>
    /// <param name="initialKey">Receives 16 bytes.</param>
    public static void DeriveInitialKey(ReadOnlySpan<byte> baseKey, TdesKsn ksn, Span<byte> initialKey)
    {
        RequireKey(baseKey, "base derivation key");
        ArgumentOutOfRangeException.ThrowIfNotEqual(initialKey.Length, KeySize, nameof(initialKey));

        Pair key = Pair.Read(baseKey);
        Pair derived = new(
            EncryptUnder(key, ksn.InitialData), EncryptUnder(key ^ NonReversibleMask, ksn.InitialData));
        derived.Write(initialKey);
    }

    /// <summary>A key of one transaction, from the base derivation key.</summary>
    /// <param name="baseKey">The BDK, 16 bytes.</param>
    /// <param name="ksn">The transaction's serial number.</param>
    /// <param name="use">What the key is for.</param>
    /// <param name="key">Receives 16 bytes.</param>
    public static void Derive(ReadOnlySpan<byte> baseKey, TdesKsn ksn, TdesKeyUse use, Span<byte> key)
    {
        Span<byte> initialKey = stackalloc byte[KeySize];
        try
        {
            DeriveInitialKey(baseKey, ksn, initialKey);
            DeriveFromInitialKey(initialKey, ksn, use, key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(initialKey);
        }
    }

    /// <summary>A key of one transaction, from the device's initial key.</summary>
    /// <param name="initialKey">16 bytes.</param>
    /// <param name="ksn">The transaction's serial number.</param>
    /// <param name="use">What the key is for.</param>
    /// <param name="key">Receives 16 bytes.</param>
    public static void DeriveFromInitialKey(ReadOnlySpan<byte> initialKey, TdesKsn ksn, TdesKeyUse use, Span<byte> key)
    {
        RequireKey(initialKey, "initial key");
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeySize, nameof(key));

        Pair current = Pair.Read(initialKey);
        ulong register = ksn.Register;
        for (int bit = CounterBits - 1; bit >= 0; bit--)
        {
            if ((ksn.Counter >> bit & 1) == 0) continue; // the serial number is public

            register |= 1UL << bit;
            current = new Pair(
                OneWay(current ^ NonReversibleMask, register),
                OneWay(current, register));
        }

        Variant(current, use).Write(key);
    }

    // ANSI X9.24-1, A.2: single DES of the right half, under the left one, the right one added before and after.
    private static ulong OneWay(Pair key, ulong data)
    {
        Span<byte> left = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(left, key.Left);
        TripleDes cipher = new(left);
        ulong result = cipher.EncryptFirst(data ^ key.Right) ^ key.Right;
        cipher.Clear();
        CryptographicOperations.ZeroMemory(left);
        return result;
    }

    private static Pair Variant(Pair key, TdesKeyUse use) => use switch
    {
        TdesKeyUse.Transaction => key,
        TdesKeyUse.Pin => key ^ PinVariant,
        TdesKeyUse.MacRequest => key ^ MacRequestVariant,
        TdesKeyUse.MacResponse => key ^ MacResponseVariant,
        TdesKeyUse.DataRequest => EncryptUnderItself(key ^ DataRequestVariant),
        TdesKeyUse.DataResponse => EncryptUnderItself(key ^ DataResponseVariant),
        _ => throw new ArgumentOutOfRangeException(nameof(use)),
    };

    private static ulong EncryptUnder(Pair key, ulong block)
    {
        TripleDes cipher = key.ToCipher();
        ulong result = cipher.Encrypt(block);
        cipher.Clear();
        return result;
    }

    // ANSI X9.24-1, A.4.1: a data key is made one way from its variant.
    private static Pair EncryptUnderItself(Pair key)
    {
        TripleDes cipher = key.ToCipher();
        (ulong left, ulong right) = cipher.EncryptPair(key.Left, key.Right);
        cipher.Clear();
        return new Pair(left, right);
    }

    private static void RequireKey(ReadOnlySpan<byte> key, string what) => Digits.RequireKey(key, what, KeySize);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Pair(ulong Left, ulong Right)
    {
        public static Pair operator ^(Pair pair, ulong mask) => new(pair.Left ^ mask, pair.Right ^ mask);

        public static Pair Read(ReadOnlySpan<byte> key) =>
            new(BinaryPrimitives.ReadUInt64BigEndian(key), BinaryPrimitives.ReadUInt64BigEndian(key[8..]));

        public void Write(Span<byte> key)
        {
            BinaryPrimitives.WriteUInt64BigEndian(key, Left);
            BinaryPrimitives.WriteUInt64BigEndian(key[8..], Right);
        }

        public TripleDes ToCipher()
        {
            Span<byte> key = stackalloc byte[KeySize];
            Write(key);
            TripleDes cipher = new(key);
            CryptographicOperations.ZeroMemory(key);
            return cipher;
        }

        public override string ToString() => "***";
    }
}
