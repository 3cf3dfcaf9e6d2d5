using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace Qbitel.Cryptography.BlockCiphers;

/// <summary>AES (FIPS 197) on single blocks, with one key ready for use.</summary>
/// <remarks>
/// By the processor's AES instructions, which depend on neither key nor data in time; without them by the platform's
/// object, which allocates. The value is a secret: call <see cref="Clear"/> when done, and pass it by reference.
/// </remarks>
internal struct AesCipher
{
    public const int BlockSize = 16;

    private const int MostRounds = 14;

    private readonly int _rounds;
    private readonly Aes? _platform;
    private Schedule _keys;

    /// <param name="key">16, 24 or 32 bytes.</param>
    public AesCipher(ReadOnlySpan<byte> key)
        : this(key, byInstructions: X86Aes.IsSupported)
    {
    }

    internal AesCipher(ReadOnlySpan<byte> key, bool byInstructions)
    {
        Debug.Assert(key.Length is 16 or 24 or 32);

        _rounds = (key.Length / 4) + 6;
        if (byInstructions)
        {
            Expand(key, _rounds, MemoryMarshal.Cast<Schedule, uint>(MemoryMarshal.CreateSpan(ref _keys, 1)));
            return;
        }

        _platform = Aes.Create();
        _platform.SetKey(key);
    }

    public readonly Vector128<byte> Encrypt(Vector128<byte> block)
    {
        if (_platform is not null) return OnPlatform(block, encrypt: true);

        ref Vector128<byte> keys = ref First;
        block ^= keys;
        for (int round = 1; round < _rounds; round++) block = X86Aes.Encrypt(block, Unsafe.Add(ref keys, round));
        return X86Aes.EncryptLast(block, Unsafe.Add(ref keys, _rounds));
    }

    public readonly Vector128<byte> Decrypt(Vector128<byte> block)
    {
        if (_platform is not null) return OnPlatform(block, encrypt: false);

        // FIPS 197, 5.3.5: the equivalent inverse cipher, its round keys made as they are needed.
        ref Vector128<byte> keys = ref First;
        block ^= Unsafe.Add(ref keys, _rounds);
        for (int round = _rounds - 1; round > 0; round--)
            block = X86Aes.Decrypt(block, X86Aes.InverseMixColumns(Unsafe.Add(ref keys, round)));
        return X86Aes.DecryptLast(block, keys);
    }

    /// <summary>Encrypts whole blocks, each by itself; the output may be the input.</summary>
    public readonly void Encrypt(ReadOnlySpan<byte> blocks, Span<byte> encrypted)
    {
        for (int i = 0; i < blocks.Length; i += BlockSize)
            Encrypt(Vector128.Create(blocks.Slice(i, BlockSize))).CopyTo(encrypted[i..]);
    }

    public void Clear()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref _keys, 1)));
        _platform?.Dispose();
    }

    private readonly ref Vector128<byte> First =>
        ref Unsafe.As<Schedule, Vector128<byte>>(ref Unsafe.AsRef(in _keys));

    private readonly Vector128<byte> OnPlatform(Vector128<byte> block, bool encrypt)
    {
        Span<byte> bytes = stackalloc byte[BlockSize];
        block.CopyTo(bytes);
        if (encrypt) _platform!.EncryptEcb(bytes, bytes, PaddingMode.None);
        else _platform!.DecryptEcb(bytes, bytes, PaddingMode.None);
        Vector128<byte> result = Vector128.Create<byte>(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return result;
    }

    // FIPS 197, 5.2, with the bytes of a word in the order of the machine.
    private static void Expand(ReadOnlySpan<byte> key, int rounds, Span<uint> words)
    {
        int size = key.Length / 4;
        MemoryMarshal.Cast<byte, uint>(key).CopyTo(words);
        uint constant = 1;
        for (int i = size; i < 4 * (rounds + 1); i++)
        {
            uint word = words[i - 1];
            if (i % size == 0)
            {
                // The instruction substitutes and rotates its second word.
                word = X86Aes.KeygenAssist(Vector128.Create(0, word, 0, 0).AsByte(), 0).AsUInt32()[1] ^ constant;
                constant = constant < 0x80 ? constant << 1 : (constant << 1) ^ 0x11B; // no secret: 1, 2, 4 … 1B, 36
            }
            else if (size > 6 && i % size == 4)
            {
                word = X86Aes.KeygenAssist(Vector128.Create(0, word, 0, 0).AsByte(), 0).AsUInt32()[0];
            }

            words[i] = words[i - size] ^ word;
        }
    }

    [InlineArray(MostRounds + 1)]
    private struct Schedule
    {
        private Vector128<byte> _first;
    }
}
