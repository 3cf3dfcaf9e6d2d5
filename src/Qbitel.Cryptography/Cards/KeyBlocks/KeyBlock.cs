using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Qbitel.Cryptography.Cards.KeyBlocks;

/// <summary>
/// A payment key with its header, wrapped for transport: X9.143 (TR-31) versions A to D and ISO 20038 version E.
/// </summary>
/// <remarks>
/// Version A is read, not written, unless asked for. Only symmetric payment keys have usage codes; keys of ML-KEM and
/// ML-DSA travel in a hybrid envelope.
/// </remarks>
public sealed class KeyBlock : IDisposable
{
    private const int LengthSize = 2;
    private const int MaxMacSize = 16, MaxSymmetricKeySize = 32, UsualPayloadSize = 128;

    private static readonly SearchValues<char> UpperHex = SearchValues.Create("0123456789ABCDEF");

    private readonly byte[] _key;

    private KeyBlock(KeyBlockHeader header, byte[] key)
    {
        Header = header;
        _key = key;
    }

    public KeyBlockHeader Header { get; }

    /// <summary>The clear key, until disposed.</summary>
    public ReadOnlySpan<byte> Key => _key;

    /// <summary>Opens a block; nothing of it is decrypted before its MAC has held.</summary>
    /// <param name="protectionKey">The KBPK: TDEA (16 or 24 bytes) for versions A to C, AES for D and E.</param>
    /// <param name="block">The whole block, 16 to 9,999 characters.</param>
    /// <exception cref="CardException">
    /// <see cref="CardFault.KeyBlockFormat"/> with the place, or <see cref="CardFault.KeyBlockMac"/>.
    /// </exception>
    public static KeyBlock Unwrap(ReadOnlySpan<byte> protectionKey, string block)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (block.Length > KeyBlockHeader.MaxBlockSize)
            throw KeyBlockHeader.Fault($"has {block.Length} characters; it has at most {KeyBlockHeader.MaxBlockSize}");

        KeyBlockHeader header = KeyBlockHeader.Read(block, out KeyBlockLayout layout);
        int most = Math.Max(MaxSymmetricKeySize, (block.Length - layout.HeaderSize) / 2);
        Span<byte> key = most <= UsualPayloadSize + MaxMacSize ? stackalloc byte[UsualPayloadSize + MaxMacSize]
            : GC.AllocateUninitializedArray<byte>(most, pinned: true);
        try
        {
            int size = Unwrap(protectionKey, block, key, out _);
            byte[] kept = GC.AllocateArray<byte>(size, pinned: true);
            key[..size].CopyTo(kept);
            return new KeyBlock(header, kept);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Opens a block into a buffer of the caller, without an allocation for blocks of usual size.</summary>
    /// <param name="protectionKey">The KBPK: TDEA (16 or 24 bytes) for versions A to C, AES for D and E.</param>
    /// <param name="block">The whole block, 16 to 9,999 characters.</param>
    /// <param name="key">Receives the clear key, 32 bytes for every symmetric one; zeroed when the block is
    /// refused.</param>
    /// <param name="layout">What the block says of the key.</param>
    /// <returns>How many bytes the key has.</returns>
    /// <exception cref="CardException">
    /// <see cref="CardFault.KeyBlockFormat"/> with the place, or <see cref="CardFault.KeyBlockMac"/>.
    /// </exception>
    public static int Unwrap(
        ReadOnlySpan<byte> protectionKey, ReadOnlySpan<char> block, Span<byte> key, out KeyBlockLayout layout)
    {
        key.Clear();
        if (block.Length > KeyBlockHeader.MaxBlockSize)
            throw KeyBlockHeader.Fault($"has {block.Length} characters; it has at most {KeyBlockHeader.MaxBlockSize}");

        layout = KeyBlockLayout.Read(block);
        if (layout.TotalSize != block.Length)
        {
            throw KeyBlockHeader.Fault(
                $"has {block.Length} characters, but its length field says {layout.TotalSize}");
        }

        if (layout.IsPadded && block.Length % layout.BlockSize != 0)
            throw KeyBlockHeader.Fault($"has a length that is not a multiple of {layout.BlockSize}");

        ReadOnlySpan<char> header = block[..layout.HeaderSize], body = block[layout.HeaderSize..];
        if (body.Length < 2 * layout.MacSize || body.Length % 2 != 0)
            throw KeyBlockHeader.Fault("is too short for its payload and MAC");
        if (body.ContainsAnyExcept(UpperHex))
            throw KeyBlockHeader.Fault("holds something other than upper-case hexadecimal after its header");

        int size = (body.Length / 2) - layout.MacSize;
        if (size <= LengthSize || (layout.IsPadded && size % layout.BlockSize != 0))
            throw KeyBlockHeader.Fault("has no payload of whole blocks");

        Span<byte> bytes = size <= UsualPayloadSize ? stackalloc byte[UsualPayloadSize + MaxMacSize]
            : GC.AllocateUninitializedArray<byte>(size + MaxMacSize, pinned: true);
        Span<byte> payload = bytes[..size], mac = bytes.Slice(size, layout.MacSize);
        Convert.FromHexString(body, bytes, out _, out _);
        KeyBlockProtection protection = new(
            layout.Version, protectionKey, stackalloc byte[KeyBlockProtection.BufferSize]);
        Span<byte> expected = stackalloc byte[MaxMacSize];
        expected = expected[..layout.MacSize];
        try
        {
            bool isOverCiphertext = layout.Version is 'A' or 'C';
            if (isOverCiphertext)
            {
                protection.ComputeMac(header, payload, expected);
                RequireEqual(expected, mac);
            }

            protection.Transform(header, mac, payload, encrypt: false);
            if (!isOverCiphertext)
            {
                protection.ComputeMac(header, payload, expected);
                RequireEqual(expected, mac);
            }

            return ReadKey(layout.Algorithm, payload, key);
        }
        finally
        {
            protection.Dispose();
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Wraps a key; the padding hides how long it is among the keys of its algorithm.</summary>
    /// <param name="protectionKey">The KBPK, not weaker than the key.</param>
    /// <param name="header">What the block says of its key; usage, algorithm and mode must go together.</param>
    /// <param name="key">The clear key.</param>
    /// <exception cref="CardException">The header does not allow it, or the protection key is too weak.</exception>
    public static string Wrap(ReadOnlySpan<byte> protectionKey, KeyBlockHeader header, ReadOnlySpan<byte> key)
    {
        ArgumentNullException.ThrowIfNull(header);
        if (header.Version is 'A' or 'C')
        {
            throw new CardException(CardFault.UnsupportedOperation,
                $"Version {header.Version} protects by key variants and is read only; wrap in version B, D or E.");
        }

        if (!KeyBlockCodes.GoTogether(header))
        {
            throw new CardException(CardFault.InvalidInput,
                $"A key of usage {header.Usage} has another algorithm or mode of use in the standard's table.");
        }

        int longest = header.Algorithm switch { 'A' => 32, 'T' => 24, _ => key.Length };
        int size = LengthSize + Math.Max(longest, key.Length);
        if (header.IsPadded) size += (header.BlockSize - (size % header.BlockSize)) % header.BlockSize;
        byte[] pad = RandomNumberGenerator.GetBytes(Math.Max(0, size - LengthSize - key.Length));
        return Wrap(protectionKey, header.Write(size), key, pad);
    }

    /// <summary>With a header ready made and a padding given, of whatever version: for test vectors and
    /// diagnosis.</summary>
    internal static string Wrap(ReadOnlySpan<byte> protectionKey, string headerText, ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> pad)
    {
        KeyBlockHeader header = KeyBlockHeader.Read(headerText, out KeyBlockLayout layout);
        if (layout.HeaderSize != headerText.Length) throw KeyBlockHeader.Fault("has characters after its header");
        if (!KeyBlockCodes.Fits(header.Algorithm, key.Length))
        {
            throw new CardException(CardFault.InvalidInput,
                $"A key of algorithm {header.Algorithm} does not have {key.Length} bytes.");
        }

        RequireStrength(header, protectionKey, key.Length);

        byte[] payload = GC.AllocateArray<byte>(LengthSize + key.Length + pad.Length, pinned: true);
        byte[] mac = new byte[header.MacSize];
        if (header.IsPadded && payload.Length % header.BlockSize != 0)
        {
            throw new CardException(CardFault.InvalidInput,
                $"Length, key and padding have {payload.Length} bytes; they must fill blocks of {header.BlockSize}.");
        }

        if (layout.TotalSize != layout.HeaderSize + (2 * payload.Length) + (2 * mac.Length))
            throw KeyBlockHeader.Fault($"has another length than its length field says, {layout.TotalSize}");

        KeyBlockProtection protection = new(
            header.Version, protectionKey, stackalloc byte[KeyBlockProtection.BufferSize]);
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)(8 * key.Length));
        key.CopyTo(payload.AsSpan(LengthSize));
        pad.CopyTo(payload.AsSpan(LengthSize + key.Length));
        if (header.Version is 'A' or 'C')
        {
            protection.Transform(headerText, [], payload, encrypt: true);
            protection.ComputeMac(headerText, payload, mac);
        }
        else
        {
            protection.ComputeMac(headerText, payload, mac);
            protection.Transform(headerText, mac, payload, encrypt: true);
        }

        protection.Dispose();
        return new StringBuilder(headerText).Append(Convert.ToHexString(payload)).Append(
            Convert.ToHexString(mac)).ToString();
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_key);

    public override string ToString() => $"{Header.Version} {Header.Usage} {Header.Algorithm} ***";

    // Only after the MAC has held: what follows can be wrong only in a block that a holder of the key made so.
    private static int ReadKey(char algorithm, ReadOnlySpan<byte> payload, Span<byte> key)
    {
        int bits = BinaryPrimitives.ReadUInt16BigEndian(payload);
        int size = bits / 8;
        if (bits % 8 != 0 || size > payload.Length - LengthSize || !KeyBlockCodes.Fits(algorithm, size))
            throw KeyBlockHeader.Fault("holds a key of a length that its algorithm does not have");
        if (size > key.Length)
        {
            throw new CardException(CardFault.InvalidInput,
                $"The key block holds a key of {size} bytes; there is room for {key.Length}.");
        }

        payload.Slice(LengthSize, size).CopyTo(key);
        return size;
    }

    private static void RequireEqual(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> mac)
    {
        if (CryptographicOperations.FixedTimeEquals(expected, mac)) return;

        throw new CardException(CardFault.KeyBlockMac,
            "The key block's MAC does not hold: it was altered, or the protection key is another.");
    }

    // SP 800-57 Part 1, table 2: 112 bits for two-key TDEA and three-key TDEA alike, AES by its length.
    private static void RequireStrength(KeyBlockHeader header, ReadOnlySpan<byte> protectionKey, int keySize)
    {
        bool isAesKey = header.Algorithm == 'A';
        bool isAesProtection = header.Version is 'D' or 'E';
        bool isWeaker = isAesProtection ? isAesKey && keySize > protectionKey.Length
            : isAesKey || keySize > protectionKey.Length;
        if (isWeaker)
        {
            throw new CardException(CardFault.InvalidInput,
                "The key block protection key is weaker than the key it is to protect.");
        }
    }
}
