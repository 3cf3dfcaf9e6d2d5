namespace Qbitel.Protocols.Translation;

/// <summary>What a translation may be told besides the message.</summary>
public sealed record TranslationOptions
{
    public static TranslationOptions Default { get; } = new();

    /// <summary>
    /// When the translated message is made, for targets that demand it; null to use what the source says.
    /// </summary>
    public DateTimeOffset? CreatedAt { get; init; }
}
