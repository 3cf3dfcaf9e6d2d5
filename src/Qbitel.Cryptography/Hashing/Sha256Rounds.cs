using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Qbitel.Cryptography.Hashing;

/// <summary>The compression function of SHA-256 (FIPS 180-4, section 6.2.2), on one block of each lane.</summary>
internal static class Sha256Rounds
{
    // FIPS 180-4, section 5.3.
    public static ReadOnlySpan<uint> Start =>
    [
        0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
    ];

    // FIPS 180-4, section 4.2.2.
    private static ReadOnlySpan<uint> Constants =>
    [
        0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
        0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
        0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
        0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
        0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
        0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
        0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
        0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2,
    ];

    /// <summary>Takes 16 words of message into the 8 words of the state. The words are spent.</summary>
    public static void Compress<TVector, TLanes>(Span<TVector> state, Span<TVector> block)
        where TVector : unmanaged
        where TLanes : struct, ILanes<TVector, uint>
    {
        Debug.Assert(state.Length == 8 && block.Length == 16, "a state of 8 words and a block of 16");
        if (TLanes.FillRegisters) CompressInRegisters<TVector, TLanes>(state, block);
        else CompressInMemory<TVector, TLanes>(state, block);
    }

    // Sixteen rounds make one turn of the loop, so that the eight working variables change places by their names alone.
    // Optimized at once, as the other: every key waits for it, long before the runtime would notice.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CompressInRegisters<TVector, TLanes>(Span<TVector> state, ReadOnlySpan<TVector> block)
        where TVector : unmanaged
        where TLanes : struct, ILanes<TVector, uint>
    {
        ReadOnlySpan<uint> constants = Constants;
        state = state[..8];
        block = block[..16];
        TVector a = state[0], b = state[1], c = state[2], d = state[3];
        TVector e = state[4], f = state[5], g = state[6], h = state[7];
        TVector w0 = block[0], w1 = block[1], w2 = block[2], w3 = block[3];
        TVector w4 = block[4], w5 = block[5], w6 = block[6], w7 = block[7];
        TVector w8 = block[8], w9 = block[9], w10 = block[10], w11 = block[11];
        TVector w12 = block[12], w13 = block[13], w14 = block[14], w15 = block[15];
        for (int t = 0; t < 64; t += 16)
        {
            if (t > 0)
            {
                w0 = Extend<TVector, TLanes>(w0, w1, w9, w14);
                w1 = Extend<TVector, TLanes>(w1, w2, w10, w15);
                w2 = Extend<TVector, TLanes>(w2, w3, w11, w0);
                w3 = Extend<TVector, TLanes>(w3, w4, w12, w1);
                w4 = Extend<TVector, TLanes>(w4, w5, w13, w2);
                w5 = Extend<TVector, TLanes>(w5, w6, w14, w3);
                w6 = Extend<TVector, TLanes>(w6, w7, w15, w4);
                w7 = Extend<TVector, TLanes>(w7, w8, w0, w5);
                w8 = Extend<TVector, TLanes>(w8, w9, w1, w6);
                w9 = Extend<TVector, TLanes>(w9, w10, w2, w7);
                w10 = Extend<TVector, TLanes>(w10, w11, w3, w8);
                w11 = Extend<TVector, TLanes>(w11, w12, w4, w9);
                w12 = Extend<TVector, TLanes>(w12, w13, w5, w10);
                w13 = Extend<TVector, TLanes>(w13, w14, w6, w11);
                w14 = Extend<TVector, TLanes>(w14, w15, w7, w12);
                w15 = Extend<TVector, TLanes>(w15, w0, w8, w13);
            }

            Round<TVector, TLanes>(a, b, c, ref d, e, f, g, ref h, constants[t], w0);
            Round<TVector, TLanes>(h, a, b, ref c, d, e, f, ref g, constants[t + 1], w1);
            Round<TVector, TLanes>(g, h, a, ref b, c, d, e, ref f, constants[t + 2], w2);
            Round<TVector, TLanes>(f, g, h, ref a, b, c, d, ref e, constants[t + 3], w3);
            Round<TVector, TLanes>(e, f, g, ref h, a, b, c, ref d, constants[t + 4], w4);
            Round<TVector, TLanes>(d, e, f, ref g, h, a, b, ref c, constants[t + 5], w5);
            Round<TVector, TLanes>(c, d, e, ref f, g, h, a, ref b, constants[t + 6], w6);
            Round<TVector, TLanes>(b, c, d, ref e, f, g, h, ref a, constants[t + 7], w7);
            Round<TVector, TLanes>(a, b, c, ref d, e, f, g, ref h, constants[t + 8], w8);
            Round<TVector, TLanes>(h, a, b, ref c, d, e, f, ref g, constants[t + 9], w9);
            Round<TVector, TLanes>(g, h, a, ref b, c, d, e, ref f, constants[t + 10], w10);
            Round<TVector, TLanes>(f, g, h, ref a, b, c, d, ref e, constants[t + 11], w11);
            Round<TVector, TLanes>(e, f, g, ref h, a, b, c, ref d, constants[t + 12], w12);
            Round<TVector, TLanes>(d, e, f, ref g, h, a, b, ref c, constants[t + 13], w13);
            Round<TVector, TLanes>(c, d, e, ref f, g, h, a, ref b, constants[t + 14], w14);
            Round<TVector, TLanes>(b, c, d, ref e, f, g, h, ref a, constants[t + 15], w15);
        }

        state[0] = TLanes.Add(state[0], a);
        state[1] = TLanes.Add(state[1], b);
        state[2] = TLanes.Add(state[2], c);
        state[3] = TLanes.Add(state[3], d);
        state[4] = TLanes.Add(state[4], e);
        state[5] = TLanes.Add(state[5], f);
        state[6] = TLanes.Add(state[6], g);
        state[7] = TLanes.Add(state[7], h);
    }

    // Where the words of the message do not fit beside the variables, they stay in memory.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CompressInMemory<TVector, TLanes>(Span<TVector> state, Span<TVector> block)
        where TVector : unmanaged
        where TLanes : struct, ILanes<TVector, uint>
    {
        ReadOnlySpan<uint> constants = Constants;
        state = state[..8];
        block = block[..16];
        TVector a = state[0], b = state[1], c = state[2], d = state[3];
        TVector e = state[4], f = state[5], g = state[6], h = state[7];
        for (int t = 0; t < 64; t += 16)
        {
            for (int i = 0; t > 0 && i < 16; i++)
            {
                block[i] = Extend<TVector, TLanes>(
                    block[i], block[(i + 1) & 15], block[(i + 9) & 15], block[(i + 14) & 15]);
            }

            for (int i = 0; i < 16; i += 8)
            {
                Round<TVector, TLanes>(a, b, c, ref d, e, f, g, ref h, constants[t + i], block[i]);
                Round<TVector, TLanes>(h, a, b, ref c, d, e, f, ref g, constants[t + i + 1], block[i + 1]);
                Round<TVector, TLanes>(g, h, a, ref b, c, d, e, ref f, constants[t + i + 2], block[i + 2]);
                Round<TVector, TLanes>(f, g, h, ref a, b, c, d, ref e, constants[t + i + 3], block[i + 3]);
                Round<TVector, TLanes>(e, f, g, ref h, a, b, c, ref d, constants[t + i + 4], block[i + 4]);
                Round<TVector, TLanes>(d, e, f, ref g, h, a, b, ref c, constants[t + i + 5], block[i + 5]);
                Round<TVector, TLanes>(c, d, e, ref f, g, h, a, ref b, constants[t + i + 6], block[i + 6]);
                Round<TVector, TLanes>(b, c, d, ref e, f, g, h, ref a, constants[t + i + 7], block[i + 7]);
            }
        }

        state[0] = TLanes.Add(state[0], a);
        state[1] = TLanes.Add(state[1], b);
        state[2] = TLanes.Add(state[2], c);
        state[3] = TLanes.Add(state[3], d);
        state[4] = TLanes.Add(state[4], e);
        state[5] = TLanes.Add(state[5], f);
        state[6] = TLanes.Add(state[6], g);
        state[7] = TLanes.Add(state[7], h);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round<TVector, TLanes>(
        TVector a, TVector b, TVector c, ref TVector d, TVector e, TVector f, TVector g, ref TVector h,
        uint constant, TVector word)
        where TVector : unmanaged
        where TLanes : struct, ILanes<TVector, uint>
    {
        TVector sum1 = TLanes.Xor(TLanes.RotateRight(e, 6), TLanes.RotateRight(e, 11), TLanes.RotateRight(e, 25));
        TVector sum0 = TLanes.Xor(TLanes.RotateRight(a, 2), TLanes.RotateRight(a, 13), TLanes.RotateRight(a, 22));
        TVector t1 = TLanes.Add(
            TLanes.Add(h, TLanes.Add(word, TLanes.Broadcast(constant))), TLanes.Add(sum1, TLanes.Choose(e, f, g)));
        d = TLanes.Add(d, t1);
        h = TLanes.Add(t1, TLanes.Add(sum0, TLanes.Majority(a, b, c)));
    }

    // W_t of the message schedule, from W_(t-16), W_(t-15), W_(t-7) and W_(t-2).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Extend<TVector, TLanes>(TVector w16, TVector w15, TVector w7, TVector w2)
        where TVector : unmanaged
        where TLanes : struct, ILanes<TVector, uint>
    {
        TVector sigma0 = TLanes.Xor(
            TLanes.RotateRight(w15, 7), TLanes.RotateRight(w15, 18), TLanes.ShiftRight(w15, 3));
        TVector sigma1 = TLanes.Xor(
            TLanes.RotateRight(w2, 17), TLanes.RotateRight(w2, 19), TLanes.ShiftRight(w2, 10));
        return TLanes.Add(TLanes.Add(w16, sigma0), TLanes.Add(w7, sigma1));
    }
}
