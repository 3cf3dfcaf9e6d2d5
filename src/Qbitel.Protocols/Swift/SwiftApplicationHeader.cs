using System.Text;

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

    /// <summary>
    /// Where the address begins in a well-formed header; 0 for another. An input is I, type, address, priority, and
    /// perhaps the delivery monitoring digit and the obsolescence period; an output is O, type, input time, MIR (date,
    /// address, session, sequence), output date and time, priority.
    /// </summary>
    internal static int AddressOffset(ReadOnlySpan<byte> content)
    {
        if (content.Length < 4 || !Ascii.IsDigits(content.Slice(1, 3))) return 0;
        if (content[0] == 'I')
        {
            return content.Length is 17 or 18 or 21 && IsPriority(content[16]) && Ascii.IsDigits(content[17..]) ? 4 : 0;
        }

        return content[0] == 'O' && content.Length is 46 or 47 && Ascii.IsDigits(content.Slice(4, 10))
            && Ascii.IsDigits(content.Slice(26, 20)) && (content.Length == 46 || IsPriority(content[46])) ? 14 : 0;
    }

    /// <summary>Reads what there is; null where not even the type is.</summary>
    internal static SwiftApplicationHeader? Read(ReadOnlySpan<byte> content)
    {
        if (content.Length < 4 || content[0] is not ((byte)'I' or (byte)'O') || !Ascii.IsDigits(content.Slice(1, 3)))
        {
            return null;
        }

        string text = Encoding.Latin1.GetString(content), type = text[1..4];
        bool isInput = text[0] == 'I', wellFormed = AddressOffset(content) > 0;
        int at = isInput ? 4 : 14, priority = isInput ? 16 : 46;
        return new SwiftApplicationHeader(isInput, type, text.Length >= at + 12 ? text.Substring(at, 12) : "",
            wellFormed && text.Length > priority ? text[priority] : null)
        {
            InputReference = !isInput && text.Length >= 36 ? text[8..36] : null,
        };
    }

    private static bool IsPriority(byte c) => c is (byte)'U' or (byte)'N' or (byte)'S';
}
