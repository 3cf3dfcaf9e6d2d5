namespace Qbitel.Commands;

/// <summary>What a command is given to read: a file, or standard input.</summary>
internal static class Input
{
    public const string StandardInput = "-";

    /// <summary>No message and no vector set is larger; captures have their own reader.</summary>
    private const int Most = 256 << 20;

    /// <exception cref="RefusedException">It is too large to be read whole.</exception>
    public static async Task<byte[]> ReadAsync(string? path, CancellationToken cancellation)
    {
        await using Stream source = path is null or StandardInput ? Console.OpenStandardInput() : File.OpenRead(path);
        return await ReadAsync(source, cancellation);
    }

    /// <inheritdoc cref="ReadAsync(string?, CancellationToken)"/>
    public static async Task<byte[]> ReadAsync(Stream source, CancellationToken cancellation)
    {
        using MemoryStream whole = new();
        byte[] buffer = new byte[1 << 16];
        for (int size; (size = await source.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (whole.Length + size > Most)
                throw new RefusedException($"The input is larger than {Most >> 20} MiB.", "Give it in parts.");

            whole.Write(buffer, 0, size);
        }

        return whole.ToArray();
    }
}
