using System.Buffers;
using System.Buffers.Text;

namespace Qbitel.Protocols.ThreeDS.Jose;

/// <summary>Base64url without padding, line ends or other characters (RFC 7515, 2).</summary>
internal static class JoseText
{
    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    public static bool TryDecode(ReadOnlySpan<byte> text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length % 4 == 1 || text.ContainsAnyExcept(Alphabet)) return false;

        bytes = new byte[(text.Length * 3 / 4) + 3];
        if (Base64Url.DecodeFromUtf8(text, bytes, out _, out int written) != OperationStatus.Done) return false;
        bytes = bytes[..written];
        return true;
    }

    public static ParseError Wrong(string what, int offset, string expected, string found) =>
        new(new Diagnostic("Jose." + what, Severity.Error, "the signed or encrypted object cannot be read")
        {
            Offset = offset,
            Expected = expected,
            Actual = found,
        });
}
