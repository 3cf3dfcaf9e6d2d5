using System.Text;

namespace Qbitel.Protocols.Nacha.Rules;

/// <summary>Code page 037, EBCDIC of the United States, from and to ASCII.</summary>
internal static class Ebcdic037
{
    private static readonly Encoding CodePage = CodePagesEncodingProvider.Instance.GetEncoding(37)!;

    /// <summary>By EBCDIC byte; 0 for a character that ASCII does not have.</summary>
    public static readonly byte[] ToAscii = [.. Enumerable.Range(0, 256)
        .Select(code => CodePage.GetString([(byte)code])[0])
        .Select(text => text is >= ' ' and <= '~' ? (byte)text : (byte)0)];

    public static byte FromAscii(byte character) => CodePage.GetBytes([(char)character])[0];
}
