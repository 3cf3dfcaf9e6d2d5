namespace Qbitel.Cryptography.Tests.Lattices;

/// <summary>One small fault in valid bytes, as a generator's numbers choose it.</summary>
internal static class Mutation
{
    public static byte[] Of(byte[] valid, int position, byte value, byte[] junk)
    {
        // Half of the faults fall in the first bytes, where structures have their lengths.
        int spread = unchecked((int)((uint)position * 2654435761u >> 1));
        int at = (spread & 1) == 0 ? spread % valid.Length : spread % Math.Min(32, valid.Length);
        byte[] copy = [.. valid];
        switch (value % 6)
        {
            case 0:
                copy[at] ^= (byte)(1 << (value / 6 % 8));
                return copy;
            case 1:
                copy[at] = value;
                return copy;
            case 2:
                return copy[..at];
            case 3:
                return [.. copy, .. junk];
            case 4:
                return [.. copy[..at], .. junk, .. copy[at..]];
            default:
                return [.. copy[..at], .. copy[Math.Min(copy.Length, at + 1 + (value % 8))..]];
        }
    }
}
