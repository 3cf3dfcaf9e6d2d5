using Qbitel.Protocols.Translation.Ends;
using Qbitel.Protocols.Translation.Exceptions;
using Qbitel.Protocols.Translation.Fedwire;
using Qbitel.Protocols.Translation.Payments;
using Qbitel.Protocols.Translation.Statements;

namespace Qbitel.Protocols.Translation;

/// <summary>One supported translation: from which type to which, and under which condition.</summary>
internal sealed record Pair(string Source, string Target, Func<Source, TranslationOptions, Output> Run)
{
    /// <summary>More specific ones first: the first that fits is taken.</summary>
    public static readonly IReadOnlyList<Pair> All =
    [
        new("MT103", "pacs.004.001.09", (source, options) => Mt103ToReturn.Return(source.Mt!, options.CreatedAt))
        {
            When = source => Mt103ToReturn.Is(source.Mt!, "RETN"),
        },
        new("MT103", "pacs.002.001.10", (source, options) => Mt103ToReturn.Reject(source.Mt!, options.CreatedAt))
        {
            When = source => Mt103ToReturn.Is(source.Mt!, "REJT"),
        },
        new("MT103", "pacs.008.001.08", (source, options) => Mt103ToPacs008.Run(source.Mt!, options.CreatedAt))
        {
            When = source => !Mt103ToReturn.Is(source.Mt!, "RETN") && !Mt103ToReturn.Is(source.Mt!, "REJT"),
        },
        .. Fin(["101"], "pain.001.001.09", Mt101ToPain001.Run),
        .. Fin(["200", "202", "205"], "pacs.009.001.08", Mt202ToPacs009.Run),
        new("pacs.008.001.08", "MT103", (source, _) => Pacs008ToMt103.Run(source.Mx!)),
        new("pacs.009.001.08", "MT202", (source, _) => Pacs009ToMt202.Run(source.Mx!)),
        .. Fin(["204"], "pacs.010.001.03", Mt204ToPacs010.Run),
        .. Fin(["192", "292"], "camt.056.001.08", MtToCancellation.Run),
        .. Fin(["196", "296"], "camt.029.001.09", MtToResolution.Run),
        .. Fin(["210"], "camt.057.001.06", Mt210ToCamt057.Run),
        .. Fin(["900", "910"], "camt.054.001.08", MtToCamt.Notification),
        .. Fin(["940", "950"], "camt.053.001.08", MtToCamt.Statement),
        .. Fin(["941", "942"], "camt.052.001.08", MtToCamt.Report),
        new("camt.053.001.08", "MT940", (source, _) => CamtToMt.Statement(source.Mx!)),
        new("camt.052.001.08", "MT942", (source, _) => CamtToMt.Report(source.Mx!)),
        new("camt.054.001.08", "MT900", (source, _) => Camt054ToMt.Run(source.Mx!))
        {
            When = source => Camt054ToMt.Is(source.Mx!, "DBIT"),
        },
        new("camt.054.001.08", "MT910", (source, _) => Camt054ToMt.Run(source.Mx!))
        {
            When = source => Camt054ToMt.Is(source.Mx!, "CRDT"),
        },
        .. Case("camt.056.001.08", "MT192", "MT292", CaseToMt.Cancellation),
        .. Case("camt.029.001.09", "MT196", "MT296", CaseToMt.Resolution),
        new("camt.057.001.06", "MT210", (source, _) => Camt057ToMt210.Run(source.Mx!)),
        .. Faim(["CTR", "CTP", "BTR"], "pacs.004.001.10", FaimToExceptions.Return, "02", "08"),
        .. Faim(["CTP", "SVC"], "camt.056.001.08", FaimToExceptions.Cancellation, "01", "07"),
        .. Faim(["DRB", "DRC", "SVC"], "pain.014.001.07", FaimToExceptions.DrawdownRefusal, "33"),
        .. Faim(["DRB", "DRC"], "pain.013.001.07", FaimToExceptions.DrawdownRequest, "31"),
        new("FAIM CTP", "pacs.009.001.08",
            (source, options) => FaimToCreditTransfer.Bank(source.Faim!, options.CreatedAt))
        {
            When = source => IsCover(source) && SubtypeOf(source) == "00",
        },
        new("FAIM DRW", "pacs.009.001.08",
            (source, options) => FaimToCreditTransfer.Bank(source.Faim!, options.CreatedAt))
        {
            When = source => IsBetweenBanks(source),
        },
        .. Faim(["BTR"], "pacs.009.001.08", FaimToCreditTransfer.Bank, "00"),
        .. Faim(["CTR"], "pacs.008.001.08", FaimToCreditTransfer.Customer, "00"),
        new("FAIM CTP", "pacs.008.001.08",
            (source, options) => FaimToCreditTransfer.Customer(source.Faim!, options.CreatedAt))
        {
            When = source => !IsCover(source) && SubtypeOf(source) == "00",
        },
        new("FAIM DRW", "pacs.008.001.08",
            (source, options) => FaimToCreditTransfer.Customer(source.Faim!, options.CreatedAt))
        {
            When = source => !IsBetweenBanks(source),
        },
    ];

    public Func<Source, bool> When { get; init; } = _ => true;

    public bool Fits(Source source) => source.Type == Source && When(source);

    public bool Gives(string? target) => target is null || target == Target
        || Target.StartsWith(target + ".", StringComparison.Ordinal)
        || (target == "mx" && Target.Contains('.', StringComparison.Ordinal))
        || (target is "mt" or "fin" && Target.StartsWith("MT", StringComparison.Ordinal)) || "MT" + target == Target;

    private static IEnumerable<Pair> Fin(string[] types, string target, Func<MtSource, DateTimeOffset?,
        MxOutput> run) =>
        types.Select(type => new Pair("MT" + type, target, (source, options) => run(source.Mt!, options.CreatedAt)));

    // What was asked back or answered was a customer's, or between banks.
    private static IEnumerable<Pair> Case(string source, string customers, string banks,
        Func<MxSource, MtTarget> run) =>
    [
        new(source, customers, (from, _) => run(from.Mx!)) { When = from => !CaseToMt.IsBetweenBanks(from.Mx!) },
        new(source, banks, (from, _) => run(from.Mx!)) { When = from => CaseToMt.IsBetweenBanks(from.Mx!) },
    ];

    // One pair a function; the subtype of {1510} decides among them.
    private static IEnumerable<Pair> Faim(string[] functions, string target,
        Func<FaimSource, DateTimeOffset?, MxOutput> run, params string[] subtypes) =>
        functions.Select(function => new Pair("FAIM " + function, target,
            (source, options) => run(source.Faim!, options.CreatedAt))
        {
            When = source => subtypes.Contains(SubtypeOf(source), StringComparer.Ordinal),
        });

    private static string? SubtypeOf(Source source) => source.Faim!.Message.Find("1510")?[2];

    private static bool IsCover(Source source) => source.Faim!.Message.Find("3610")?[1] == "COVS";

    private static bool IsBetweenBanks(Source source) => source.Faim!.Message.Find("1510")?[1] == "16";
}
