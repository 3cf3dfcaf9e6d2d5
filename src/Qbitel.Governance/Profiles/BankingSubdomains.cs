using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Qbitel.Governance.Profiles;

/// <summary>The published spelling of subdomains, such as <c>WIRE_TRANSFERS</c>, for the command line and
/// JSON.</summary>
public static class BankingSubdomains
{
    public static IReadOnlyList<BankingSubdomain> All { get; } = Enum.GetValues<BankingSubdomain>();

    public static string PublishedName(this BankingSubdomain subdomain)
    {
        StringBuilder name = new();
        foreach (char c in subdomain.ToString())
        {
            if (char.IsAsciiLetterUpper(c) && name.Length > 0) name.Append('_');
            name.Append(char.ToUpperInvariant(c));
        }

        return name.ToString();
    }

    /// <summary>Reads <c>WIRE_TRANSFERS</c>, <c>wire-transfers</c> or <c>WireTransfers</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out BankingSubdomain subdomain)
    {
        string? bare = text?.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        foreach (BankingSubdomain known in All)
        {
            subdomain = known;
            if (string.Equals(known.ToString(), bare, StringComparison.OrdinalIgnoreCase)) return true;
        }

        subdomain = default;
        return false;
    }
}
