using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Encodings;
using Qbitel.Cryptography.Keys;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.KeyFiles;

/// <summary>Signs and checks what is in a file or comes on standard input.</summary>
internal static class FileSignature
{
    private const string StandardInput = "-";

    public static async Task<byte[]> SignAsync(SignatureKey key, string path, byte[] context,
        CancellationToken cancellation)
    {
        await using Stream message = Open(path);
        using ManagedMLDsa? lattice = Lattice(key);
        return lattice is not null ? await lattice.SignDataAsync(message, context, cancellation)
            : key.Sign(await Whole.ReadAsync(message, key.Algorithm, cancellation), context);
    }

    /// <summary>Why the signature is not valid; null where it is.</summary>
    /// <param name="key">The signer's, of which the public half is used.</param>
    /// <param name="fingerprint">Of that key.</param>
    /// <param name="path">What was signed.</param>
    /// <param name="signaturePath">A <see cref="SignatureFile"/>, CMS, or the bytes of a signature alone.</param>
    /// <param name="context">As it was given when signing.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async Task<string?> CheckAsync(SignatureKey key, KeyFingerprint fingerprint, string path,
        string signaturePath,
        byte[] context, CancellationToken cancellation)
    {
        byte[] stored = await ReadSignatureAsync(signaturePath, cancellation);
        ReadOnlyMemory<byte> signature = stored;
        if (SignatureFile.Looks(stored))
        {
            if (!SignatureFile.TryParse(stored, out SignatureFile? file, out string problem))
                return $"{signaturePath} is no signature file: {problem}";
            if (file.Algorithm != key.Algorithm)
                return $"{signaturePath} is by {file.Algorithm}, and the key is of {key.Algorithm}";
            if (file.Key != fingerprint) return $"{signaturePath} is by another key, sha256:{file.Key}";

            signature = file.Signature;
        }

        await using Stream message = Open(path);
        if (CmsFile.Looks(stored))
        {
            if (context.Length > 0) throw new MisusedException("A CMS signature has no context.");

            return await CmsFile.VerifyAsync(key, stored, message, cancellation) ? null
                : $"{signaturePath} holds no signature by this key over this file";
        }

        using ManagedMLDsa? lattice = Lattice(key);
        bool isValid = lattice is not null ? await lattice.VerifyDataAsync(message, signature, context, cancellation)
            : key.Verify(await Whole.ReadAsync(message, key.Algorithm, cancellation), signature.Span, context);
        return isValid ? null
            : "the file or the context is not what was signed, or the signature is by another key";
    }

    public static Stream Open(string path) => path == StandardInput ? Console.OpenStandardInput() : File.OpenRead(path);

    private static async Task<byte[]> ReadSignatureAsync(string path, CancellationToken cancellation)
    {
        await using FileStream stream = File.OpenRead(path);
        byte[] content = new byte[CmsFile.MaxSignatureSize + 1];
        int size = await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellation);
        return size <= CmsFile.MaxSignatureSize ? content[..size]
            : throw new RefusedException($"{path} is no signature: it is larger than {CmsFile.MaxSignatureSize} bytes.",
                "Give the signature with --signature and what was signed as FILE.");
    }

    /// <summary>The same key of ML-DSA as the type that reads streams; null for every other algorithm.</summary>
    private static ManagedMLDsa? Lattice(SignatureKey key)
    {
        if (key.Algorithm != SignatureAlgorithm.MLDsa44 && key.Algorithm != SignatureAlgorithm.MLDsa65
            && key.Algorithm != SignatureAlgorithm.MLDsa87)
        {
            return null;
        }

        if (!key.HasPrivateKey) return ManagedMLDsa.ImportSubjectPublicKeyInfo(SubjectPublicKey.Of(key).Encode());

        byte[] pkcs8 = Pkcs8.Encode(key);
        try
        {
            return ManagedMLDsa.ImportPkcs8PrivateKey(pkcs8);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }
}
