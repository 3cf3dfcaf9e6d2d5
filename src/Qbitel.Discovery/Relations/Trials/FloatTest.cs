using System.Buffers.Binary;
using System.Globalization;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Fields;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Trials;

/// <summary>Floating-point numbers (IEEE 754) of everyday size.</summary>
/// <remarks>The null model draws exponents evenly; of those of a float one in eight lies in the range, of those of a
/// double one in fifty. Only different exponents count, so that constant bytes prove nothing. At an odd offset, where
/// formats hardly ever put one, a float has to prove itself with twice as many values.</remarks>
internal static class FloatTest
{
    private const double Least = 1e-3, Greatest = 1e6;
    private const int MinExponents = 6, MinDistinct = 20, MaxOffset = 64;

    public static void Run(Group group, List<Finding> found, ref long tested)
    {
        foreach (int size in (ReadOnlySpan<int>)[4, 8])
        {
            foreach (bool isLittle in (ReadOnlySpan<bool>)[false, true])
            {
                for (int at = 0; at + size <= Math.Min(MaxOffset, group.Shortest); at++)
                {
                    tested++;
                    if (Judge(group, at, size, isLittle) is { } finding) found.Add(finding);
                }
            }
        }
    }

    private static Finding? Judge(Group group, int at, int size, bool isLittle)
    {
        HashSet<int> exponents = [];
        HashSet<double> distinct = [];
        int holding = 0, missed = 0;
        foreach (ReadOnlyMemory<byte> bytes in group.Bytes)
        {
            ReadOnlySpan<byte> own = bytes.Span.Slice(at, size);
            double value = size == 4
                ? isLittle ? BinaryPrimitives.ReadSingleLittleEndian(own) : BinaryPrimitives.ReadSingleBigEndian(own)
                : isLittle ? BinaryPrimitives.ReadDoubleLittleEndian(own) : BinaryPrimitives.ReadDoubleBigEndian(own);
            bool isText = !own.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E);
            if (isText || !(value == 0 || (Math.Abs(value) >= Least && Math.Abs(value) <= Greatest)))
            {
                if (++missed * 20 > group.Count) return null;
                continue;
            }

            holding++;
            if (value == 0 || !distinct.Add(value)) continue;
            exponents.Add(Math.ILogB(value));
        }

        if (exponents.Count < MinExponents || distinct.Count < MinDistinct) return null;
        // Of numbers that change over a few octaves, neighbours share their exponent: the test is over those alone.
        double log = distinct.Count * Math.Log(size == 4 ? 1 / 8.0 : 1 / 34.0) / (at % 2 == 0 ? 4 : 8);
        return new Finding(at, new NumberForm(size, isLittle ? NumberCoding.LittleEndian : NumberCoding.BigEndian),
            RelationKind.Float, "float", holding, group.Count, log, string.Create(CultureInfo.InvariantCulture,
                $"is a floating-point number of {exponents.Count} orders between {Least} and {Greatest}"))
        { Parameters = [new("endianness", isLittle ? "little" : "big")] };
    }
}
