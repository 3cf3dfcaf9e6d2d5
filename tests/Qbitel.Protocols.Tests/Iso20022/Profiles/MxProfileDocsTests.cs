using System.Globalization;
using System.Text;
using Qbitel.Protocols.Iso20022.Profiles;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Iso20022.Profiles;

/// <summary>The page of the rules is made from the packs: what it lists is what is checked.</summary>
public sealed class MxProfileDocsTests
{
    private const string Mark = "<!-- From here on made from the packs by MxProfileDocsTests. -->\n";

    [Fact]
    public void Page_lists_what_the_packs_check_and_what_they_do_not()
    {
        string path = Path.Combine(Repository.Root, "docs", "formats", "iso20022-profiles.md");
        string page = File.ReadAllText(path);
        int mark = page.IndexOf(Mark, StringComparison.Ordinal);
        Assert.True(mark > 0, "the page has no mark");

        Snapshot.Match(path, page[..mark] + Mark + Listing());
    }

    private static string Listing()
    {
        StringBuilder text = new();
        foreach (MessageProfile known in MxProfile.Known)
        {
            MxProfile profile = MxProfile.Find(known.Name);
            text.Append(CultureInfo.InvariantCulture, $"\n## {profile.Name}\n\n{profile.Title}. ");
            if (profile.From is { } from) text.Append(CultureInfo.InvariantCulture, $"In force from {from:yyyy-MM-dd}");
            if (profile.Until is { } until) text.Append(CultureInfo.InvariantCulture, $" to {until:yyyy-MM-dd}");
            if (profile.From is not null) text.Append(". ");
            text.Append("Messages: ").AppendJoin(", ", profile.Messages.Order(StringComparer.Ordinal)).Append(".\n\n");
            text.Append("| Code | Messages | Rule | Expected | Finding | Source |\n|---|---|---|---|---|---|\n");
            foreach (MxRule rule in profile.Rules) Row(text, rule);
            text.Append("\nUnverified:\n\n");
            foreach (string each in profile.Unverified) text.Append("- ").Append(each).Append('\n');
        }

        return text.ToString();
    }

    private static void Row(StringBuilder text, MxRule rule)
    {
        StringBuilder severity = new(Name(rule.Severity));
        if (rule.Strict != rule.Severity) severity.Append("; strict: ").Append(Name(rule.Strict));
        if (rule.From is { } from) severity.Append(CultureInfo.InvariantCulture, $" from {from:yyyy-MM-dd}");
        if (rule.Before is { } before) severity.Append(", before: ").Append(Name(before));
        if (rule.Until is { } until) severity.Append(CultureInfo.InvariantCulture, $" until {until:yyyy-MM-dd}");
        string messages = rule.Messages.Count == 0 ? "all" : string.Join(' ', rule.Messages);
        text.Append("| `").Append(rule.Code).Append("` | ").Append(messages).Append(" | ").Append(rule.Message)
            .Append(" | ").Append(Escape(rule.Check.Expected)).Append(" | ").Append(severity).Append(" | ")
            .Append(rule.Source).Append(" |\n");
    }

    private static string Escape(string expected) => $"`{expected.Replace("|", "\\|", StringComparison.Ordinal)}`";

    private static string Name(Severity severity) => severity.ToString().ToLowerInvariant();
}
