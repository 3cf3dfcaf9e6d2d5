using Qbitel.Governance;

namespace Qbitel.Automation.Protection;

/// <summary>A message, who signs it and to whom it is sealed.</summary>
public sealed record MessageToProtect
{
    /// <summary>The transaction reference: bound to the seal, and how the message is found again.</summary>
    public required string Reference { get; init; }

    /// <summary>The format, e.g. <c>swift-mt</c>.</summary>
    public required string Protocol { get; init; }

    public required ReadOnlyMemory<byte> Content { get; init; }

    public required KeyId SigningKey { get; init; }

    public required KeyId RecipientKey { get; init; }

    /// <summary>How long the archive keeps it.</summary>
    public required TimeSpan Retention { get; init; }
}
