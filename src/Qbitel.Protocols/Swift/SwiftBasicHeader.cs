using System.Text;

namespace Qbitel.Protocols.Swift;

/// <summary>Block 1: who speaks, in which session.</summary>
/// <param name="ApplicationId">F for FIN.</param>
/// <param name="ServiceId">01 for a message, 21 for an acknowledgement.</param>
/// <param name="LogicalTerminal">Twelve characters: the first eight of a BIC, the terminal, the branch.</param>
/// <param name="Session">Four digits.</param>
/// <param name="Sequence">Six digits.</param>
public sealed record SwiftBasicHeader(char ApplicationId, string ServiceId, string LogicalTerminal, string Session,
    string Sequence)
{
    internal const int Length = 25;

    internal static bool IsWellFormed(ReadOnlySpan<byte> content) =>
        content.Length == Length && content[0] is (byte)'F' or (byte)'A' or (byte)'L'
        && Ascii.IsDigits(content.Slice(1, 2)) && Ascii.IsDigits(content[15..]);

    internal static SwiftBasicHeader? Read(ReadOnlySpan<byte> content)
    {
        if (!IsWellFormed(content)) return null;
        string text = Encoding.Latin1.GetString(content);
        return new SwiftBasicHeader(text[0], text[1..3], text[3..15], text[15..19], text[19..]);
    }
}
