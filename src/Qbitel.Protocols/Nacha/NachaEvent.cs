using System.Runtime.InteropServices;
using Qbitel.Protocols.Nacha.Rules;

namespace Qbitel.Protocols.Nacha;

/// <summary>Something a <see cref="NachaReader"/> has read to its end.</summary>
/// <param name="Totals">What the file holds so far.</param>
/// <param name="Findings">What was found since the event before.</param>
public abstract record NachaEvent(NachaTotals Totals, IReadOnlyList<Diagnostic> Findings);

/// <summary>The file header.</summary>
public sealed record NachaFileStarted(NachaRecord Header, NachaTotals Totals, IReadOnlyList<Diagnostic> Findings)
    : NachaEvent(Totals, Findings);

/// <summary>A batch header.</summary>
public sealed record NachaBatchStarted(NachaRecord Header, NachaTotals Totals, IReadOnlyList<Diagnostic> Findings)
    : NachaEvent(Totals, Findings);

/// <summary>An entry with its addenda.</summary>
public sealed record NachaEntryRead(NachaEntry Entry, NachaTotals Totals, IReadOnlyList<Diagnostic> Findings)
    : NachaEvent(Totals, Findings);

/// <summary>A batch control; the batch is valid where there was no error from its header to its control.</summary>
public sealed record NachaBatchEnded(NachaRecord Control, bool IsValid, NachaTotals Totals,
    IReadOnlyList<Diagnostic> Findings) : NachaEvent(Totals, Findings);

/// <summary>
/// The end of the input, whether or not a file control stood there; the file is valid where there was no error at all.
/// </summary>
public sealed record NachaFileEnded(bool IsValid, NachaTotals Totals, IReadOnlyList<Diagnostic> Findings)
    : NachaEvent(Totals, Findings);

/// <summary>Running totals of a file; amounts in cents, without those of accounting advices.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct NachaTotals(long Batches, long Entries, long Addenda, Int128 Debit, Int128 Credit)
{
    internal static NachaTotals Of(NachaValidator validator) => new(validator.Batches, validator.Entries,
        validator.Addenda, validator.Money.Debit + Open(validator).Debit,
        validator.Money.Credit + Open(validator).Credit);

    private static NachaSums Open(NachaValidator validator) =>
        validator.Batch.IsOpen && validator.Batch.Class is not { IsAdv: true } ? validator.Batch.Sums : default;
}
