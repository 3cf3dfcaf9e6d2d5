using System.Security.Cryptography;

namespace Qbitel.ConstantTime;

/// <summary>Random bytes that memcheck takes for unknown, in pinned memory.</summary>
internal static class Secret
{
    public static byte[] Of(int size)
    {
        byte[] secret = GC.AllocateArray<byte>(size, pinned: true);
        RandomNumberGenerator.Fill(secret);
        Memcheck.Poison(secret);
        return secret;
    }

    /// <summary>A copy that is published.</summary>
    public static byte[] Publish(byte[] bytes)
    {
        byte[] published = GC.AllocateArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(published, 0);
        Memcheck.Declassify(published);
        return published;
    }
}
