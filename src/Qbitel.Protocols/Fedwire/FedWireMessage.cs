using Qbitel.Protocols.Iso20022.Profiles;
using Qbitel.Protocols.Iso20022.Rails;

namespace Qbitel.Protocols.Fedwire;

/// <summary>A message of the Fedwire Funds Service in ISO 20022, as Release 2025 has it.</summary>
public sealed class FedWireMessage : RailMessage
{
    internal FedWireMessage(ProfiledMessage message)
        : base(message)
    {
    }

    /// <summary>The message identifier, where it is an IMAD.</summary>
    public Imad? Imad => Fedwire.Imad.TryParse(MessageId, out Imad imad) ? imad : null;

    /// <param name="source">A document in UTF-8, alone, or after its header, or in an envelope. The memory is
    /// kept.</param>
    /// <param name="message">The message; look at its findings.</param>
    /// <param name="error">Why the bytes are no such message.</param>
    public static bool TryParse(ReadOnlyMemory<byte> source, out FedWireMessage message, out ParseError error)
    {
        bool read = ProfiledMessage.TryRead(source, MxProfile.Find("fedwire-2025"), ParseOptions.Default,
            out ProfiledMessage profiled, out error);
        message = read ? new FedWireMessage(profiled) : null!;
        return read;
    }

    /// <exception cref="MessageFormatException">The bytes are no such message.</exception>
    public static FedWireMessage Parse(ReadOnlyMemory<byte> source) =>
        TryParse(source, out FedWireMessage message, out ParseError error) ? message
            : throw new MessageFormatException(error);
}
