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

    internal static SwiftBasicHeader? Read(string text) =>
        text.Length == Length && text[0] is 'F' or 'A' or 'L' && Ascii.IsDigits(text.AsSpan(1, 2))
            && Ascii.IsDigits(text.AsSpan(15))
            ? new SwiftBasicHeader(text[0], text[1..3], text[3..15], text[15..19], text[19..]) : null;
}
