using Qbitel.Cryptography;

namespace Qbitel.KeyFiles;

/// <summary>Messages for schemes that need them whole, or twice.</summary>
internal static class Whole
{
    private const int Most = 256 << 20;

    /// <exception cref="RefusedException">It is larger than what can be taken.</exception>
    public static async Task<byte[]> ReadAsync(Stream message, SignatureAlgorithm algorithm,
        CancellationToken cancellation)
    {
        using MemoryStream whole = new();
        await CopyAsync(message, whole, algorithm, cancellation);
        return whole.ToArray();
    }

    /// <inheritdoc cref="ReadAsync"/>
    public static async Task CopyAsync(Stream message, MemoryStream whole, SignatureAlgorithm algorithm,
        CancellationToken cancellation)
    {
        byte[] buffer = new byte[1 << 16];
        for (int size; (size = await message.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (whole.Length + size > Most)
            {
                throw new RefusedException(
                    $"{algorithm} signs the message itself and needs it whole: at most {Most >> 20} MiB.",
                    "--cms signs a digest of a file of any size, with every algorithm.");
            }

            whole.Write(buffer, 0, size);
        }
    }
}
