using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Swift;
using Qbitel.Protocols.Translation;
using Qbitel.Protocols.Translation.Loss;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Translation;

/// <summary>FIN to ISO 20022 and back keeps every field of ordinary messages, and the reports account for
/// all.</summary>
public sealed class RoundTripTests
{
    [Fact]
    public void An_MT103_comes_back_as_it_was() => Prop.ForAll(MtCorpus.Mt103().ToArbitrary(), text => Check(text,
        "pacs.008.001.08", "MT103")).Check(Config.QuickThrowOnFailure.WithMaxTest(Soak.Times(100, 20_000)));

    [Fact]
    public void An_MT202_comes_back_as_it_was() => Prop.ForAll(MtCorpus.Mt202().ToArbitrary(), text => Check(text,
        "pacs.009.001.08", "MT202")).Check(Config.QuickThrowOnFailure.WithMaxTest(Soak.Times(100, 20_000)));

    private static void Check(string text, string target, string source)
    {
        byte[] bytes = MtCorpus.Bytes(text);
        SwiftMessage message = SwiftMessage.Parse(bytes);
        Assert.DoesNotContain(message.Validate(), finding => finding.Severity == Severity.Error);

        TranslatedMessage there = Translator.Translate(bytes);
        Assert.Equal((source, target), (there.SourceType, there.TargetType));
        Accounted(there.Report, Leaves(message));
        TranslatedMessage back = Translator.Translate(there.ToBytes());
        Assert.Equal(source, back.TargetType);
        Accounted(back.Report, null);

        SwiftMessage again = SwiftMessage.Parse(back.ToBytes());
        Assert.Equal(message.BasicHeader, again.BasicHeader);
        Assert.Equal(message.ApplicationHeader, again.ApplicationHeader);
        Assert.Equal(message.UserHeader.Select(field => (field.Tag, field.Value)),
            again.UserHeader.Select(field => (field.Tag, field.Value)));
        string before = string.Join('\n', message.Text.Select(Shown)), after = string.Join('\n',
            again.Text.Select(Shown));
        Assert.True(before == after, $"{before}\n----\n{after}\n----\n{Lost(there)}\n{Lost(back)}");
    }

    private static string Lost(TranslatedMessage translated) =>
        string.Join('\n', translated.Report.Of(FieldOutcome.Dropped).Concat(translated.Report.Of(
            FieldOutcome.Truncated)));

    // Amounts may lose zeros, and free text its line ends; the report says so of each.
    private static string Shown(SwiftField field)
    {
        string value = field.Tag is "70" or "72"
            ? field.Value.Replace("\n//", " ", StringComparison.Ordinal).Replace("//", "\n", StringComparison.Ordinal)
                .Replace("\n", " ", StringComparison.Ordinal) : field.Value;
        int comma = value.IndexOf(',', StringComparison.Ordinal);
        bool isAmount = field.Tag is "32A" or "33B" or "71F" or "71G" && comma > 0;
        return $":{field.Tag}:" + (isAmount ? value.TrimEnd('0') : value);
    }

    private static void Accounted(LossReport report, string[]? leaves)
    {
        string[] sources = [.. report.Fields.Select(field => field.Source).OfType<string>()];
        Assert.Equal(sources.Length, sources.Distinct(StringComparer.Ordinal).Count());
        if (leaves is not null)
        {
            Assert.Equal(leaves.Order(StringComparer.Ordinal),
                sources.Where(path => path[0] == '4').Order(StringComparer.Ordinal));
        }

        Assert.All(report.Of(FieldOutcome.Mapped), field => Assert.NotEmpty(field.Targets));
        Assert.All(report.Of(FieldOutcome.Truncated), field => Assert.NotNull(field.Note));
        Assert.All(report.Of(FieldOutcome.Defaulted), field => Assert.NotNull(field.Note));
        Assert.Empty(report.LostPartyDetails);
    }

    private static string[] Leaves(SwiftMessage message)
    {
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        List<string> paths = [];
        foreach (SwiftField field in message.Text)
        {
            int number = seen[field.Tag] = seen.GetValueOrDefault(field.Tag) + 1;
            string key = number == 1 ? $"4/{field.Tag}" : string.Create(CultureInfo.InvariantCulture,
                $"4/{field.Tag}[{number}]");
            int lines = field.Value.Split('\n').Length;
            if (lines == 1) paths.Add(key);
            else for (int i = 1; i <= lines; i++) paths.Add(string.Create(CultureInfo.InvariantCulture, $"{key}/{i}"));
        }

        return [.. paths];
    }
}
