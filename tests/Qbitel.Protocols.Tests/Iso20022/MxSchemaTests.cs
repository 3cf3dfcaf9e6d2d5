using System.Text;
using Qbitel.Protocols.Iso20022.Schemas;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Tests.Iso20022;

public sealed class MxSchemaTests
{
    [Fact]
    public void Every_message_of_the_table_links_to_its_last_type()
    {
        Assert.Equal(205, MxSchema.Known.Count);
        foreach (string name in MxSchema.Known)
        {
            MxSchema schema = MxSchema.Load(name);
            Assert.Equal(MxSchema.NamespacePrefix + name, schema.Namespace);
            HashSet<MxComplexType> seen = [];
            Visit(schema.RootComplex, seen);
            Assert.True(seen.Count >= 2, name);
        }

        static void Visit(MxComplexType type, HashSet<MxComplexType> seen)
        {
            if (!seen.Add(type)) return;
            foreach (MxParticle particle in type.Particles)
            {
                Assert.True((particle.Complex is null) != (particle.Simple is null), particle.Name);
                if (particle.Complex is not null) Visit(particle.Complex, seen);
            }
        }
    }

    [Fact]
    public void Message_is_found_by_what_its_document_holds()
    {
        Assert.Equal("pacs.008.001.13", MxSchema.WithElement("FIToFICstmrCdtTrf").First());
        Assert.Empty(MxSchema.WithElement("Nonsense"));
        Assert.False(MxSchema.TryLoad("pacs.008.001.99", out _));
    }

    [Fact]
    public void Choice_inside_a_sequence_shares_one_place_in_its_order()
    {
        MxComplexType entry = MxSchema.Load("camt.029.001.03").Complex("InvestigationStatus2Choice")!;
        Assert.Equal(MxArrangement.Choice, entry.Arrangement);
        MxComplexType mixed = MxSchema.Known.Select(MxSchema.Load).SelectMany(Types).First(type =>
            type.Arrangement == MxArrangement.Sequence && type.Particles.Any(particle => particle.IsAlternative));
        MxParticle[] alternatives = [.. mixed.Particles.Where(particle => particle.IsAlternative)];
        Assert.True(alternatives.Length > 1);
        Assert.Contains(mixed.Particles, particle => !particle.IsAlternative);
        Assert.Equal(mixed.Particles.Select(particle => particle.Slot).Order(),
            mixed.Particles.Select(particle => particle.Slot));

        static IEnumerable<MxComplexType> Types(MxSchema schema) => Below(schema.RootComplex);
        static IEnumerable<MxComplexType> Below(MxComplexType type) =>
            type.Particles.Select(particle => particle.Complex).OfType<MxComplexType>().SelectMany(Below).Prepend(type);
    }

    [Theory]
    [InlineData("[A-Z]{6,6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3,3}){0,1}", true, "QBITDEFF", "QBITDEFFXXX", "QBIT2EFF",
        "QBITDEFO", "QBITDEFFXX", "qbitdeff", "QBITDEFFXXXX")]
    [InlineData(@"\+[0-9]{1,3}-[0-9()+\-]{1,30}", true, "+49-1", "+352-(0)12-3", "49-1", "+4911-1", "+49-", "+49-a")]
    [InlineData("[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}", true,
        "9b2f6c1e-7d54-4a3b-8e10-2c4f5a6b7d8e", "9b2f6c1e-7d54-4a3b-ae10-2c4f5a6b7d8e",
        "9b2f6c1e-7d54-1a3b-8e10-2c4f5a6b7d8e", "9b2f6c1e-7d54-4a3b-ce10-2c4f5a6b7d8e", "")]
    [InlineData("([0-9A-F][0-9A-F]){3}", true, "00FFA1", "123456", "00FFA", "00FFA12", "00ffa1")]
    [InlineData("[BEOVW]{1,1}[0-9]{2,2}|DUM", false, "B12", "DUM", "BDUM", "B1", "A12")]
    [InlineData("[0-9a-fA-F]+", true, "aF0", "1", "", "xyz")]
    [InlineData("[\\+]{0,1}[0-9]{1,15}", true, "+1", "123456789012345", "++1", "1234567890123456", "")]
    [InlineData("[0-9]{1,2}[0-9]", false, "12", "123", "1", "1234")]
    [InlineData(@"swift\.([a-z]+\.)*[0-9]{2}", true, "swift.04", "swift.stp.x.04", "swift.stp04", "swift..04",
        "swift.04.")]
    [InlineData("A([0-9]{2})+B", true, "A12B", "A1234B", "AB", "A1B", "A123B", "A12")]
    [InlineData("(AB)?C", true, "C", "ABC", "AC", "ABABC", "AB", "")]
    [InlineData("(A[0-9]*)?C", true, "C", "A12C", "12C", "A12")]
    [InlineData("([0-9]B)?[0-9]", false, "1", "1B2", "1B", "11")]
    [InlineData("(A)*AB", false, "AB", "AAB", "A", "B")]
    [InlineData(@"[.]\..", false, "..x", "..\u00E9", "...\n", "..", "a.x")]
    [InlineData("(AB){300}|C", false, "C", "C", "AB")]
    public void Pattern_takes_its_first_two_and_none_of_the_rest(string pattern, bool isRuns, params string[] texts)
    {
        MxPattern matcher = new(pattern);
        Assert.Equal(isRuns, matcher.IsRuns);
        for (int i = 0; i < texts.Length; i++)
            Assert.True(matcher.IsMatch(Encoding.UTF8.GetBytes(texts[i])) == i < 2, texts[i]);
    }

    [Theory]
    [InlineData("S decimal totalDigits=5 fractionDigits=2 minInclusive=0", "123.45 000123.4500 +0 -0.00 .5 5.",
        "123.456 12345.6 -0.01 . +- 1e3 ١")]
    [InlineData("S date", "2024-02-29 2026-11-28Z 2026-11-28+14:00 0001-01-01",
        "2026-02-29 2026-13-01 0000-01-01 2026-1-1 2026-11-28+14:01 2026-11-28z 20261128")]
    [InlineData("S dateTime", "2026-11-28T09:30:00 2026-11-28T24:00:00Z 2026-11-28T23:59:59.123456789-05:00",
        "2026-11-28 2026-11-28T24:00:01 2026-11-28T09:60:00 2026-11-28T09:30 2026-11-28T09:30:00. 2026-11-28t09:30:00")]
    [InlineData("S time", "09:30:00 09:30:00.5Z 24:00:00", "9:30:00 09:30 25:00:00 09:30:60")]
    [InlineData("S gYear", "2026 2026Z", "26 0000 20261")]
    [InlineData("S gYearMonth", "2026-11 2026-11+01:00", "2026-13 2026 2026-11-28")]
    [InlineData("S boolean", "true false 1 0", "TRUE yes 2")]
    [InlineData("S base64Binary minLength=1 maxLength=3", "QUJD QUI= QQ==", "QUJDRA== QUJ QUJ= Q=== QUI*")]
    [InlineData("S string minLength=1 maxLength=2", "a äö 😀😀", "abc 😀😀😀")]
    [InlineData("S string codes=DEBT,CRED", "DEBT CRED", "debt DEB DEBTX")]
    public void Simple_type_takes_what_xml_schema_takes(string type, string right, string wrong)
    {
        MxSimpleType simple = new(type.Split(' '));
        foreach (string text in right.Split(' ')) Assert.True(simple.Accepts(text), text);
        foreach (string text in wrong.Split(' ')) Assert.False(simple.Accepts(text), text);
    }
}
