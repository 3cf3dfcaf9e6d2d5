namespace Qbitel.Cryptography.Polynomials;

/// <summary>FIPS 203, section 4.2.1: bytes to polynomials and back, and compression.</summary>
/// <remarks>The 512-bit path uses the vectors of 256 bits here.</remarks>
internal static class MLKemEncoding
{
    /// <summary>FIPS 203, Algorithm 5 with d = 12; coefficients with |a| &lt; q.</summary>
    public static void Encode12(ReadOnlySpan<short> f, Span<byte> destination)
    {
        if (CodePath.IsAvx2) MLKemEncodingAvx2.Encode12(f, destination);
        else MLKemEncodingScalar.Encode12(f, destination);
    }

    /// <summary>
    /// FIPS 203, Algorithm 6 with d = 12. False if a coefficient is q or more: such bytes are no encoding of anything.
    /// </summary>
    public static bool TryDecode12(ReadOnlySpan<byte> source, Span<short> f) => CodePath.IsAvx2
        ? MLKemEncodingAvx2.TryDecode12(source, f) : MLKemEncodingScalar.TryDecode12(source, f);

    /// <summary>ByteEncode_d(Compress_d(f)) of one polynomial.</summary>
    public static void Compress(ReadOnlySpan<short> f, int d, Span<byte> destination)
    {
        if (CodePath.IsAvx2) MLKemEncodingAvx2.Compress(f, d, destination);
        else MLKemEncodingScalar.Compress(f, d, destination);
    }

    /// <summary>Decompress_d(ByteDecode_d(source)) of one polynomial; the result is in [0, q).</summary>
    public static void Decompress(ReadOnlySpan<byte> source, int d, Span<short> f)
    {
        if (CodePath.IsAvx2) MLKemEncodingAvx2.Decompress(source, d, f);
        else MLKemEncodingScalar.Decompress(source, d, f);
    }
}
