namespace Qbitel.Protocols.Identification;

/// <summary>What the first message of some bytes is.</summary>
/// <param name="Protocol">The canonical name, or null: unknown is an answer.</param>
/// <param name="Version">The protocol's version, where the message names one.</param>
/// <param name="MessageType">The message's own type.</param>
/// <param name="Consumed">Bytes of the message, from the start of the input.</param>
/// <param name="Confidence">0 to 1: how little chance leaves of other bytes fitting as well.</param>
public sealed record IdentifiedMessage(string? Protocol, string? Version, string? MessageType, int Consumed,
    double Confidence)
{
    internal static readonly IdentifiedMessage Unknown = new(null, null, null, 0, 0);

    public bool IsKnown => Protocol is not null;

    /// <summary>
    /// From what was verified: each bit that had to be as it is halves the chance of an accident. The exponent is
    /// divided by four because bits of one message are not independent: text is full of digits.
    /// </summary>
    internal static double ConfidenceOf(double verifiedBits) =>
        Math.Round(Math.Min(1 - Math.Pow(2, -verifiedBits / 4), 0.9999), 4);
}
