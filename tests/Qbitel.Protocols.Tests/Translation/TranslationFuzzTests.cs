using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Tests.FedwireFaim;
using Qbitel.Protocols.Translation;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Translation;

public sealed class TranslationFuzzTests
{
    private const string Pieces =
        ": / // \r\n: \n \r\n- - + , 0 9 A \u00E4 & < :20: :50F: :59: :70: :72: /ROC/ /INS/ 1/ "
        + "2/ 3/ 3/US/ {4: -} {5:} <Nm/> <Nm> </Nm> <AdrLine>X</AdrLine> * {6000} {4200} 99999999999999999999999999";

    [Fact, Trait("Soak", "translate-fuzz")]
    public void Damaged_messages_are_translated_or_refused()
    {
        List<byte[]> seeds = [FaimText.Bytes(), FaimText.Bytes(FaimText.Ctp), FaimText.Bytes(FaimText.Addenda)];
        foreach (string text in MtCorpus.Mt103().Sample(8).Concat(MtCorpus.Mt202().Sample(8)))
        {
            byte[] bytes = MtCorpus.Bytes(text);
            seeds.Add(bytes);
            seeds.Add(Translator.Translate(bytes).ToBytes());
        }

        foreach (string statement in (string[])[StatementTranslationTests.Mt940, StatementTranslationTests.Mt942])
        {
            byte[] bytes = MtCorpus.Bytes(statement.Replace("\r\n", "\n", StringComparison.Ordinal));
            seeds.Add(bytes);
            seeds.Add(Translator.Translate(bytes).ToBytes());
        }

        int translated = 0;
        new ByteMutation(20251122, Pieces).Soak(seeds, Soak.Times(1_000, 1_000_000), bytes =>
        {
            if (!Translator.TryTranslate(bytes, null, null, out TranslatedMessage message, out ParseError error))
            {
                Assert.NotEmpty(error.Code);
                return;
            }

            translated++;
            string[] sources = [.. message.Report.Fields.Select(field => field.Source).OfType<string>()];
            Assert.Equal(sources.Length, sources.Distinct(StringComparer.Ordinal).Count());
            Assert.DoesNotContain(message.Findings, finding => finding.Severity == Severity.Error);
        });
        TestContext.Current.SendDiagnosticMessage($"{translated} of the damaged messages were translated");
        Assert.True(translated > 0);
    }
}
