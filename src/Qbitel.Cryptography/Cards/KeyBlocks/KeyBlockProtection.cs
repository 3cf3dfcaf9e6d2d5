using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Qbitel.Cryptography.BlockCiphers;

namespace Qbitel.Cryptography.Cards.KeyBlocks;

/// <summary>The two keys made from a key block protection key, and what each version does with them (X9.143, clause 7;
/// ISO 20038).</summary>
/// <remarks>The keys lie in the buffer of the caller, who disposes this to zero it.</remarks>
internal readonly ref struct KeyBlockProtection
{
    public const int BufferSize = 2 * MaxKeySize;

    private const int MaxKeySize = 32;
    private const byte EncryptionVariant = (byte)'E', MacVariant = (byte)'M';

    // X9.143, 7.2: the usages of the derivation.
    private const ushort EncryptionUse = 0, MacUse = 1, CounterModeUse = 2;

    private readonly char _version;
    private readonly Span<byte> _encryptionKey;
    private readonly Span<byte> _macKey;

    /// <param name="version">A to E.</param>
    /// <param name="key">The protection key.</param>
    /// <param name="buffer">Of <see cref="BufferSize"/>.</param>
    /// <exception cref="CardException">The key cannot protect blocks of that version.</exception>
    public KeyBlockProtection(char version, ReadOnlySpan<byte> key, Span<byte> buffer)
    {
        bool isAes = version is 'D' or 'E';
        if (isAes) Digits.RequireKey(key, "key block protection key", 16, 24, 32);
        else Digits.RequireKey(key, "key block protection key", 16, 24);

        _version = version;
        _encryptionKey = buffer[..key.Length];
        _macKey = buffer.Slice(MaxKeySize, key.Length);
        if (version is 'A' or 'C')
        {
            for (int i = 0; i < key.Length; i++)
            {
                _encryptionKey[i] = (byte)(key[i] ^ EncryptionVariant);
                _macKey[i] = (byte)(key[i] ^ MacVariant);
            }
        }
        else if (isAes)
        {
            DeriveAes(key, version == 'E' ? CounterModeUse : EncryptionUse, _encryptionKey, _macKey);
        }
        else
        {
            DeriveTdea(key, _encryptionKey, _macKey);
        }
    }

    /// <summary>The KBEK. Diagnosis only: it is as secret as the key it was made from.</summary>
    public ReadOnlySpan<byte> EncryptionKey => _encryptionKey;

    /// <summary>The KBAK. Diagnosis only.</summary>
    public ReadOnlySpan<byte> MacKey => _macKey;

    /// <summary>The MAC over the header and, in versions A and C, the encrypted payload, in the others the clear
    /// one.</summary>
    /// <param name="header">Of whole blocks of the cipher.</param>
    /// <param name="payload">Not empty.</param>
    /// <param name="mac">As long as the version's.</param>
    public void ComputeMac(ReadOnlySpan<char> header, ReadOnlySpan<byte> payload, Span<byte> mac)
    {
        Span<byte> block = stackalloc byte[16];
        if (_version is 'D' or 'E')
        {
            AesCipher aes = new(_macKey);
            Vector128<byte> state = Vector128<byte>.Zero;
            for (; !header.IsEmpty; header = header[16..])
            {
                ToBytes(header[..16], block);
                state = aes.Encrypt(state ^ Vector128.Create<byte>(block));
            }

            Cmac.Compute(aes, state, payload, mac);
            aes.Clear();
            return;
        }

        TripleDes cipher = new(_macKey);
        ulong chain = 0;
        for (; !header.IsEmpty; header = header[8..])
        {
            ToBytes(header[..8], block);
            chain = cipher.Encrypt(chain ^ BinaryPrimitives.ReadUInt64BigEndian(block));
        }

        if (_version == 'B')
        {
            chain = Cmac.Compute(cipher, chain, payload);
        }
        else
        {
            for (; !payload.IsEmpty; payload = payload[8..])
                chain = cipher.Encrypt(chain ^ BinaryPrimitives.ReadUInt64BigEndian(payload));
        }

        cipher.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(block, chain);
        block[..mac.Length].CopyTo(mac);
    }

    /// <param name="header">Its first eight characters are the vector of versions A and C; the others take the
    /// MAC.</param>
    /// <param name="mac">The block's.</param>
    /// <param name="payload">Encrypted or decrypted in place.</param>
    /// <param name="encrypt">Which.</param>
    public void Transform(ReadOnlySpan<char> header, ReadOnlySpan<byte> mac, Span<byte> payload, bool encrypt)
    {
        if (_version is 'D' or 'E')
        {
            AesCipher aes = new(_encryptionKey);
            if (_version == 'E') Count(aes, mac, payload);
            else Chain(aes, mac, payload, encrypt);
            aes.Clear();
            return;
        }

        Span<byte> vector = stackalloc byte[8];
        if (_version == 'B') mac.CopyTo(vector);
        else ToBytes(header[..8], vector);

        TripleDes cipher = new(_encryptionKey);
        ulong state = BinaryPrimitives.ReadUInt64BigEndian(vector);
        if (encrypt)
        {
            for (Span<byte> rest = payload; !rest.IsEmpty; rest = rest[8..])
            {
                state = cipher.Encrypt(BinaryPrimitives.ReadUInt64BigEndian(rest) ^ state);
                BinaryPrimitives.WriteUInt64BigEndian(rest, state);
            }
        }
        else
        {
            // Decryption does not wait for the block before: two at a time.
            for (Span<byte> rest = payload; !rest.IsEmpty; rest = rest[Math.Min(16, rest.Length)..])
            {
                ulong first = BinaryPrimitives.ReadUInt64BigEndian(rest);
                ulong second = rest.Length > 8 ? BinaryPrimitives.ReadUInt64BigEndian(rest[8..]) : 0;
                (ulong clear, ulong next) = cipher.DecryptPair(first, second);
                BinaryPrimitives.WriteUInt64BigEndian(rest, clear ^ state);
                if (rest.Length > 8) BinaryPrimitives.WriteUInt64BigEndian(rest[8..], next ^ first);
                state = second;
            }
        }

        cipher.Clear();
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_encryptionKey);
        CryptographicOperations.ZeroMemory(_macKey);
    }

    // X9.143, 7.2.2: counter, usage, separator, algorithm and length of the key, a CMAC for each block of it.
    private static void DeriveAes(
        ReadOnlySpan<byte> key, ushort encryptionUse, Span<byte> encryptionKey, Span<byte> macKey)
    {
        AesCipher aes = new(key);
        Span<byte> input = stackalloc byte[8], blocks = stackalloc byte[MaxKeySize];
        foreach (bool isMac in (ReadOnlySpan<bool>)[false, true])
        {
            for (int i = 0; 16 * i < key.Length; i++)
            {
                WriteInput(input, i + 1, isMac ? MacUse : encryptionUse, key.Length / 8, key.Length); // 2, 3, 4 for AES
                Cmac.Compute(aes, input, blocks.Slice(16 * i, 16));
            }

            blocks[..key.Length].CopyTo(isMac ? macKey : encryptionKey);
        }

        aes.Clear();
        CryptographicOperations.ZeroMemory(blocks);
    }

    // An input is one block of the cipher, so its CMAC is one encryption; two are made at a time.
    private static void DeriveTdea(ReadOnlySpan<byte> key, Span<byte> encryptionKey, Span<byte> macKey)
    {
        TripleDes cipher = new(key);
        ulong subkey = Cmac.Double(cipher.Encrypt(0));
        Span<byte> input = stackalloc byte[8];
        for (int i = 0; 8 * i < key.Length; i++)
        {
            WriteInput(input, i + 1, EncryptionUse, (key.Length / 8) - 2, key.Length); // 0, 1 for TDEA
            ulong one = BinaryPrimitives.ReadUInt64BigEndian(input) ^ subkey;
            WriteInput(input, i + 1, MacUse, (key.Length / 8) - 2, key.Length);
            (ulong first, ulong second) = cipher.EncryptPair(
                one, BinaryPrimitives.ReadUInt64BigEndian(input) ^ subkey);
            BinaryPrimitives.WriteUInt64BigEndian(encryptionKey[(8 * i)..], first);
            BinaryPrimitives.WriteUInt64BigEndian(macKey[(8 * i)..], second);
        }

        cipher.Clear();
    }

    private static void WriteInput(Span<byte> input, int counter, ushort use, int algorithm, int keySize)
    {
        input[0] = (byte)counter;
        BinaryPrimitives.WriteUInt16BigEndian(input[1..], use);
        input[3] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(input[4..], (ushort)algorithm);
        BinaryPrimitives.WriteUInt16BigEndian(input[6..], (ushort)(8 * keySize));
    }

    private static void Chain(in AesCipher cipher, ReadOnlySpan<byte> vector, Span<byte> payload, bool encrypt)
    {
        Vector128<byte> state = Vector128.Create(vector);
        for (; !payload.IsEmpty; payload = payload[16..])
        {
            Vector128<byte> block = Vector128.Create<byte>(payload[..16]);
            Vector128<byte> result = encrypt ? cipher.Encrypt(block ^ state) : cipher.Decrypt(block) ^ state;
            result.CopyTo(payload);
            state = encrypt ? result : block;
        }
    }

    private static void Count(in AesCipher cipher, ReadOnlySpan<byte> start, Span<byte> payload)
    {
        Span<byte> counter = stackalloc byte[16];
        Span<byte> stream = stackalloc byte[16];
        start.CopyTo(counter);
        for (; !payload.IsEmpty; payload = payload[Math.Min(16, payload.Length)..])
        {
            cipher.Encrypt(counter, stream);
            for (int i = 0; i < Math.Min(16, payload.Length); i++) payload[i] ^= stream[i];
            UInt128 next = unchecked(BinaryPrimitives.ReadUInt128BigEndian(counter) + 1);
            BinaryPrimitives.WriteUInt128BigEndian(counter, next);
        }

        CryptographicOperations.ZeroMemory(stream);
    }

    // The header has been found to be ASCII.
    private static void ToBytes(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        for (int i = 0; i < text.Length; i++) bytes[i] = (byte)text[i];
    }
}
