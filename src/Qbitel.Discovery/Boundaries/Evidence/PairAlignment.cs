namespace Qbitel.Discovery.Boundaries.Evidence;

/// <summary>Two messages side by side (Gotoh's alignment with affine gaps): which bytes correspond, and where one has
/// bytes that the other lacks.</summary>
internal sealed class PairAlignment
{
    /// <summary>Bytes beyond it are not aligned.</summary>
    public const int MaxLength = 384;

    private const int Match = 4, NearMatch = 0, Mismatch = -2, Open = -9, Extend = -1, Never = -1_000_000;

    private readonly int[] _best = new int[MaxLength + 1], _down = new int[MaxLength + 1];
    private readonly byte[] _trace = new byte[(MaxLength + 1) * (MaxLength + 1)];

    /// <summary>Fills <paramref name="partner"/> with the offset in <paramref name="second"/> of each byte of
    /// <paramref name="first"/>, -1 where it has none; and <paramref name="skipped"/> with the number of bytes of
    /// the second that fall before each byte of the first.</summary>
    public void Align(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<short> partner, Span<short> skipped)
    {
        partner.Fill(-1);
        skipped.Clear();
        int n = Math.Min(first.Length, MaxLength), m = Math.Min(second.Length, MaxLength);
        Fill(first[..n], second[..m]);
        WalkBack(n, m, partner, skipped);
    }

    // Bits of a cell: 0-1 where the best came from (0 both, 1 gap in second, 2 gap in first), 2 whether the gap in the
    // second was already open, 3 whether the one in the first was.
    private void Fill(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        unchecked
        {
            int m = second.Length, stride = m + 1;
            _best[0] = 0;
            _down[0] = Never;
            for (int j = 1; j <= m; j++)
            {
                _best[j] = Open + ((j - 1) * Extend);
                _down[j] = Never;
                _trace[j] = 2 | 8;
            }

            for (int i = 1; i <= first.Length; i++)
            {
                int diagonal = _best[0];
                _best[0] = Open + ((i - 1) * Extend);
                int across = Never;
                byte own = first[i - 1];
                int row = i * stride;
                _trace[row] = 1 | 4;
                for (int j = 1; j <= m; j++)
                {
                    byte other = second[j - 1];
                    int cell = 0;
                    int down = _best[j] + Open;
                    if (_down[j] + Extend > down)
                    {
                        down = _down[j] + Extend;
                        cell |= 4;
                    }

                    _down[j] = down;
                    int right = _best[j - 1] + Open;
                    if (across + Extend > right)
                    {
                        right = across + Extend;
                        cell |= 8;
                    }

                    across = right;
                    int both = diagonal + (own == other ? Match : Kind(own) == Kind(other) ? NearMatch : Mismatch);
                    diagonal = _best[j];
                    int best = both;
                    if (down > best)
                    {
                        best = down;
                        cell |= 1;
                    }

                    if (right > best)
                    {
                        best = right;
                        cell = (cell & ~3) | 2;
                    }

                    _best[j] = best;
                    _trace[row + j] = (byte)cell;
                }
            }
        }
    }

    private void WalkBack(int n, int m, Span<short> partner, Span<short> skipped)
    {
        int stride = m + 1, i = n, j = m, state = 0;
        while (i > 0 || j > 0)
        {
            byte cell = _trace[(i * stride) + j];
            if (state == 0) state = cell & 3;
            if (state == 0)
            {
                partner[i - 1] = (short)(j - 1);
                i--;
                j--;
            }
            else if (state == 1 && i > 0)
            {
                if ((cell & 4) == 0) state = 0;
                i--;
            }
            else
            {
                if (i < skipped.Length) skipped[i]++;
                if ((cell & 8) == 0 || i == 0) state = i == 0 ? 2 : 0;
                j--;
            }

            if (j == 0 && i > 0) state = 1;
        }
    }

    private static int Kind(byte b) => b == 0 ? 0 : ByteRuns.IsDigit(b) ? 1 : ByteRuns.IsPrintable(b) ? 2 : b < 0x20
        ? 3 : 4;
}
