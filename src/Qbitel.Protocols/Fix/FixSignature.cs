using System.Buffers;
using System.Buffers.Text;
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
/// ML-DSA context is <c>FIX signature 1 </c> and the value of field 8. Fields 9 and 10 follow from the signature and
/// are not signed. The signature is base64url without padding (RFC 4648, section 5): the field may hold any byte, but
/// many readers end it at the first SOH. Its length is that of the key's parameter set, so it is found from the end of
/// the message, before anything of the body is read.
/// </remarks>
internal static class FixSignature
{
    private const string Context = "FIX signature 1 ";

    private const int MaximumHead = 24;

    public static byte[] ContextOf(FixVersion version) => Encoding.ASCII.GetBytes(Context + version);

    /// <summary>The body with the signature fields after it.</summary>
    public static byte[] Sign(FixVersion version, ReadOnlySpan<byte> body, MLDsa key)
    {
        byte[] signature = new byte[key.Algorithm.SignatureSizeInBytes];
        key.SignData(body, signature, ContextOf(version));

        int length = LengthOf(signature.Length);
        Span<byte> head = stackalloc byte[MaximumHead];
        head = head[..WriteHead(length, head)];
        byte[] signed = new byte[body.Length + head.Length + length + 1];
        body.CopyTo(signed);
        head.CopyTo(signed.AsSpan(body.Length));
        Base64Url.EncodeToUtf8(signature, signed.AsSpan(body.Length + head.Length));
        signed[^1] = FixReader.Soh;
        return signed;
    }

    /// <summary>Where the signature fields of this size begin, where they are; -1 where not.</summary>
    public static int Find(ReadOnlySpan<byte> message, FixFrame frame, int size)
    {
        int length = LengthOf(size);
        Span<byte> head = stackalloc byte[MaximumHead];
        head = head[..WriteHead(length, head)];
        int end = frame.BodyOffset + frame.BodyLength, start = end - head.Length - length - 1;
        return start > frame.BodyOffset && message[start - 1] == FixReader.Soh && message[start..].StartsWith(head)
            ? start : -1;
    }

    /// <summary>Whether the signature that begins at a place is the key's over what stands before it.</summary>
    public static bool Verify(ReadOnlySpan<byte> message, FixFrame frame, int start, MLDsa key)
    {
        int size = key.Algorithm.SignatureSizeInBytes, end = frame.BodyOffset + frame.BodyLength - 1;
        ReadOnlySpan<byte> text = message[(end - LengthOf(size))..end];
        byte[] signature = new byte[size], again = new byte[text.Length];
        if (Base64Url.DecodeFromUtf8(text, signature, out _, out int written) != OperationStatus.Done
            || written != size)
        {
            return false;
        }

        // One signature has one text: no spaces, and nothing in the bits the last letter leaves over.
        Base64Url.EncodeToUtf8(signature, again);
        return text.SequenceEqual(again)
            && key.VerifyData(message[frame.BodyOffset..start], signature, ContextOf(frame.Version));
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

    /// <summary>Letters of a signature of this many bytes, which is what field 93 says.</summary>
    public static int LengthOf(int size) => Base64Url.GetEncodedLength(size);

    private static int WriteHead(int length, Span<byte> head)
    {
        "93="u8.CopyTo(head);
        length.TryFormat(head[3..], out int digits, default, CultureInfo.InvariantCulture);
        "\u000189="u8.CopyTo(head[(3 + digits)..]);
        return 3 + digits + 4;
    }
}
