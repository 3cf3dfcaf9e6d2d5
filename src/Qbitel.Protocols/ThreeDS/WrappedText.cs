using System.Buffers;
using System.Buffers.Text;

namespace Qbitel.Protocols.ThreeDS;

/// <summary>
/// A message as browsers post it: its JSON in Base64url, alone or as the value of <c>creq</c>, <c>cres</c> or
/// <c>threeDSMethodData</c>.
/// </summary>
internal static class WrappedText
{
    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/="u8);

    /// <summary>Where the encoded text stands; false where the bytes do not begin with one.</summary>
    public static bool TryFind(ReadOnlySpan<byte> bytes, out int start, out int length)
    {
        start = Math.Max(0, bytes.IndexOfAnyExcept(" \t\r\n"u8));
        ReadOnlySpan<byte> begin = bytes[start..];
        start += begin.StartsWith("creq="u8) || begin.StartsWith("cres="u8) ? 5
            : begin.StartsWith("threeDSMethodData="u8) ? 18 : 0;

        ReadOnlySpan<byte> rest = bytes[start..];
        length = rest.IndexOfAnyExcept(Alphabet);
        if (length < 0) length = rest.Length;

        // An object: "{" and what may follow it, a quote or white space.
        return length >= 4 && rest[0] == 'e' && (rest[1] is (byte)'y' or (byte)'w');
    }

    /// <summary>Decodes the text; null where it is not Base64. Padding and Base64's own letters are told.</summary>
    public static byte[]? Decode(ReadOnlySpan<byte> encoded, out bool isLax)
    {
        ReadOnlySpan<byte> text = encoded.TrimEnd((byte)'=');
        isLax = text.Length < encoded.Length || text.ContainsAny((byte)'+', (byte)'/');
        if (text.Length % 4 == 1 || text.Contains((byte)'=')) return null;

        byte[] plain = text.ToArray();
        plain.AsSpan().Replace((byte)'+', (byte)'-');
        plain.AsSpan().Replace((byte)'/', (byte)'_');
        byte[] decoded = new byte[(plain.Length * 3 / 4) + 3];
        return Base64Url.DecodeFromUtf8(plain, decoded, out _, out int written) == OperationStatus.Done
            ? decoded[..written] : null;
    }

    /// <summary>Writes other bytes of the same length where these were decoded, with the letters that were there.
    /// </summary>
    public static void Encode(ReadOnlySpan<byte> json, Span<byte> encoded)
    {
        bool isPlain = encoded.ContainsAny((byte)'+', (byte)'/');
        byte[] text = new byte[Base64Url.GetEncodedLength(json.Length)];
        Base64Url.EncodeToUtf8(json, text);
        if (isPlain)
        {
            text.AsSpan().Replace((byte)'-', (byte)'+');
            text.AsSpan().Replace((byte)'_', (byte)'/');
        }

        text.CopyTo(encoded);
    }
}
