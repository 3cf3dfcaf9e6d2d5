namespace Qbitel.Protocols.Fix;

/// <summary>Which fields hold what must not be shown.</summary>
internal static class FixRedaction
{
    public static Redaction Of(int tag) => tag switch
    {
        1 or 79 or 467 or 661 or 671 => Redaction.Account,
        50 or 57 or 109 or 448 or 524 or 553 or 949 => Redaction.Name,
        58 or 148 or 161 or 213 or 355 or 359 or 361 => Redaction.Text,
        89 or 91 or 96 or 554 or 925 or 1402 or 1404 => Redaction.Secret,
        _ => Redaction.None,
    };
}
