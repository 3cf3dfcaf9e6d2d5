namespace Qbitel.Cryptography.Polynomials;

/// <summary>FIPS 204, sections 7.1 and 7.2: polynomials to bytes and back.</summary>
internal static class MLDsaEncoding
{
    private const int N = MLDsaRing.N;

    /// <summary>FIPS 204, Algorithm 16 (SimpleBitPack) of coefficients that are not negative: t1 and w1.</summary>
    public static void Pack(ReadOnlySpan<int> f, int bits, Span<byte> destination)
    {
        if (CodePath.IsAvx2)
        {
            MLDsaEncodingAvx2.Pack(f, 0, isDistance: false, bits, destination);
            return;
        }

        BitWriter writer = new(destination);
        foreach (int a in f) writer.Write(unchecked((uint)a), bits);
    }

    /// <summary>
    /// FIPS 204, Algorithm 17 (BitPack) of coefficients up to <paramref name="top"/>, stored as their distance from it.
    /// </summary>
    public static void PackFrom(int top, ReadOnlySpan<int> f, int bits, Span<byte> destination)
    {
        if (CodePath.IsAvx2)
        {
            MLDsaEncodingAvx2.Pack(f, top, isDistance: true, bits, destination);
            return;
        }

        BitWriter writer = new(destination);
        foreach (int a in f) writer.Write(unchecked((uint)(top - a)), bits);
    }

    /// <summary>FIPS 204, Algorithm 18.</summary>
    public static void Unpack(ReadOnlySpan<byte> source, int bits, Span<int> f)
    {
        if (CodePath.IsAvx2)
        {
            MLDsaEncodingAvx2.Unpack(source, 0, isDistance: false, bits, f);
            return;
        }

        BitReader reader = new(source);
        for (int i = 0; i < f.Length; i++) f[i] = unchecked((int)reader.Read(bits));
    }

    /// <summary>
    /// FIPS 204, Algorithm 19. The result can be below the least coefficient that <see cref="PackFrom"/> was meant for.
    /// </summary>
    public static void UnpackFrom(int top, ReadOnlySpan<byte> source, int bits, Span<int> f)
    {
        if (CodePath.IsAvx2)
        {
            MLDsaEncodingAvx2.Unpack(source, top, isDistance: true, bits, f);
            return;
        }

        BitReader reader = new(source);
        for (int i = 0; i < f.Length; i++) f[i] = unchecked(top - (int)reader.Read(bits));
    }

    public static void PackZ(ReadOnlySpan<int> z, MLDsaParameters parameters, Span<byte> destination) =>
        PackFrom(parameters.Gamma1, z, parameters.ZBits, destination);

    public static void UnpackZ(ReadOnlySpan<byte> source, MLDsaParameters parameters, Span<int> z) =>
        UnpackFrom(parameters.Gamma1, source, parameters.ZBits, z);

    /// <summary>FIPS 204, Algorithm 20: where the hints are, then how many there are up to each polynomial.</summary>
    public static void PackHints(ReadOnlySpan<byte> hints, MLDsaParameters parameters, Span<byte> destination)
    {
        destination = destination[..(parameters.Omega + parameters.K)];
        destination.Clear();
        int index = 0;
        for (int i = 0; i < parameters.K; i++)
        {
            ReadOnlySpan<byte> polynomial = hints.Slice(i * N, N);
            for (int j = polynomial.IndexOf((byte)1), step = j; step >= 0; j += step)
            {
                destination[index++] = (byte)j++;
                step = polynomial[j..].IndexOf((byte)1);
            }

            destination[parameters.Omega + i] = (byte)index;
        }
    }

    /// <summary>FIPS 204, Algorithm 21: false unless the encoding is the only one there is of these hints.</summary>
    public static bool TryUnpackHints(ReadOnlySpan<byte> source, MLDsaParameters parameters, Span<byte> hints)
    {
        hints.Clear();
        int index = 0;
        for (int i = 0; i < parameters.K; i++)
        {
            int end = source[parameters.Omega + i];
            if (end < index || end > parameters.Omega) return false;

            for (int first = index; index < end; index++)
            {
                if (index > first && source[index - 1] >= source[index]) return false;
                hints[(i * N) + source[index]] = 1;
            }
        }

        return !source[index..parameters.Omega].ContainsAnyExcept((byte)0);
    }
}
