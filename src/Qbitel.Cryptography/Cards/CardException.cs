using System.Security.Cryptography;

namespace Qbitel.Cryptography.Cards;

/// <summary>Card cryptography refused its input. The message never holds a PIN, a key or a card number.</summary>
public sealed class CardException : CryptographicException
{
    public CardException()
    {
    }

    public CardException(string message)
        : base(message)
    {
    }

    public CardException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public CardException(CardFault fault, string message)
        : base(message) => Fault = fault;

    public CardFault Fault { get; }
}
