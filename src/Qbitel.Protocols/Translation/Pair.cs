using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Payments;

namespace Qbitel.Protocols.Translation;

/// <summary>One supported translation: from which type to which, and under which condition.</summary>
internal sealed record Pair(string Source, string Target, Func<Source, TranslationOptions, Output> Run)
{
    /// <summary>More specific ones first: the first that fits is taken.</summary>
    public static readonly IReadOnlyList<Pair> All =
    [
        new("MT103", "pacs.008.001.08", (source, options) => Mt103ToPacs008.Run(source.Mt!, options.CreatedAt)),
        new("MT200", "pacs.009.001.08", (source, options) => Mt202ToPacs009.Run(source.Mt!, options.CreatedAt)),
        new("MT202", "pacs.009.001.08", (source, options) => Mt202ToPacs009.Run(source.Mt!, options.CreatedAt)),
        new("MT205", "pacs.009.001.08", (source, options) => Mt202ToPacs009.Run(source.Mt!, options.CreatedAt)),
        new("pacs.008.001.08", "MT103", (source, _) => Pacs008ToMt103.Run(source.Mx!)),
        new("pacs.009.001.08", "MT202", (source, _) => Pacs009ToMt202.Run(source.Mx!)),
    ];

    public Func<Source, bool> When { get; init; } = _ => true;

    public bool Fits(Source source) => source.Type == Source && When(source);

    public bool Gives(string? target) => target is null || target == Target
        || Target.StartsWith(target + ".", StringComparison.Ordinal)
        || (target == "mx" && Target.Contains('.', StringComparison.Ordinal))
        || (target is "mt" or "fin" && Target.StartsWith("MT", StringComparison.Ordinal)) || "MT" + target == Target;
}
