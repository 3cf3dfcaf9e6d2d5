using System.Buffers.Binary;
using System.Security.Cryptography;
using Qbitel.Cryptography.BlockCiphers;

namespace Qbitel.Cryptography.Cards.Dukpt;

/// <summary>Derived unique key per transaction with AES: ANSI X9.24-3.</summary>
public static class AesDukpt
{
    private const int BlockSize = 16;
    private const int MaxKeySize = 32;

    // ANSI X9.24-3, 6.3.2: the usages that only the scheme itself has.
    private const int KeyDerivation = 0x8000;
    private const int InitialKeyDerivation = 0x8001;

    /// <summary>The counter that the key to update an initial key is derived with.</summary>
    private const uint UpdateCounter = 0xFFFFFFFF;

    /// <summary>How many bytes a key of a type has.</summary>
    public static int SizeOf(AesDukptKeyType type) => type switch
    {
        AesDukptKeyType.TwoKeyTdea or AesDukptKeyType.Aes128 => 16,
        AesDukptKeyType.ThreeKeyTdea or AesDukptKeyType.Aes192 => 24,
        AesDukptKeyType.Aes256 => 32,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>The initial key that is loaded into the device of a serial number.</summary>
    /// <param name="baseKey">The BDK, an AES key of 16, 24 or 32 bytes.</param>
    /// <param name="ksn">Any serial number of the device.</param>
    /// <param name="initialKey">Receives as many bytes.</param>
    public static void DeriveInitialKey(ReadOnlySpan<byte> baseKey, AesKsn ksn, Span<byte> initialKey)
    {
        RequireKey(baseKey, "base derivation key");
        ArgumentOutOfRangeException.ThrowIfNotEqual(initialKey.Length, baseKey.Length, nameof(initialKey));
        Derive(baseKey, InitialKeyDerivation, AesOf(baseKey.Length), ksn.InitialKeyId, initialKey);
    }

    /// <summary>The transaction key, from the device's initial key: it encrypts nothing, working keys are derived from
    /// it.</summary>
    /// <param name="initialKey">An AES key of 16, 24 or 32 bytes.</param>
    /// <param name="ksn">The transaction's serial number.</param>
    /// <param name="transactionKey">Receives as many bytes.</param>
    public static void DeriveTransactionKey(ReadOnlySpan<byte> initialKey, AesKsn ksn, Span<byte> transactionKey)
    {
        RequireKey(initialKey, "initial key");
        ArgumentOutOfRangeException.ThrowIfNotEqual(transactionKey.Length, initialKey.Length, nameof(transactionKey));

        Span<byte> current = stackalloc byte[MaxKeySize];
        current = current[..initialKey.Length];
        initialKey.CopyTo(current);
        uint counter = 0;
        for (uint bit = 0x80000000; bit != 0; bit >>= 1)
        {
            if ((ksn.Counter & bit) == 0) continue; // the serial number is public

            counter |= bit;
            Derive(current, KeyDerivation, AesOf(initialKey.Length), TransactionId(ksn, counter), current);
        }

        current.CopyTo(transactionKey);
        CryptographicOperations.ZeroMemory(current);
    }

    /// <summary>A working key, from the transaction key.</summary>
    /// <param name="transactionKey">An AES key of 16, 24 or 32 bytes.</param>
    /// <param name="ksn">The transaction's serial number.</param>
    /// <param name="use">What the key is for.</param>
    /// <param name="type">The algorithm it is for; not stronger than the transaction key.</param>
    /// <param name="key">Receives <see cref="SizeOf"/> that type.</param>
    /// <exception cref="CardException">The key would be stronger than what it is derived from.</exception>
    public static void DeriveWorkingKey(ReadOnlySpan<byte> transactionKey, AesKsn ksn, AesDukptKeyUse use,
        AesDukptKeyType type, Span<byte> key)
    {
        RequireKey(transactionKey, "transaction key");
        RequireNotStronger(transactionKey, type);
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, SizeOf(type), nameof(key));
        Derive(transactionKey, (int)use, type, TransactionId(ksn, ksn.Counter), key);
    }

    /// <summary>The key under which a device's initial key is replaced.</summary>
    /// <param name="initialKey">An AES key of 16, 24 or 32 bytes.</param>
    /// <param name="initialKeyId">The identifier of the initial key, of its serial numbers.</param>
    /// <param name="type">The algorithm the key is for; not stronger than the initial key.</param>
    /// <param name="key">Receives <see cref="SizeOf"/> that type.</param>
    public static void DeriveUpdateKey(ReadOnlySpan<byte> initialKey, ulong initialKeyId, AesDukptKeyType type,
        Span<byte> key)
    {
        RequireKey(initialKey, "initial key");
        RequireNotStronger(initialKey, type);
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, SizeOf(type), nameof(key));
        Derive(initialKey, (int)AesDukptKeyUse.KeyEncryption, type, (initialKeyId << 32) | UpdateCounter, key);
    }

    // ANSI X9.24-3, 6.3.2 and 6.3.3: derivation data, a block for each 16 bytes of key. The output may be the key
    // itself.
    private static void Derive(ReadOnlySpan<byte> key, int use, AesDukptKeyType type, ulong id, Span<byte> derived)
    {
        Span<byte> blocks = stackalloc byte[MaxKeySize];
        blocks = blocks[..(derived.Length > BlockSize ? MaxKeySize : BlockSize)];
        for (int i = 0; i * BlockSize < blocks.Length; i++)
        {
            Span<byte> block = blocks.Slice(i * BlockSize, BlockSize);
            block[0] = 1; // the version of the data
            block[1] = (byte)(i + 1);
            BinaryPrimitives.WriteUInt16BigEndian(block[2..], (ushort)use);
            BinaryPrimitives.WriteUInt16BigEndian(block[4..], (ushort)type);
            BinaryPrimitives.WriteUInt16BigEndian(block[6..], (ushort)(8 * derived.Length));
            BinaryPrimitives.WriteUInt64BigEndian(block[8..], id);
        }

        AesCipher cipher = new(key);
        cipher.Encrypt(blocks, blocks);
        cipher.Clear();
        blocks[..derived.Length].CopyTo(derived);
        CryptographicOperations.ZeroMemory(blocks);
    }

    // A working key is bound to the device, not to the base key: the lower half of the identifier, and the counter.
    private static ulong TransactionId(AesKsn ksn, uint counter) => (ksn.InitialKeyId << 32) | counter;

    private static AesDukptKeyType AesOf(int keySize) =>
        keySize == 16 ? AesDukptKeyType.Aes128 : keySize == 24 ? AesDukptKeyType.Aes192 : AesDukptKeyType.Aes256;

    private static void RequireKey(ReadOnlySpan<byte> key, string what) => Digits.RequireKey(key, what, 16, 24, 32);

    private static void RequireNotStronger(ReadOnlySpan<byte> key, AesDukptKeyType type)
    {
        // TDEA keys of any length are weaker than every AES key.
        bool isStronger = type >= AesDukptKeyType.Aes128 && SizeOf(type) > key.Length;
        if (isStronger)
        {
            throw new CardException(CardFault.InvalidInput,
                $"A key of {8 * SizeOf(type)} bits is not derived from one of {8 * key.Length}.");
        }
    }
}
