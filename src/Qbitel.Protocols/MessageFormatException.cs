namespace Qbitel.Protocols;

/// <summary>
/// Thrown by <c>Parse</c> and <c>Build</c> methods for what <c>TryParse</c> reports as a <see cref="ParseError"/>.
/// </summary>
public sealed class MessageFormatException : FormatException
{
    public MessageFormatException(ParseError error)
        : base(error?.ToString())
    {
        ArgumentNullException.ThrowIfNull(error);
        Error = error;
    }

    public ParseError Error { get; }
}
