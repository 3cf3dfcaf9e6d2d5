namespace Qbitel.Cryptography.Polynomials;

/// <summary>
/// FIPS 203, section 4.3: arithmetic in Z_q[X]/(X^256 + 1), q = 3329, and its number-theoretic transform.
/// </summary>
/// <remarks>
/// Every method is a kernel over whole polynomials of 256 coefficients, and nothing else multiplies or reduces. Each
/// has a form for every <see cref="CodePath"/>, none with a branch, index or division that depends on a coefficient.
/// Unless a method says otherwise a coefficient may be any representative with |a| &lt; q; which one may differ between
/// forms, the encoding of it does not. Products are Montgomery reduced, which divides by R = 2^16: the inverse
/// transform puts that factor back.
/// </remarks>
internal static class MLKemRing
{
    public const int N = 256;
    public const int Q = 3329;

    /// <summary>Size of what <see cref="PrepareOperand"/> makes of one polynomial.</summary>
    public const int OperandSize = 2 * N;

    public const int QInverse = -3327; // q^-1 mod 2^16
    public const int RSquared = 1353; // 2^32 mod q
    public const int InverseFactor = 1441; // 2^32 / 128 mod q
    public const int BarrettFactor = 20159; // round(2^26 / q)

    /// <summary>FIPS 203, Algorithm 9, in place. The result is centred: |a| ≤ q/2.</summary>
    public static void Ntt(Span<short> f)
    {
        if (CodePath.IsAvx512) MLKemRingAvx512.Ntt(f);
        else if (CodePath.IsAvx2) MLKemRingAvx2.Ntt(f);
        else MLKemRingScalar.Ntt(f);
    }

    /// <summary>FIPS 203, Algorithm 10, in place, times R.</summary>
    public static void InverseNtt(Span<short> f)
    {
        if (CodePath.IsAvx512) MLKemRingAvx512.InverseNtt(f);
        else if (CodePath.IsAvx2) MLKemRingAvx2.InverseNtt(f);
        else MLKemRingScalar.InverseNtt(f);
    }

    /// <summary>
    /// For a right-hand operand b of <see cref="InnerProduct"/>, what FIPS 203, Algorithm 12 multiplies its left-hand
    /// pairs by: (b[2i], b[2i+1] · zeta) for the even coefficients, then (b[2i+1], b[2i]) for the odd ones.
    /// </summary>
    /// <remarks>It is made once and used in every product with that operand.</remarks>
    /// <param name="b">A transformed polynomial, centred.</param>
    /// <param name="operand">Room for <see cref="OperandSize"/>.</param>
    public static void PrepareOperand(ReadOnlySpan<short> b, Span<short> operand)
    {
        if (CodePath.IsAvx512) MLKemRingAvx512.PrepareOperand(b, operand);
        else if (CodePath.IsAvx2) MLKemRingAvx2.PrepareOperand(b, operand);
        else MLKemRingScalar.PrepareOperand(b, operand);
    }

    /// <summary>The polynomial that an operand was prepared from.</summary>
    public static void RestoreOperand(ReadOnlySpan<short> operand, Span<short> b)
    {
        for (int i = 0; i < N; i++) b[i] = operand[N + (i ^ 1)];
    }

    /// <summary>FIPS 203, Algorithm 11, summed over k products, divided by R: h = Σ a_j ∘ b_j / R.</summary>
    /// <param name="h">The sum, |h| &lt; q.</param>
    /// <param name="a">The left-hand polynomials, the j-th at <paramref name="stride"/> · j.</param>
    /// <param name="stride">N along a row, k · N along a column of a matrix.</param>
    /// <param name="operands">The right-hand polynomials, prepared, one after another.</param>
    /// <remarks>At most 2 · 4 products below q · 2^12, together below q · 2^15 as the reduction needs.</remarks>
    public static void InnerProduct(Span<short> h, ReadOnlySpan<short> a, int stride, ReadOnlySpan<short> operands)
    {
        if (CodePath.IsAvx512) MLKemRingAvx512.InnerProduct(h, a, stride, operands);
        else if (CodePath.IsAvx2) MLKemRingAvx2.InnerProduct(h, a, stride, operands);
        else MLKemRingScalar.InnerProduct(h, a, stride, operands);
    }

    /// <summary>Multiplies by R, in place: the sum of products that stays in the transformed domain.</summary>
    public static void TimesR(Span<short> f)
    {
        if (CodePath.IsAvx2) MLKemRingAvx2.Multiply(f, RSquared);
        else MLKemRingScalar.TimesR(f);
    }

    /// <summary>Divides by R, in place: what <see cref="InverseNtt"/> then gives is not multiplied by it.</summary>
    public static void DivideByR(Span<short> f)
    {
        if (CodePath.IsAvx2) MLKemRingAvx2.Multiply(f, 1);
        else MLKemRingScalar.DivideByR(f);
    }

    /// <summary>f + g, centred, in place.</summary>
    public static void Add(Span<short> f, ReadOnlySpan<short> g)
    {
        if (CodePath.IsAvx2) MLKemRingAvx2.Add(f, g);
        else MLKemRingScalar.Add(f, g);
    }

    /// <summary>g - f, centred, in place of f.</summary>
    public static void SubtractFrom(Span<short> f, ReadOnlySpan<short> g)
    {
        if (CodePath.IsAvx2) MLKemRingAvx2.SubtractFrom(f, g);
        else MLKemRingScalar.SubtractFrom(f, g);
    }

    /// <summary>
    /// True if every coefficient is within <paramref name="bound"/> of zero; it looks at all of them.
    /// </summary>
    public static bool IsShort(ReadOnlySpan<short> f, int bound) => MLKemRingScalar.IsShort(f, bound);
}
