using Qbitel.Protocols.Emv;
using Qbitel.Protocols.Emv.Words;

namespace Qbitel.Protocols.Tests.Emv;

public sealed class EmvWordsTests
{
    [Theory]
    [InlineData(0x82, "3901",
        "byte 1, bit 6: dynamic|bit 5: the cardholder|bit 4: the terminal|CDA|byte 2, bit 1: relay")]
    [InlineData(0x95, "8000048000",
        "byte 1, bit 8: no offline data|byte 3, bit 3: a PIN was entered|byte 4, bit 8: the floor")]
    [InlineData(0x95, "0000000002", "byte 5: a relay check was made")]
    [InlineData(0x9B, "E800",
        "bit 8: offline|bit 7: the cardholder|bit 6: the card managed|bit 4: the terminal managed")]
    [InlineData(0x9B, "0001", "byte 2, bit 1: set, and reserved")]
    [InlineData(0x9F07, "FF80",
        "bit 8: cash at home|bit 7|bit 6|bit 5|bit 4|bit 3|bit 2|bit 1|byte 2, bit 8: cash with")]
    [InlineData(0x9F27, "80", "go online (ARQC)")]
    [InlineData(0x9F27, "0B", "declined offline (AAC)|bit 4: an advice|the issuer could not")]
    [InlineData(0x9F33, "E0F8C8",
        "byte 1, bit 8: keys|bit 7|bit 6|byte 2, bit 8|bit 7|bit 6|bit 5|bit 4: no verif|byte 3, bit 8|bit 7|bit 4")]
    [InlineData(0x9F40, "6000F0A001",
        "byte 1, bit 7: goods|bit 6|byte 3, bit 8|bit 7|bit 6|bit 5|byte 4, bit 8|bit 6|byte 5, bit 1")]
    [InlineData(0x9F66, "36004000", "EMV mode|chips with|PIN for the issuer|signature|byte 3, bit 7: verification on")]
    [InlineData(0x9F6C, "3E80",
        "bit 6|bit 5|bit 4|bit 3|bit 2|byte 2, bit 8: the cardholder was verified on the device")]
    [InlineData(0x9F34, "1E0302", "signature|where the terminal supports it|it succeeded")]
    [InlineData(0x8E, "000000640000000042035E031F02",
        "amount X: 100|encrypted PIN checked by the issuer, where the terminal "
        + "supports it, else the next|signature|no verification, for anything but cash")]
    [InlineData(0x94, "0801010010010301",
        "byte 1: file 1, record 1, not signed|byte 5: file 2, records 1 to 3, 1 signed")]
    [InlineData(0x94, "08010000", "no list of records")]
    [InlineData(0x9F35, "22", "a merchant's; attended, offline with online")]
    [InlineData(0x9C, "09", "purchase with cash")]
    [InlineData(0x9A, "240229", "2024-02-29")]
    [InlineData(0x9A, "230229", null)]
    [InlineData(0x5F2A, "0978", "EUR")]
    [InlineData(0x5F30, "0201", "everywhere, by the chip where possible; authorised as usual; for all")]
    [InlineData(0x8A, "5A33", "declined offline, could not go online")]
    [InlineData(0x91, "11223344556677883030", "byte 1: response cryptogram (ARPC), method 1|byte 9: response code 00")]
    [InlineData(0x91, "112233440F800001",
        "method 2|card status|byte 5: PIN tries to set: 15|byte 6, bit 8: the issuer approves|byte 6: leave|reserved")]
    [InlineData(0x9F5B, "2011223344", "script 11223344: done")]
    [InlineData(0x9F5B, "1311223344 20AABBCCDD", "script 11223344: failed, at command 3|byte 6: script AABBCCDD: done")]
    [InlineData(0x8C, "9F02069A03",
        "byte 1: 9F02 amount authorised: 6 bytes|byte 4: 9A date of the transaction: 3 bytes")]
    [InlineData(0x9F4A, "82", "82 application interchange profile (AIP)")]
    [InlineData(0x57, "4761739001010010D30122011234567F", "service code: everywhere, by the chip")]
    [InlineData(0x4F, "A0000000041010", "Mastercard")]
    [InlineData(0x87, "81", "priority 1|the cardholder must confirm")]
    [InlineData(0x95, "80", null)]
    public void A_value_is_told_in_words(uint tag, string hex, string? words)
    {
        IReadOnlyList<EmvWord> told = EmvWords.Of(tag, EmvText.Bytes(hex));

        string[] expected = words?.Split('|') ?? [];
        Assert.Equal(expected.Length, told.Count);
        for (int i = 0; i < expected.Length; i++)
            Assert.Contains(expected[i], told[i].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EmvScheme.Visa, "06010A03A4B800", "Visa", "version 10 (0A): under the card's key", "the card is new")]
    [InlineData(EmvScheme.Unknown, "06011203A00000", "Visa", "version 18 (12): under a key of the session",
        "go online (ARQC)")]
    [InlineData(EmvScheme.Visa, "1F2201A0", "Visa, format 2",
        "version 34 (22)", "key index 1")]
    [InlineData(EmvScheme.Mastercard, "0110A00009248400000000000000000029FF", "M/Chip",
        "version 16 (10): under Mastercard's key of the session, counters not included",
            "the lower limit of offline transactions")]
    [InlineData(EmvScheme.Unknown, "0115A00009248400000000000000000029FF", "M/Chip", "counters included",
        "PIN tries left: 9")]
    [InlineData(EmvScheme.Jcb, "0FA501A23000000000000000000000000F", "Common Core Definitions",
        "version 165 (A5): format A, under a key of the session, TDES", "PIN tries left: 3")]
    [InlineData(EmvScheme.UnionPay, "07000103A0A80201", "", "of a layout that is not carried here", "")]
    public void Issuer_data_are_told_by_their_layout_and_version(EmvScheme scheme, string hex, string layout,
        string version,
        string result)
    {
        bool isWhole = layout is "Visa, format 2" or "Common Core Definitions"; // these have 32 bytes
        string told = string.Join('\n',
            EmvWords.Of(0x9F10, EmvText.Bytes(hex.PadRight(isWhole ? 64 : 0, '0')), scheme));

        Assert.Contains(layout, told, StringComparison.Ordinal);
        Assert.Contains(version, told, StringComparison.Ordinal);
        Assert.Contains(result, told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_in_words_shows_no_more_than_it_may()
    {
        byte[] track = EmvText.Bytes("4761739001010010D30122011234567F");
        Assert.Equal("476173******0010, the rest is hidden", EmvValue.Show(0x57, track));
        Assert.Equal("476173******0010", EmvValue.Show(0x5A, track.AsSpan(0, 8)));
        Assert.Equal("***", EmvValue.Show(0x5F20, "TURING/ALAN"u8));
        Assert.Equal("***", EmvValue.Show(0x56, "B4761739001010010^TURING/ALAN ^3012"u8));
        Assert.Equal("***", EmvValue.Show(0x9F1F, "123456"u8));
        Assert.Equal("***", EmvValue.Show(0x9F6B, [0x47, 0x61]));
        Assert.Equal("476173******0010, the rest is hidden", EmvValue.Show(0x9F6B, track));
        Assert.DoesNotContain("4761739001010010", EmvValue.Show(0xDF01, track), StringComparison.Ordinal);
        Assert.DoesNotContain("34373631373339303031303130303130", EmvValue.Show(0xDF01, "x4761739001010010"u8),
            StringComparison.Ordinal);
        Assert.DoesNotContain("4761739001010010", string.Concat(EmvWords.Of(0x57, track)), StringComparison.Ordinal);
        Assert.True(Track2Equivalent.TryParse(track, out Track2Equivalent parsed));
        Assert.Equal("476173******0010", $"{parsed}");
        Assert.Equal(("201", "4761739001010010"), (parsed.ServiceCode, parsed.Pan!.Reveal()));
    }

    [Fact]
    public void Tags_that_kernels_use_differently_have_the_meaning_of_the_scheme()
    {
        Assert.Contains("form factor", EmvTagTable.NameOf(0x9F6E, EmvScheme.Visa), StringComparison.Ordinal);
        Assert.Contains("third party", EmvTagTable.NameOf(0x9F6E, EmvScheme.Mastercard), StringComparison.Ordinal);
        Assert.Contains(", or ", EmvTagTable.NameOf(0x9F6E), StringComparison.Ordinal);
        Assert.Equal("a phone", EmvWords.Of(0x9F6E, [0x23, 0, 0, 0], EmvScheme.Visa)[1].Text);
        Assert.Empty(EmvWords.Of(0x9F6E, [0x23, 0, 0, 0]));
        Assert.Equal(EmvScheme.Discover, EmvTagTable.SchemeOf(EmvText.Bytes("A0000001523010")));
    }

    [Fact]
    public void The_table_of_tags_is_whole()
    {
        EmvTagRule[] all = [.. EmvTagTable.All];
        Assert.InRange(all.Select(rule => rule.Tag).Distinct().Count(), 200, 400);
        Assert.Equal(all.Length, all.DistinctBy(rule => (rule.Tag, rule.Scheme)).Count());
        Assert.All(all, rule =>
        {
            Assert.True(BerTlv.IsTag(rule.Tag), rule.ToString());
            Assert.Equal(rule.Format == EmvFormat.Template, BerTlv.IsConstructedTag(rule.Tag));
            Assert.All(rule.Templates, template => Assert.True(
                template == 0x80 || EmvTagTable.Find(template)?.Format == EmvFormat.Template, rule.ToString()));
            Assert.InRange(rule.Name.Length, 3, 80);
        });
    }
}
