using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography.BlockCiphers;

namespace Qbitel.Cryptography.Cards.KeyBlocks;

/// <summary>The two keys made from a key block protection key, and what each version does with them (X9.143, clause 7;
/// ISO 20038).</summary>
internal sealed class KeyBlockProtection : IDisposable
{
    private const int MaxKeySize = 32;
    private const byte EncryptionVariant = (byte)'E', MacVariant = (byte)'M';

    // X9.143, 7.2: the usages of the derivation.
    private const ushort EncryptionUse = 0, MacUse = 1, CounterModeUse = 2;

    private readonly char _version;
    private readonly byte[] _encryptionKey;
    private readonly byte[] _macKey;

    /// <exception cref="CardException">The key cannot protect blocks of that version.</exception>
    public KeyBlockProtection(char version, ReadOnlySpan<byte> key)
    {
        bool isAes = version is 'D' or 'E';
        if (isAes) Digits.RequireKey(key, "key block protection key", 16, 24, 32);
        else Digits.RequireKey(key, "key block protection key", 16, 24);

        _version = version;
        _encryptionKey = GC.AllocateArray<byte>(key.Length, pinned: true);
        _macKey = GC.AllocateArray<byte>(key.Length, pinned: true);
        if (version is 'A' or 'C')
        {
            for (int i = 0; i < key.Length; i++)
            {
                _encryptionKey[i] = (byte)(key[i] ^ EncryptionVariant);
                _macKey[i] = (byte)(key[i] ^ MacVariant);
            }

            return;
        }

        Derive(key, isAes, version == 'E' ? CounterModeUse : EncryptionUse, _encryptionKey);
        Derive(key, isAes, MacUse, _macKey);
    }

    /// <summary>The KBEK. Diagnosis only: it is as secret as the key it was made from.</summary>
    public ReadOnlySpan<byte> EncryptionKey => _encryptionKey;

    /// <summary>The KBAK. Diagnosis only.</summary>
    public ReadOnlySpan<byte> MacKey => _macKey;

    /// <summary>The MAC over the header and, in versions A and C, the encrypted payload, in the others the clear
    /// one.</summary>
    public void ComputeMac(string header, ReadOnlySpan<byte> payload, Span<byte> mac)
    {
        byte[] message = GC.AllocateArray<byte>(header.Length + payload.Length, pinned: true);
        try
        {
            Encoding.ASCII.GetBytes(header, message);
            payload.CopyTo(message.AsSpan(header.Length));
            if (_version is 'D' or 'E')
            {
                using Aes aes = Cipher(_macKey);
                Cmac.Compute(aes, message, mac);
                return;
            }

            TripleDes cipher = new(_macKey);
            ulong whole = _version == 'B' ? Cmac.Compute(cipher, message) : CbcMac(cipher, message);
            cipher.Clear();
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64BigEndian(bytes, whole);
            bytes[..mac.Length].CopyTo(mac);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(message);
        }
    }

    /// <param name="header">Its first eight characters are the vector of versions A and C; the others take the
    /// MAC.</param>
    /// <param name="mac">The block's.</param>
    /// <param name="payload">Encrypted or decrypted in place.</param>
    /// <param name="encrypt">Which.</param>
    public void Transform(string header, ReadOnlySpan<byte> mac, Span<byte> payload, bool encrypt)
    {
        if (_version is 'D' or 'E')
        {
            using Aes aes = Cipher(_encryptionKey);
            if (_version == 'E') Count(aes, mac, payload);
            else if (encrypt) aes.EncryptCbc(payload, mac, payload, PaddingMode.None);
            else aes.DecryptCbc(payload, mac, payload, PaddingMode.None);
            return;
        }

        Span<byte> vector = stackalloc byte[8];
        if (_version == 'B') mac.CopyTo(vector);
        else Encoding.ASCII.GetBytes(header.AsSpan(0, 8), vector);

        TripleDes cipher = new(_encryptionKey);
        ulong state = BinaryPrimitives.ReadUInt64BigEndian(vector);
        for (Span<byte> rest = payload; !rest.IsEmpty; rest = rest[8..])
        {
            ulong block = BinaryPrimitives.ReadUInt64BigEndian(rest);
            ulong result = encrypt ? cipher.Encrypt(block ^ state) : cipher.Decrypt(block) ^ state;
            BinaryPrimitives.WriteUInt64BigEndian(rest, result);
            state = encrypt ? result : block;
        }

        cipher.Clear();
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_encryptionKey);
        CryptographicOperations.ZeroMemory(_macKey);
    }

    // X9.143, 7.2.2: counter, usage, separator, algorithm and length of the key, a CMAC for each block of it.
    private static void Derive(ReadOnlySpan<byte> key, bool isAes, ushort use, Span<byte> derived)
    {
        int algorithm = isAes ? (key.Length / 8) : (key.Length / 8) - 2; // 2, 3, 4 for AES; 0, 1 for TDEA
        Span<byte> input = stackalloc byte[8];
        BinaryPrimitives.WriteUInt16BigEndian(input[1..], use);
        BinaryPrimitives.WriteUInt16BigEndian(input[4..], (ushort)algorithm);
        BinaryPrimitives.WriteUInt16BigEndian(input[6..], (ushort)(8 * key.Length));

        Span<byte> blocks = stackalloc byte[MaxKeySize];
        input[3] = 0;
        if (isAes)
        {
            using Aes aes = Cipher(key);
            for (int i = 0; 16 * i < derived.Length; i++)
            {
                input[0] = (byte)(i + 1);
                Cmac.Compute(aes, input, blocks.Slice(16 * i, 16));
            }
        }
        else
        {
            TripleDes cipher = new(key);
            for (int i = 0; 8 * i < derived.Length; i++)
            {
                input[0] = (byte)(i + 1);
                BinaryPrimitives.WriteUInt64BigEndian(blocks[(8 * i)..], Cmac.Compute(cipher, input));
            }

            cipher.Clear();
        }

        blocks[..derived.Length].CopyTo(derived);
        CryptographicOperations.ZeroMemory(blocks);
    }

    private static ulong CbcMac(in TripleDes cipher, ReadOnlySpan<byte> message)
    {
        ulong state = 0;
        for (ReadOnlySpan<byte> rest = message; !rest.IsEmpty; rest = rest[8..])
            state = cipher.Encrypt(state ^ BinaryPrimitives.ReadUInt64BigEndian(rest));

        return state;
    }

    private static void Count(Aes cipher, ReadOnlySpan<byte> start, Span<byte> payload)
    {
        Span<byte> counter = stackalloc byte[16];
        Span<byte> stream = stackalloc byte[16];
        start.CopyTo(counter);
        for (; !payload.IsEmpty; payload = payload[Math.Min(16, payload.Length)..])
        {
            cipher.EncryptEcb(counter, stream, PaddingMode.None);
            for (int i = 0; i < Math.Min(16, payload.Length); i++) payload[i] ^= stream[i];
            UInt128 next = unchecked(BinaryPrimitives.ReadUInt128BigEndian(counter) + 1);
            BinaryPrimitives.WriteUInt128BigEndian(counter, next);
        }

        CryptographicOperations.ZeroMemory(stream);
    }

    private static Aes Cipher(ReadOnlySpan<byte> key)
    {
        Aes cipher = Aes.Create();
        cipher.SetKey(key);
        return cipher;
    }
}
