namespace Qbitel.Protocols.Fix;

/// <summary>Reads messages of one FIX version, or of any where none is named.</summary>
/// <param name="version">What field 8 must say, such as <c>FIX.4.4</c>; null for any version.</param>
/// <param name="mode">How deviations count in <see cref="Parse"/>.</param>
public sealed class FixParser(string? version = null, ParseMode mode = ParseMode.Lenient)
{
    private readonly FixVersion? _version = version is null ? null
        : FixVersion.TryParse(version.AsSpan(), out FixVersion known) ? known
        : throw new ArgumentException($"{version} is not one of {FixVersion.Known}", nameof(version));

    /// <summary>Reads one message and holds it against its dictionary.</summary>
    /// <exception cref="MessageFormatException">The frame is broken, the version another, or a rule is; the first
    /// finding is told.</exception>
    public FixMessage Parse(ReadOnlySpan<byte> bytes)
    {
        if (!TryParse(bytes, out FixMessage message, out ParseError error)) throw new MessageFormatException(error);
        if (message.Validate(mode).FirstError() is { } first)
        {
            throw new MessageFormatException(new ParseError(first));
        }

        return message;
    }

    /// <summary>Reads one message; its rules are for <see cref="FixMessage.Validate"/>.</summary>
    public bool TryParse(ReadOnlySpan<byte> bytes, out FixMessage message, out ParseError error)
    {
        if (!FixMessage.TryParse(bytes, out message, out error)) return false;
        if (_version is not { } wanted || message.Version == wanted) return true;

        error = new ParseError(new Diagnostic("Fix.BeginString", Severity.Error, "the message is of another version")
        {
            Offset = 2,
            Tag = "8",
            Expected = wanted.ToString(),
            Actual = message.Version.ToString(),
        });
        message = null!;
        return false;
    }
}
