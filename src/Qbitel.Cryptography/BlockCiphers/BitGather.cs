using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Qbitel.Cryptography.BlockCiphers;

/// <summary>
/// A fixed choice of bits of eight bytes for each of eight bytes, over both halves of a vector at once, without a
/// branch or an address that depends on them.
/// </summary>
internal sealed class BitGather
{
    private readonly Vector128<byte>[] _octets;
    private readonly Vector128<byte>[] _weights;
    private readonly Vector128<byte>[] _targets;
    private readonly Vector256<byte>[] _wide;

    /// <param name="count">How many bits of every byte are filled.</param>
    /// <param name="first">The place of the first of them, 7 being the highest.</param>
    /// <param name="source">The byte and the weight in it of the bit that goes to a byte (0 to 7) and a bit (0 being
    /// the first).</param>
    /// <param name="step">How much lower each next place is.</param>
    public BitGather(int count, int first, Func<int, int, (int Octet, int Weight)> source, int step = 1)
    {
        _octets = new Vector128<byte>[count];
        _weights = new Vector128<byte>[count];
        _targets = new Vector128<byte>[count];
        Span<byte> octets = stackalloc byte[16];
        Span<byte> weights = stackalloc byte[16];
        for (int bit = 0; bit < count; bit++)
        {
            for (int i = 0; i < 16; i++)
            {
                (int octet, int weight) = source(i % 8, bit);
                octets[i] = (byte)(octet + (i & 8));
                weights[i] = (byte)weight;
            }

            _octets[bit] = Vector128.Create(octets);
            _weights[bit] = Vector128.Create(weights);
            _targets[bit] = Vector128.Create((byte)(1 << (first - (step * bit))));
        }

        // Two bits at a time, one in each half: shuffle, weight and target of a pair follow each other.
        _wide = [.. Enumerable.Range(0, count / 2).SelectMany(pair => new[] { _octets, _weights, _targets }.Select(
            table => Vector256.Create(table[2 * pair], table[(2 * pair) + 1])))];
    }

    /// <summary>The same by AVX2, for six bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<byte> OfSix(Vector128<byte> bytes)
    {
        Vector256<byte> both = Vector256.Create(bytes, bytes);
        ref Vector256<byte> wide = ref MemoryMarshal.GetArrayDataReference(_wide);
        Vector256<byte> gathered = Pair(both, ref wide) | Pair(both, ref Unsafe.Add(ref wide, 3))
            | Pair(both, ref Unsafe.Add(ref wide, 6));
        return gathered.GetLower() | gathered.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Pair(Vector256<byte> both, ref Vector256<byte> table)
    {
        Vector256<byte> weight = Unsafe.Add(ref table, 1);
        Vector256<byte> isSet = Vector256.Equals(Avx2.Shuffle(both, table) & weight, weight);
        return isSet & Unsafe.Add(ref table, 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<byte> Of(Vector128<byte> bytes)
    {
        Vector128<byte>[] octets = _octets, weights = _weights, targets = _targets;
        Vector128<byte> gathered = Vector128<byte>.Zero;
        for (int i = 0; i < octets.Length; i++)
        {
            Vector128<byte> weight = weights[i];
            Vector128<byte> isSet = Vector128.Equals(Vector128.ShuffleNative(bytes, octets[i]) & weight, weight);
            gathered |= isSet & targets[i];
        }

        return gathered;
    }
}
