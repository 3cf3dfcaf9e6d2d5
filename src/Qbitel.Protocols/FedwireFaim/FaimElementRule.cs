namespace Qbitel.Protocols.FedwireFaim;

/// <summary>How an element ends.</summary>
internal enum FaimForm
{
    /// <summary>After its length.</summary>
    Fixed,

    /// <summary>At the delimiter; where a tag has none at all, after its greatest length.</summary>
    Delimited,

    /// <summary>A code of one length or none, ended by the delimiter.</summary>
    DelimitedCode,

    /// <summary>After as many characters as the element before it says.</summary>
    Counted,
}

/// <summary>One element of a tag.</summary>
/// <param name="Name">Ours.</param>
/// <param name="Form">How it ends.</param>
/// <param name="Length">Characters, or at most as many.</param>
/// <param name="IsMandatory">Within its tag.</param>
/// <param name="Redaction">How much of it may be shown.</param>
/// <param name="Checks">What its value must hold beyond its length.</param>
/// <param name="Codes">The list it takes its values from; null for none.</param>
internal sealed record FaimElementRule(string Name, FaimForm Form, int Length, bool IsMandatory, Redaction Redaction,
    IReadOnlyList<string> Checks, IReadOnlyDictionary<string, string>? Codes)
{
    public bool MayBeBlank => Checks.Contains("blank", StringComparer.Ordinal) || !IsMandatory;

    /// <summary>What a code says, where it is one.</summary>
    public string? MeaningOf(string value) => Codes?.GetValueOrDefault(value.Length > 0 && value.Trim().Length == 0
        ? "_" : value);

    public string Expected => Form switch
    {
        FaimForm.Fixed => $"{Length} characters",
        FaimForm.DelimitedCode => $"{Length} characters and '*'",
        FaimForm.Counted => "as many characters as the length says",
        _ => $"at most {Length} characters and '*'",
    };
}

/// <summary>One tag: its number, our name for it, and its elements in order.</summary>
internal sealed record FaimTagRule(string Tag, string Name, IReadOnlyList<FaimElementRule> Elements);
