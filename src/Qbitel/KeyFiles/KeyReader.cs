using System.Formats.Asn1;
using System.Security.Cryptography;
using Qbitel.Cryptography.Encodings;

namespace Qbitel.KeyFiles;

/// <summary>Reads the key in a file, and says of a file without one which file it was.</summary>
internal static class KeyReader
{
    /// <param name="path">A key or a certificate in any format of <see cref="KeyFileFormat"/>.</param>
    /// <param name="passphrase">Asked only if the key is encrypted.</param>
    /// <exception cref="RefusedException">There is no key in the file, or the passphrase is wrong.</exception>
    public static StoredKey Read(string path, Func<Passphrase> passphrase)
    {
        byte[] file = GC.AllocateUninitializedArray<byte>(KeyFile.MaxSize + 1, pinned: true);
        int size = 0;
        try
        {
            using (FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0))
                size = stream.ReadAtLeast(file, file.Length, throwOnEndOfStream: false);
            ReadOnlySpan<byte> content = file.AsSpan(0, size);
            if (!IsEncrypted(content)) return KeyFile.Read(content);

            using Passphrase secret = passphrase();
            return KeyFile.Read(content, secret.Text);
        }
        catch (CryptographicException wrong)
        {
            throw new RefusedException($"{path}: {wrong.Message}",
                "'qbitel key show FILE' says what is in a file; 'qbitel key generate' makes a new key.", wrong);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(file.AsSpan(0, size));
        }
    }

    /// <summary>A key to verify or to encrypt with: only its public half is used, and no passphrase is asked
    /// for.</summary>
    /// <exception cref="RefusedException">There is no key in the file, or it is an encrypted private key.</exception>
    public static StoredKey ReadPublic(string path) => Read(path, () => throw new RefusedException(
        $"{path} is an encrypted private key; the public key is enough here.",
        "Give its public key: 'qbitel key convert FILE --public' writes it."));

    // The label of RFC 7468; a DER sequence of a sequence and an octet string (RFC 5958, section 3).
    private static bool IsEncrypted(ReadOnlySpan<byte> file)
    {
        if (file.IndexOf("-----BEGIN ENCRYPTED PRIVATE KEY-----"u8) >= 0) return true;

        try
        {
            AsnDecoder.ReadSequence(file, AsnEncodingRules.DER, out int offset, out int length, out _);
            ReadOnlySpan<byte> content = file.Slice(offset, length);
            AsnDecoder.ReadSequence(content, AsnEncodingRules.DER, out _, out _, out int first);
            return content[first..] is [0x04, ..];
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
