namespace Qbitel.Protocols.Swift;

/// <summary>Block 2: the message's type and the other party.</summary>
/// <param name="IsInput">True from the sender to the network; false from the network to the receiver.</param>
/// <param name="MessageType">Three digits.</param>
/// <param name="Address">The receiver of an input, the sender of an output; empty where the header is
/// malformed.</param>
/// <param name="Priority">U, N or S; absent in some archives.</param>
public sealed record SwiftApplicationHeader(bool IsInput, string MessageType, string Address, char? Priority)
{
    /// <summary>The input reference of an output message: date, sender, session and sequence.</summary>
    public string? InputReference { get; init; }

    /// <summary>Reads what there is; <paramref name="wellFormed"/> tells whether that is all there should be.</summary>
    internal static SwiftApplicationHeader? Read(string text, out bool wellFormed)
    {
        wellFormed = false;
        if (text.Length < 4 || text[0] is not ('I' or 'O') || !Ascii.IsDigits(text.AsSpan(1, 3))) return null;

        string type = text[1..4];
        if (text[0] == 'I')
        {
            // I, type, address, priority, then optionally the delivery monitoring digit and the obsolescence period.
            wellFormed = text.Length is 17 or 18 or 21 && IsPriority(text[16]) && Ascii.IsDigits(text.AsSpan(17));
            string receiver = text.Length >= 16 ? text[4..16] : "";
            return new SwiftApplicationHeader(true, type, receiver, wellFormed ? text[16] : null);
        }

        // O, type, input time, MIR (date, address, session, sequence), output date and time, priority.
        wellFormed = text.Length is 46 or 47 && Ascii.IsDigits(text.AsSpan(4, 10))
            && Ascii.IsDigits(text.AsSpan(26, 20))
            && (text.Length == 46 || IsPriority(text[46]));
        string sender = text.Length >= 26 ? text[14..26] : "";
        return new SwiftApplicationHeader(false, type, sender, wellFormed && text.Length == 47 ? text[46] : null)
        {
            InputReference = text.Length >= 36 ? text[8..36] : null,
        };
    }

    private static bool IsPriority(char c) => c is 'U' or 'N' or 'S';
}
