using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.KeyFiles;

/// <summary>Signs and checks what is in a file or comes on standard input.</summary>
internal static class FileSignature
{
    private const string StandardInput = "-";

    // Of a scheme that needs the message twice, or whole.
    private const int MostInMemory = 256 << 20;

    public static async Task<byte[]> SignAsync(SignatureKey key, string path, byte[] context, CancellationToken cancellation)
    {
        await using Stream message = Open(path);
        return key.Sign(await WholeAsync(message, key.Algorithm, cancellation), context);
    }

    /// <summary>Why the signature is not valid; null where it is.</summary>
    /// <param name="key">The signer's, of which the public half is used.</param>
    /// <param name="fingerprint">Of that key.</param>
    /// <param name="path">What was signed.</param>
    /// <param name="signaturePath">A <see cref="SignatureFile"/>, or the bytes of a signature alone.</param>
    /// <param name="context">As it was given when signing.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async Task<string?> CheckAsync(SignatureKey key, KeyFingerprint fingerprint, string path, string signaturePath,
        byte[] context, CancellationToken cancellation)
    {
        byte[] stored = await ReadSignatureAsync(signaturePath, cancellation);
        ReadOnlyMemory<byte> signature = stored;
        if (SignatureFile.Looks(stored))
        {
            if (!SignatureFile.TryParse(stored, out SignatureFile? file, out string problem)) return $"{signaturePath} is no signature file: {problem}";
            if (file.Algorithm != key.Algorithm) return $"{signaturePath} is by {file.Algorithm}, and the key is of {key.Algorithm}";
            if (file.Key != fingerprint) return $"{signaturePath} is by another key, sha256:{file.Key}";

            signature = file.Signature;
        }

        await using Stream message = Open(path);
        return key.Verify(await WholeAsync(message, key.Algorithm, cancellation), signature.Span, context) ? null
            : "the file or the context is not what was signed, or the signature is by another key";
    }

    private static Stream Open(string path) => path == StandardInput ? Console.OpenStandardInput() : File.OpenRead(path);

    private static async Task<byte[]> ReadSignatureAsync(string path, CancellationToken cancellation)
    {
        await using FileStream stream = File.OpenRead(path);
        byte[] content = new byte[SignatureFile.MaxSize + 1];
        int size = await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellation);
        return size <= SignatureFile.MaxSize ? content[..size]
            : throw new RefusedException($"{path} is no signature: it is larger than {SignatureFile.MaxSize} bytes.", "Give the signature with --signature and what was signed as FILE.");
    }

    /// <exception cref="RefusedException">It is larger than what this scheme can take.</exception>
    private static async Task<byte[]> WholeAsync(Stream message, SignatureAlgorithm algorithm, CancellationToken cancellation)
    {
        using MemoryStream whole = new();
        byte[] buffer = new byte[1 << 16];
        for (int size; (size = await message.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (whole.Length + size > MostInMemory)
            {
                throw new RefusedException($"{algorithm} signs the message itself and needs it whole: at most {MostInMemory >> 20} MiB.",
                    "ML-DSA and the composites of it sign files of any size.");
            }

            whole.Write(buffer, 0, size);
        }

        return whole.ToArray();
    }
}
