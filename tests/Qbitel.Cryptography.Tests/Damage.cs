using System.Security.Cryptography;

namespace Qbitel.Cryptography.Tests;

/// <summary>Ways to spoil bytes that were right, and a look at what a decoder does with them.</summary>
internal static class Damage
{
    /// <summary>Other lengths, and other contents of the same length.</summary>
    public static IEnumerable<byte[]> Of(byte[] valid)
    {
        yield return [];
        yield return valid[..^1];
        yield return [.. valid, 0];
        yield return [0, .. valid];
        yield return new byte[valid.Length];
        yield return [.. Enumerable.Repeat((byte)0xFF, valid.Length)];
        yield return RandomNumberGenerator.GetBytes(valid.Length);
        foreach (byte[] flipped in Flips(valid, 24)) yield return flipped;
    }

    /// <summary>One bit changed, at both ends and evenly between.</summary>
    public static IEnumerable<byte[]> Flips(byte[] valid, int count)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] flipped = [.. valid];
            flipped[(int)((long)i * (valid.Length - 1) / (count - 1))] ^= (byte)(1 << (i % 8));
            yield return flipped;
        }
    }

    public static byte[] Flip(byte[] valid, int position, byte mask)
    {
        byte[] flipped = [.. valid];
        flipped[position] ^= mask;
        return flipped;
    }

    /// <summary>Runs a decoder on bytes from anywhere: it may only succeed or refuse in the documented way.</summary>
    public static bool Refuses(Func<IDisposable?> decode)
    {
        try
        {
            decode()?.Dispose();
            return false;
        }
        catch (CryptographicException)
        {
            return true;
        }
    }
}
