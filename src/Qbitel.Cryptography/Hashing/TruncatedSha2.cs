using System.Buffers.Binary;

namespace Qbitel.Cryptography.Hashing;

/// <summary>FIPS 180-4: the members of SHA-2 that the platform lacks, SHA-224, SHA-512/224 and SHA-512/256.</summary>
/// <remarks>For digests that HashML-DSA signs. The message is public; nothing is zeroed.</remarks>
internal static class TruncatedSha2
{
    // FIPS 180-4, section 5.3.2.
    private static ReadOnlySpan<uint> Sha224Start =>
    [
        0xC1059ED8, 0x367CD507, 0x3070DD17, 0xF70E5939,
        0xFFC00B31, 0x68581511, 0x64F98FA7, 0xBEFA4FA4,
    ];

    public static byte[] Sha224(ReadOnlySpan<byte> data)
    {
        Span<uint> state = stackalloc uint[8];
        Sha224Start.CopyTo(state);
        byte[] message = Pad(data, 64);
        for (int i = 0; i < message.Length; i += 64) Compress(state, message.AsSpan(i, 64));

        byte[] digest = new byte[32];
        for (int i = 0; i < state.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(digest.AsSpan(4 * i), state[i]);
        return digest[..28];
    }

    /// <summary>SHA-512/t for t = 224 or 256.</summary>
    public static byte[] Sha512(int t, ReadOnlySpan<byte> data)
    {
        // FIPS 180-4, section 5.3.6: the first state is a digest of the name.
        Span<ulong> state = stackalloc ulong[8];
        Sha512Rounds.Start.CopyTo(state);
        foreach (ref ulong word in state) word ^= 0xA5A5A5A5A5A5A5A5;
        Digest(state, System.Text.Encoding.ASCII.GetBytes($"SHA-512/{t}"));
        Digest(state, data);

        byte[] digest = new byte[64];
        for (int i = 0; i < state.Length; i++) BinaryPrimitives.WriteUInt64BigEndian(digest.AsSpan(8 * i), state[i]);
        return digest[..(t / 8)];
    }

    private static void Digest(Span<ulong> state, ReadOnlySpan<byte> data)
    {
        byte[] message = Pad(data, 128);
        for (int i = 0; i < message.Length; i += 128) Compress(state, message.AsSpan(i, 128));
    }

    // FIPS 180-4, section 5.1.
    private static byte[] Pad(ReadOnlySpan<byte> data, int block)
    {
        byte[] padded = new byte[((data.Length + (block / 8)) / block * block) + block];
        data.CopyTo(padded);
        padded[data.Length] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(padded.AsSpan(padded.Length - 8), 8L * data.Length);
        return padded;
    }

    private static void Compress(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> words = stackalloc uint[16];
        for (int t = 0; t < words.Length; t++)
            words[t] = BinaryPrimitives.ReadUInt32BigEndian(block[(sizeof(uint) * t)..]);
        Sha256Rounds.Compress<uint, Words32>(state, words);
    }

    private static void Compress(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        Span<ulong> words = stackalloc ulong[16];
        for (int t = 0; t < words.Length; t++)
            words[t] = BinaryPrimitives.ReadUInt64BigEndian(block[(sizeof(ulong) * t)..]);
        Sha512Rounds.Compress<ulong, Words64>(state, words);
    }
}
