namespace Qbitel.Protocols.Iso8583.Detection;

/// <summary>One variant in which messages may be written.</summary>
/// <param name="Profile">The field table.</param>
/// <param name="Encoding">How they would be written.</param>
/// <param name="Bits">How much more likely the bytes are so than at random, as a logarithm to base 2.</param>
/// <param name="Likelihood">Against the other candidates and against bytes that are no message: 0 to 1.</param>
/// <param name="Read">Messages read to their end.</param>
/// <param name="Failure">The first message that was not read: its first field that failed, where, and why; null where
/// all were read.</param>
public sealed record Iso8583Candidate(
    Iso8583Profile Profile, Iso8583Encoding Encoding, double Bits, double Likelihood, int Read, ParseError? Failure)
{
    /// <summary>Choices that nothing in the messages depends on, by their names in a profile; the usual ones stand for
    /// them.</summary>
    public IReadOnlyList<string> Untold { get; init; } = [];

    /// <summary>Of <see cref="Bits"/>, what fields prove by being absent alone.</summary>
    internal double AbsenceBits { get; init; }

    /// <summary>The message of the failure, counted from 1.</summary>
    public int FailedMessage { get; init; }

    /// <summary>Fields read before the failure.</summary>
    public int FieldsBeforeFailure { get; init; }

    /// <summary>Every choice by its name in a profile, its value there, and both in words.</summary>
    public IReadOnlyList<(string Name, string Value, string Words)> Choices => [.. Iso8583EncodingWords.Of(Encoding)];

    /// <summary>Why it is likely, or where it fails, in one line.</summary>
    public string Reason => Failure is { } failure
        ? $"message {FailedMessage} fails after {FieldsBeforeFailure} fields: {failure}"
        : $"every message reads to its last byte: {Bits:0} bits more likely than chance";
}
