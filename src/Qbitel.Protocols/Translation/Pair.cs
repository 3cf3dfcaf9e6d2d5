using Qbitel.Protocols.Translation.Mapping;

namespace Qbitel.Protocols.Translation;

/// <summary>One supported translation: from which type to which, and under which condition.</summary>
internal sealed record Pair(string Source, string Target, Func<Source, TranslationOptions, Output> Run)
{
    /// <summary>More specific ones first: the first that fits is taken.</summary>
    public static readonly IReadOnlyList<Pair> All =
    [
        new("MT103", "pacs.008.001.08", (source, options) => Mt103ToPacs008.Run(source.Mt!, options.CreatedAt)),
    ];

    public Func<Source, bool> When { get; init; } = _ => true;

    public bool Fits(Source source) => source.Type == Source && When(source);

    public bool Gives(string? target) => target is null || target == Target
        || Target.StartsWith(target + ".", StringComparison.Ordinal)
        || (target == "mx" && Target.Contains('.', StringComparison.Ordinal))
        || (target is "mt" or "fin" && Target.StartsWith("MT", StringComparison.Ordinal)) || "MT" + target == Target;
}
