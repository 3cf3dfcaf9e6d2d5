namespace Qbitel.Protocols.Fix;

/// <summary>Reads messages of one FIX version, or of any where none is named.</summary>
/// <param name="version">Such as <c>FIX.4.4</c>, or <c>FIX.5.0SP2</c>, which FIXT.1.1 carries; null for any version.</param>
/// <param name="mode">How deviations count in <see cref="Parse"/>.</param>
public sealed class FixParser(string? version = null, ParseMode mode = ParseMode.Lenient)
{
    private readonly (FixVersion Field8, FixApplication? Application)? _version = version is null ? null
        : FixVersion.TryParseName(version, out FixVersion known, out FixApplication? application) ? (known, application)
        : throw new ArgumentException(
            $"{version} is not one of {FixVersion.Known}, FIX.5.0, FIX.5.0SP1 and FIX.5.0SP2", nameof(version));

    /// <summary>What the parties have agreed on beyond the version's table; nothing unless set.</summary>
    public FixProfile Profile
    {
        get => field;
        init => field = _version?.Application is { } own ? value.WithApplication(own) : value;
    } = FixProfile.Standard;

    /// <summary>Reads one message and holds it against its dictionary.</summary>
    /// <exception cref="MessageFormatException">The frame is broken, the version another, or a rule is; the first
    /// finding is told.</exception>
    public FixMessage Parse(ReadOnlySpan<byte> bytes)
    {
        if (!TryParse(bytes, out FixMessage message, out ParseError error)) throw new MessageFormatException(error);
        if (message.Validate(Profile, mode).FirstError() is { } first)
        {
            throw new MessageFormatException(new ParseError(first));
        }

        return message;
    }

    /// <summary>Reads one message; its rules are for <see cref="FixMessage.Validate(FixProfile, ParseMode)"/>.</summary>
    public bool TryParse(ReadOnlySpan<byte> bytes, out FixMessage message, out ParseError error)
    {
        if (!FixMessage.TryParse(bytes, out message, out error)) return false;
        if (_version is not { } wanted) return true;

        bool isOther = message.Version != wanted.Field8;
        if (!isOther && (wanted.Application is null || message.Application is null
            || message.Application == wanted.Application))
        {
            return true;
        }

        error = new ParseError(new Diagnostic("Fix.BeginString", Severity.Error, "the message is of another version")
        {
            Offset = 2,
            Tag = isOther ? "8" : "1128",
            Expected = isOther ? wanted.Field8.ToString() : FixVersion.NameOf(wanted.Application!.Value),
            Actual = isOther ? message.Version.ToString() : FixVersion.NameOf(message.Application!.Value),
        });
        message = null!;
        return false;
    }
}
