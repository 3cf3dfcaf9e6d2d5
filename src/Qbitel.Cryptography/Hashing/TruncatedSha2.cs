using System.Buffers.Binary;
using static System.Numerics.BitOperations;

namespace Qbitel.Cryptography.Hashing;

/// <summary>FIPS 180-4: the members of SHA-2 that the platform lacks, SHA-224, SHA-512/224 and SHA-512/256.</summary>
/// <remarks>For digests that HashML-DSA signs. The message is public; nothing is zeroed.</remarks>
internal static class TruncatedSha2
{
    // FIPS 180-4, section 4.2.3; the upper halves of the first 64 are the constants of section 4.2.2.
    private static ReadOnlySpan<ulong> Constants =>
    [
        0x428A2F98D728AE22, 0x7137449123EF65CD, 0xB5C0FBCFEC4D3B2F, 0xE9B5DBA58189DBBC,
        0x3956C25BF348B538, 0x59F111F1B605D019, 0x923F82A4AF194F9B, 0xAB1C5ED5DA6D8118,
        0xD807AA98A3030242, 0x12835B0145706FBE, 0x243185BE4EE4B28C, 0x550C7DC3D5FFB4E2,
        0x72BE5D74F27B896F, 0x80DEB1FE3B1696B1, 0x9BDC06A725C71235, 0xC19BF174CF692694,
        0xE49B69C19EF14AD2, 0xEFBE4786384F25E3, 0x0FC19DC68B8CD5B5, 0x240CA1CC77AC9C65,
        0x2DE92C6F592B0275, 0x4A7484AA6EA6E483, 0x5CB0A9DCBD41FBD4, 0x76F988DA831153B5,
        0x983E5152EE66DFAB, 0xA831C66D2DB43210, 0xB00327C898FB213F, 0xBF597FC7BEEF0EE4,
        0xC6E00BF33DA88FC2, 0xD5A79147930AA725, 0x06CA6351E003826F, 0x142929670A0E6E70,
        0x27B70A8546D22FFC, 0x2E1B21385C26C926, 0x4D2C6DFC5AC42AED, 0x53380D139D95B3DF,
        0x650A73548BAF63DE, 0x766A0ABB3C77B2A8, 0x81C2C92E47EDAEE6, 0x92722C851482353B,
        0xA2BFE8A14CF10364, 0xA81A664BBC423001, 0xC24B8B70D0F89791, 0xC76C51A30654BE30,
        0xD192E819D6EF5218, 0xD69906245565A910, 0xF40E35855771202A, 0x106AA07032BBD1B8,
        0x19A4C116B8D2D0C8, 0x1E376C085141AB53, 0x2748774CDF8EEB99, 0x34B0BCB5E19B48A8,
        0x391C0CB3C5C95A63, 0x4ED8AA4AE3418ACB, 0x5B9CCA4F7763E373, 0x682E6FF3D6B2B8A3,
        0x748F82EE5DEFB2FC, 0x78A5636F43172F60, 0x84C87814A1F0AB72, 0x8CC702081A6439EC,
        0x90BEFFFA23631E28, 0xA4506CEBDE82BDE9, 0xBEF9A3F7B2C67915, 0xC67178F2E372532B,
        0xCA273ECEEA26619C, 0xD186B8C721C0C207, 0xEADA7DD6CDE0EB1E, 0xF57D4F7FEE6ED178,
        0x06F067AA72176FBA, 0x0A637DC5A2C898A6, 0x113F9804BEF90DAE, 0x1B710B35131C471B,
        0x28DB77F523047D84, 0x32CAAB7B40C72493, 0x3C9EBE0A15C9BEBC, 0x431D67C49C100D4C,
        0x4CC5D4BECB3E42B6, 0x597F299CFC657E2A, 0x5FCB6FAB3AD6FAEC, 0x6C44198C4A475817,
    ];

    // FIPS 180-4, section 5.3.5.
    private static ReadOnlySpan<ulong> Sha512Start =>
    [
        0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
        0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
    ];

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
        Sha512Start.CopyTo(state);
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

    // FIPS 180-4, section 6.2.2.
    private static void Compress(Span<uint> state, ReadOnlySpan<byte> block)
    {
        unchecked
        {
            Span<uint> w = stackalloc uint[64];
            for (int t = 0; t < 16; t++) w[t] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * t)..]);
            for (int t = 16; t < w.Length; t++)
            {
                uint s0 = RotateRight(w[t - 15], 7) ^ RotateRight(w[t - 15], 18) ^ (w[t - 15] >> 3);
                uint s1 = RotateRight(w[t - 2], 17) ^ RotateRight(w[t - 2], 19) ^ (w[t - 2] >> 10);
                w[t] = s1 + w[t - 7] + s0 + w[t - 16];
            }

            (uint a, uint b, uint c, uint d) = (state[0], state[1], state[2], state[3]);
            (uint e, uint f, uint g, uint h) = (state[4], state[5], state[6], state[7]);
            for (int t = 0; t < w.Length; t++)
            {
                uint sum1 = RotateRight(e, 6) ^ RotateRight(e, 11) ^ RotateRight(e, 25);
                uint sum0 = RotateRight(a, 2) ^ RotateRight(a, 13) ^ RotateRight(a, 22);
                uint t1 = h + sum1 + ((e & f) ^ (~e & g)) + (uint)(Constants[t] >> 32) + w[t];
                uint t2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));
                (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);
            }

            ReadOnlySpan<uint> sums = [a, b, c, d, e, f, g, h];
            for (int i = 0; i < state.Length; i++) state[i] += sums[i];
        }
    }

    // FIPS 180-4, section 6.4.2.
    private static void Compress(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        unchecked
        {
            Span<ulong> w = stackalloc ulong[80];
            for (int t = 0; t < 16; t++) w[t] = BinaryPrimitives.ReadUInt64BigEndian(block[(8 * t)..]);
            for (int t = 16; t < w.Length; t++)
            {
                ulong s0 = RotateRight(w[t - 15], 1) ^ RotateRight(w[t - 15], 8) ^ (w[t - 15] >> 7);
                ulong s1 = RotateRight(w[t - 2], 19) ^ RotateRight(w[t - 2], 61) ^ (w[t - 2] >> 6);
                w[t] = s1 + w[t - 7] + s0 + w[t - 16];
            }

            (ulong a, ulong b, ulong c, ulong d) = (state[0], state[1], state[2], state[3]);
            (ulong e, ulong f, ulong g, ulong h) = (state[4], state[5], state[6], state[7]);
            for (int t = 0; t < w.Length; t++)
            {
                ulong sum1 = RotateRight(e, 14) ^ RotateRight(e, 18) ^ RotateRight(e, 41);
                ulong sum0 = RotateRight(a, 28) ^ RotateRight(a, 34) ^ RotateRight(a, 39);
                ulong t1 = h + sum1 + ((e & f) ^ (~e & g)) + Constants[t] + w[t];
                ulong t2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));
                (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);
            }

            ReadOnlySpan<ulong> sums = [a, b, c, d, e, f, g, h];
            for (int i = 0; i < state.Length; i++) state[i] += sums[i];
        }
    }
}
