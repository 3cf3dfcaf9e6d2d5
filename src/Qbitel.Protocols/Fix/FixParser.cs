using System.Security.Cryptography;
using System.Text;

namespace Qbitel.Protocols.Fix;

/// <summary>Reads messages of one FIX version, or of any where none is named.</summary>
/// <param name="version">Such as <c>FIX.4.4</c>, or <c>FIX.5.0SP2</c>, which FIXT.1.1 carries; null for any version.
/// </param>
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
        init => field = Own(value, version);
    } = Own(FixProfile.Standard, version);

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

    /// <summary>Reads one message; its rules are for <see cref="FixMessage.Validate(FixProfile, ParseMode)"/>.
    /// </summary>
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
            Offset = isOther ? 2 : message.Find(1128)!.Value.Offset,
            Tag = isOther ? "8" : "1128",
            Expected = isOther ? wanted.Field8.ToString() : FixVersion.NameOf(wanted.Application!.Value),
            Actual = isOther ? message.Version.ToString() : FixVersion.NameOf(message.Application!.Value),
        });
        message = null!;
        return false;
    }

    /// <summary>Reads one signed message, holds it against its dictionary and returns it only if it is the key's.
    /// </summary>
    /// <remarks>The signature is checked first: nothing of the body is read before.</remarks>
    /// <exception cref="MessageFormatException">The frame is broken, the signature is missing or wrong, or a rule
    /// is broken.</exception>
    public FixMessage ParseAndVerify(ReadOnlySpan<byte> bytes, MLDsa key)
    {
        if (!TryParseAndVerify(bytes, key, out FixMessage message, out ParseError error))
        {
            throw new MessageFormatException(error);
        }

        if (message.Validate(Profile, mode).FirstError() is { } first)
        {
            throw new MessageFormatException(new ParseError(first));
        }

        return message;
    }

    /// <summary>Reads one signed message; its rules are for <see cref="FixMessage.Validate(FixProfile, ParseMode)"/>.
    /// </summary>
    /// <returns>False where the frame is broken or the signature is missing or not the key's.</returns>
    public bool TryParseAndVerify(ReadOnlySpan<byte> bytes, MLDsa key, out FixMessage message, out ParseError error)
    {
        ArgumentNullException.ThrowIfNull(key);
        message = null!;
        if (FixFrame.TryRead(bytes, out FixFrame frame, out ParseError? wrong) != FrameStatus.Complete)
        {
            error = wrong!;
            return false;
        }

        int end = frame.BodyOffset + frame.BodyLength, size = key.Algorithm.SignatureSizeInBytes;
        if (FixSignature.Find(bytes, frame, size) is not (> 0 and int start))
        {
            error = new ParseError(FixSignature.Problem("the message does not end with a signature of the key's size",
                end, $"93={FixSignature.LengthOf(size)} and 89 before field 10"));
            return false;
        }

        if (!FixSignature.Verify(bytes, frame, start, key))
        {
            error = new ParseError(FixSignature.Problem("the signature is not the key's over this message", start,
                $"{key.Algorithm.Name} over the bytes from field 35 to field 93"));
            return false;
        }

        if (!TryParse(bytes, out message, out error)) return false;

        // A data field that reaches into the signature would make the body end elsewhere than what was signed.
        IReadOnlyList<FixField> fields = message.Fields;
        if (fields.Count >= 6 && fields[^3].Offset == start && fields[^2].Tag == 89) return true;

        error = new ParseError(FixSignature.Problem("a field of the body reaches into the signature", start,
            "the signature as fields of its own"));
        message = null!;
        return false;
    }

    /// <summary>Reads one message signed by the key of the party that it says it is from.</summary>
    /// <remarks>The key is asked for by SenderCompID (49), as the message claims it; null says there is none.</remarks>
    /// <returns>False where the frame is broken, the sender has no key, or the signature is not that key's.</returns>
    public bool TryParseAndVerify(ReadOnlySpan<byte> bytes, Func<string, MLDsa?> keyOf, out FixMessage message,
        out ParseError error)
    {
        ArgumentNullException.ThrowIfNull(keyOf);
        message = null!;
        if (FixFrame.TryRead(bytes, out FixFrame frame, out ParseError? wrong) != FrameStatus.Complete)
        {
            error = wrong!;
            return false;
        }

        FixReader reader = new(bytes[..frame.Length]);
        while (reader.Read() && reader.Tag != 49)
        {
        }

        if (reader.Tag == 49 && keyOf(Encoding.Latin1.GetString(reader.Value)) is { } key)
        {
            return TryParseAndVerify(bytes, key, out message, out error);
        }

        error = new ParseError(FixSignature.Problem("there is no key of the sender", reader.FieldOffset,
            "a SenderCompID (49) whose key is known"));
        return false;
    }

    private static FixProfile Own(FixProfile profile, string? version) =>
        version is not null && FixVersion.TryParseName(version, out _, out FixApplication? application)
        && application is { } own ? profile.WithApplication(own) : profile;
}
