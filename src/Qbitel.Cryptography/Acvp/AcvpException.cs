namespace Qbitel.Cryptography.Acvp;

/// <summary>The input is no vector set that can be answered; the message says what is wrong and where.</summary>
/// <remarks>A single case that is malformed is not this: it is answered, as failed.</remarks>
public sealed class AcvpException : FormatException
{
    public AcvpException()
    {
    }

    public AcvpException(string message)
        : base(message)
    {
    }

    public AcvpException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
