namespace Qbitel.Cryptography.Polynomials;

/// <summary>The methods of <see cref="MLKemEncoding"/> in plain integers, for any processor.</summary>
internal static class MLKemEncodingScalar
{
    public static void Encode12(ReadOnlySpan<short> f, Span<byte> destination)
    {
        BitWriter writer = new(destination);
        foreach (short a in f) writer.Write(Canonical(a), 12);
    }

    public static bool TryDecode12(ReadOnlySpan<byte> source, Span<short> f)
    {
        BitReader reader = new(source);
        int excess = 0;
        for (int i = 0; i < f.Length; i++)
        {
            int a = unchecked((int)reader.Read(12));
            excess |= unchecked(MLKemRing.Q - 1 - a);
            f[i] = unchecked((short)a);
        }

        return excess >= 0;
    }

    public static void Compress(ReadOnlySpan<short> f, int d, Span<byte> destination)
    {
        BitWriter writer = new(destination);
        foreach (short a in f) writer.Write(Compress(Canonical(a), d), d);
    }

    // A bit of a message is multiplied, never selected: a compiler may make a branch of a mask.
    public static void Decompress(ReadOnlySpan<byte> source, int d, Span<short> f)
    {
        BitReader reader = new(source);
        for (int i = 0; i < f.Length; i++)
            f[i] = unchecked((short)(((reader.Read(d) * MLKemRing.Q) + (1u << (d - 1))) >> d));
    }

    // FIPS 203, equation 4.7: round(2^d / q · x) mod 2^d. The division by q, which would take a time that depends on
    // the secret x, is a multiplication by ceil(2^40 / q) = 330282857; that is exact for numerators below 2^28, and
    // they are below 2^23.
    internal static uint Compress(uint x, int d) =>
        unchecked((uint)(((((ulong)x << d) + (MLKemRing.Q / 2)) * 330_282_857) >> 40) & ((1u << d) - 1));

    private static uint Canonical(short a) => unchecked((uint)(a + ((a >> 15) & MLKemRing.Q)));
}
