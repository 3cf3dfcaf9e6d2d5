using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Swift.Fields;

/// <summary>What is wrong with a value.</summary>
internal enum FaultKind
{
    Form,
    Date,
    Time,
    Currency,
    Decimals,
    Country,
}

/// <summary>Where in a value, and how, it leaves its form.</summary>
/// <param name="Kind">Whether the form or the meaning is wrong.</param>
/// <param name="At">Bytes from the start of the value.</param>
/// <param name="Length">Bytes of the part that is wrong, where it has the form but not the meaning.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FieldFault(FaultKind Kind, int At, int Length)
{
    /// <summary>The code of the finding, the network's code, and what was wanted.</summary>
    public (string Code, string Message, string? Expected) Words() => Kind switch
    {
        FaultKind.Date => ("Mt.Date", "there is no such day: T50", "a day of the calendar"),
        FaultKind.Time => ("Mt.Time", "there is no such time or offset: T38, T15, T16", "a time of the day"),
        FaultKind.Currency => ("Mt.Currency", "there is no such currency: T52", "an ISO 4217 code"),
        FaultKind.Decimals => ("Mt.AmountDecimals", "the currency has fewer decimals: C03", null),
        FaultKind.Country => ("Mt.Bic", "there is no such country: T27", "a BIC"),
        _ => ("Mt.FieldFormat", "the value does not have its form", null),
    };
}
