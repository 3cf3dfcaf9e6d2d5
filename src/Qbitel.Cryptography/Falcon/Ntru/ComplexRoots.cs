using System.Globalization;

namespace Qbitel.Cryptography.Falcon.Ntru;

/// <summary>
/// The roots of unity of <see cref="FourierRing"/>: entry k is exp(i π rev(k) / 512), rev reversing nine bits.
/// </summary>
/// <remarks>
/// Computed in 28 decimal digits and rounded once, so every entry is the double nearest to the true value, on every
/// machine: <see cref="Math.Cos"/> does not promise that. A prefix of the table serves every smaller degree.
/// </remarks>
internal static class ComplexRoots
{
    private const int LogDegree = 9;
    private const int Degree = 1 << LogDegree;

    static ComplexRoots()
    {
        // cos and sin of j π/512 for the angles up to π/4; the others follow by symmetry.
        const int eighth = Degree / 4;
        (decimal stepCos, decimal stepSin) = Step();
        double[] cos = new double[eighth + 1], sin = new double[eighth + 1];
        decimal c = 1, s = 0;
        for (int j = 0; j <= eighth; j++)
        {
            cos[j] = Nearest(c);
            sin[j] = Nearest(s);
            (c, s) = ((c * stepCos) - (s * stepSin), (c * stepSin) + (s * stepCos));
        }

        for (int k = 0; k < Degree; k++)
        {
            int j = 0;
            for (int bit = 0; bit < LogDegree; bit++) j |= ((k >> bit) & 1) << (LogDegree - 1 - bit);
            int folded = j <= Degree / 2 ? j : Degree - j;
            double real = folded <= eighth ? cos[folded] : sin[(Degree / 2) - folded];
            Imaginary[k] = folded <= eighth ? sin[folded] : cos[(Degree / 2) - folded];
            Real[k] = j <= Degree / 2 ? real : -real;
        }
    }

    public static double[] Real { get; } = new double[Degree];

    public static double[] Imaginary { get; } = new double[Degree];

    // The Taylor series of cos and sin at π/512: the terms vanish from 28 decimals after a dozen.
    private static (decimal Cos, decimal Sin) Step()
    {
        const decimal angle = 3.1415926535897932384626433833m / Degree;
        decimal cos = 0, sin = 0, term = 1;
        for (int i = 0; term != 0; i++)
        {
            switch (i & 3)
            {
                case 0: cos += term; break;
                case 1: sin += term; break;
                case 2: cos -= term; break;
                default: sin -= term; break;
            }

            term = term * angle / (i + 1);
        }

        return (cos, sin);
    }

    // By way of text, because that conversion is the one that is specified to round correctly.
    private static double Nearest(decimal value) =>
        double.Parse(value.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
