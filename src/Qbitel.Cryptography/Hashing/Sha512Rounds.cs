using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Qbitel.Cryptography.Hashing;

/// <summary>The compression function of SHA-512 (FIPS 180-4, section 6.4.2), on one block of each lane.</summary>
internal static class Sha512Rounds
{
    // FIPS 180-4, section 5.3.
    public static ReadOnlySpan<ulong> Start =>
    [
        0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
        0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
    ];

    // FIPS 180-4, section 4.2.3.
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

    /// <summary>Takes 16 words of message into the 8 words of the state. The words are spent.</summary>
    public static void Compress<TVector, TLanes>(Span<TVector> state, Span<TVector> block)
        where TVector : unmanaged
        where TLanes : struct, ILanes<TVector, ulong>
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
        where TLanes : struct, ILanes<TVector, ulong>
    {
        ReadOnlySpan<ulong> constants = Constants;
        state = state[..8];
        block = block[..16];
        TVector a = state[0], b = state[1], c = state[2], d = state[3];
        TVector e = state[4], f = state[5], g = state[6], h = state[7];
        TVector w0 = block[0], w1 = block[1], w2 = block[2], w3 = block[3];
        TVector w4 = block[4], w5 = block[5], w6 = block[6], w7 = block[7];
        TVector w8 = block[8], w9 = block[9], w10 = block[10], w11 = block[11];
        TVector w12 = block[12], w13 = block[13], w14 = block[14], w15 = block[15];
        for (int t = 0; t < 80; t += 16)
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
        where TLanes : struct, ILanes<TVector, ulong>
    {
        ReadOnlySpan<ulong> constants = Constants;
        state = state[..8];
        block = block[..16];
        TVector a = state[0], b = state[1], c = state[2], d = state[3];
        TVector e = state[4], f = state[5], g = state[6], h = state[7];
        for (int t = 0; t < 80; t += 16)
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
        ulong constant, TVector word)
        where TVector : unmanaged
        where TLanes : struct, ILanes<TVector, ulong>
    {
        TVector sum1 = TLanes.Xor(TLanes.RotateRight(e, 14), TLanes.RotateRight(e, 18), TLanes.RotateRight(e, 41));
        TVector sum0 = TLanes.Xor(TLanes.RotateRight(a, 28), TLanes.RotateRight(a, 34), TLanes.RotateRight(a, 39));
        TVector t1 = TLanes.Add(
            TLanes.Add(h, TLanes.Add(word, TLanes.Broadcast(constant))), TLanes.Add(sum1, TLanes.Choose(e, f, g)));
        d = TLanes.Add(d, t1);
        h = TLanes.Add(t1, TLanes.Add(sum0, TLanes.Majority(a, b, c)));
    }

    // W_t of the message schedule, from W_(t-16), W_(t-15), W_(t-7) and W_(t-2).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Extend<TVector, TLanes>(TVector w16, TVector w15, TVector w7, TVector w2)
        where TVector : unmanaged
        where TLanes : struct, ILanes<TVector, ulong>
    {
        TVector sigma0 = TLanes.Xor(
            TLanes.RotateRight(w15, 1), TLanes.RotateRight(w15, 8), TLanes.ShiftRight(w15, 7));
        TVector sigma1 = TLanes.Xor(
            TLanes.RotateRight(w2, 19), TLanes.RotateRight(w2, 61), TLanes.ShiftRight(w2, 6));
        return TLanes.Add(TLanes.Add(w16, sigma0), TLanes.Add(w7, sigma1));
    }
}
