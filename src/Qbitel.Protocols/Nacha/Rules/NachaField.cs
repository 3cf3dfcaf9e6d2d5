namespace Qbitel.Protocols.Nacha.Rules;

/// <summary>One field of a record.</summary>
/// <param name="Name">As code and reports call it.</param>
/// <param name="Title">As a person calls it.</param>
/// <param name="Start">Counted from 0.</param>
/// <param name="Length">In characters.</param>
/// <param name="Kind">What it may hold.</param>
/// <param name="Redaction">How much of it may be shown.</param>
/// <param name="Codes">The codes it holds, where it holds codes.</param>
internal sealed record NachaField(string Name, string Title, int Start, int Length, NachaKind Kind,
    Redaction Redaction, NachaCodes? Codes)
{
    public int End => Start + Length;

    /// <summary>As the format's tables write positions: counted from 1, inclusive.</summary>
    public string Positions { get; } = $"{Start + 1}-{Start + Length}";

    public bool IsNumber => Kind is NachaKind.Digits or NachaKind.Amount;

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> record) => record.Slice(Start, Length);

    public bool IsBlank(ReadOnlySpan<byte> record) => !Of(record).ContainsAnyExcept((byte)' ');
}
