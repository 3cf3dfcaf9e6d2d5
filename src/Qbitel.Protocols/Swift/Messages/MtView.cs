using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Swift.Messages;

/// <summary>What the typed views read of a text.</summary>
internal static class MtView
{
    /// <summary>Takes a message for a view: of the right type, and breaking no rule.</summary>
    public static bool TryTake(SwiftMessage message, string[] types, out ParseError error)
    {
        ArgumentNullException.ThrowIfNull(message);
        Diagnostic? broken = types.Contains(message.MessageType, StringComparer.Ordinal)
            ? message.Validate().FirstError()
            : new Diagnostic("Mt.MessageType", Severity.Error, "the message is of another type")
            {
                Offset = 0,
                Expected = string.Join(" or ", types),
                Actual = message.MessageType,
            };
        error = broken is null ? null! : new ParseError(broken);
        return broken is null;
    }

    public static Money? Money(string? value) =>
        value is not null && SwiftValue.TryReadMoney(value, out Money money) ? money : null;

    /// <summary>The six digits a value begins with.</summary>
    public static DateOnly Date(string? value) =>
        value is { Length: >= 6 } && SwiftValue.TryReadDate(value.AsSpan(0, 6), out DateOnly date) ? date : default;

    public static string? Value(IEnumerable<SwiftField> fields, string tag) =>
        fields.FirstOrDefault(field => field.Tag == tag)?.Value;

    public static SwiftParty? Party(IEnumerable<SwiftField> fields, string number) =>
        fields.FirstOrDefault(field => field.Number == number) is { } found ? SwiftParty.Read(found) : null;
}
