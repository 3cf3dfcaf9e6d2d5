using Qbitel.Protocols.Iso20022.Profiles;
using Qbitel.Protocols.Iso20022.Rails;

namespace Qbitel.Protocols.FedNow;

/// <summary>A message of the FedNow Service, in its wrapper or without.</summary>
public sealed class FedNowMessage : RailMessage
{
    internal FedNowMessage(ProfiledMessage message)
        : base(message)
    {
    }

    /// <param name="source">UTF-8: FedNowIncoming or FedNowOutgoing, or a document alone or after its header. The
    /// memory is kept.</param>
    /// <param name="message">The message; look at its findings.</param>
    /// <param name="error">Why the bytes are no such message.</param>
    public static bool TryParse(ReadOnlyMemory<byte> source, out FedNowMessage message, out ParseError error)
    {
        bool read = FedNowWrapper.TryRead(source, ParseOptions.Default, out ProfiledMessage profiled, out error);
        message = read ? new FedNowMessage(profiled) : null!;
        return read;
    }

    /// <exception cref="MessageFormatException">The bytes are no such message.</exception>
    public static FedNowMessage Parse(ReadOnlyMemory<byte> source) =>
        TryParse(source, out FedNowMessage message, out ParseError error) ? message
            : throw new MessageFormatException(error);
}
