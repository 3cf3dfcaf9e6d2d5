using System.Text.Json.Serialization;

namespace Qbitel.Cards;

/// <summary>How the documents of the card commands are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CardKeyDocument))]
[JsonSerializable(typeof(CardKeyList))]
[JsonSerializable(typeof(CardVerdict))]
[JsonSerializable(typeof(CardAnswer))]
[JsonSerializable(typeof(CardBlock))]
[JsonSerializable(typeof(CardKeyBlock))]
[JsonSerializable(typeof(CardHostStarted))]
internal sealed partial class CardJson : JsonSerializerContext;

/// <summary>A card key without its material.</summary>
internal sealed record CardKeyDocument(
    string? Name, string Id, string Algorithm, string Use, string Code, string CheckValue, bool Exportable);

internal sealed record CardKeyList(IReadOnlyList<CardKeyDocument> Keys);

/// <summary>Whether a value is the card's.</summary>
internal sealed record CardVerdict(string Status, string? Reason, string Detail, string? Card, string? Version,
    int? Counter);

/// <summary>An issuer's answer to a cryptogram.</summary>
internal sealed record CardAnswer(string Card, string Version, string IssuerAuthenticationData);

/// <summary>An encrypted PIN block, or a value that was asked for with test keys.</summary>
internal sealed record CardBlock(string Kind, string Value);

/// <summary>What a key block says of its key.</summary>
internal sealed record CardKeyBlock(
    string? KeyBlock, string Version, string Usage, string Algorithm, string Mode, string Exportability,
    IReadOnlyList<string> OptionalBlocks, string? CheckValue, string? Key);

/// <summary>Where the host listens.</summary>
internal sealed record CardHostStarted(string Address, string Framing, int Products, int KnownCards);
