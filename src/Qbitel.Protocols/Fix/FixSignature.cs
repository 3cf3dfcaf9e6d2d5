using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Qbitel.Protocols.Fix;

/// <summary>
/// A post-quantum signature in the fields the standard has for one: SignatureLength (93) and Signature (89), the last
/// before CheckSum (10).
/// </summary>
/// <remarks>
/// Signed are the bytes from the '3' of <c>35=</c> up to and including the SOH before <c>93=</c>, as they stand; the
/// ML-DSA context is <c>FIX signature 1 </c> and the value of field 8. Fields 9 and 10 follow from the signature and are
/// not signed. The signature is raw bytes, as data fields hold them. Its size is that of the key's parameter set, so it
/// is found from the end of the message, before anything of the body is read.
/// </remarks>
internal static class FixSignature
{
    private const string Context = "FIX signature 1 ";

    public static byte[] ContextOf(FixVersion version) => Encoding.ASCII.GetBytes(Context + version);

    /// <summary>The body with the signature fields after it.</summary>
    public static byte[] Sign(FixVersion version, ReadOnlySpan<byte> body, MLDsa key)
    {
        byte[] head = Head(key.Algorithm.SignatureSizeInBytes);
        byte[] signed = new byte[body.Length + head.Length + key.Algorithm.SignatureSizeInBytes + 1];
        body.CopyTo(signed);
        head.CopyTo(signed, body.Length);
        key.SignData(body, signed.AsSpan(body.Length + head.Length, key.Algorithm.SignatureSizeInBytes),
            ContextOf(version));
        signed[^1] = FixReader.Soh;
        return signed;
    }

    /// <summary>Where the signature fields of this size begin, where they are; -1 where not.</summary>
    public static int Find(ReadOnlySpan<byte> message, FixFrame frame, int size)
    {
        Span<byte> head = stackalloc byte[24];
        if (!TryWriteHead(size, head, out int length)) return -1;

        int end = frame.BodyOffset + frame.BodyLength, start = end - length - size - 1;
        return start > frame.BodyOffset && message[start - 1] == FixReader.Soh
            && message[start..].StartsWith(head[..length]) ? start : -1;
    }

    /// <summary>Whether the signature that begins at a place is the key's over what stands before it.</summary>
    public static bool Verify(ReadOnlySpan<byte> message, FixFrame frame, int start, MLDsa key)
    {
        int end = frame.BodyOffset + frame.BodyLength;
        return key.VerifyData(message[frame.BodyOffset..start],
            message[(end - 1 - key.Algorithm.SignatureSizeInBytes)..(end - 1)], ContextOf(frame.Version));
    }

    public static Diagnostic Problem(string text, int offset, string expected) =>
        new("Fix." + FixRejectReason.SignatureProblem, Severity.Error,
            $"{text}: reject reason {(int)FixRejectReason.SignatureProblem}")
        {
            Offset = offset,
            Tag = "89",
            Field = "Signature",
            Expected = expected,
        };

    private static byte[] Head(int size) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"93={size}\u000189="));

    private static bool TryWriteHead(int size, Span<byte> head, out int length)
    {
        "93="u8.CopyTo(head);
        length = 3;
        if (!size.TryFormat(head[3..], out int digits, default, CultureInfo.InvariantCulture)) return false;
        "\u000189="u8.CopyTo(head[(3 + digits)..]);
        length += digits + 4;
        return true;
    }
}
