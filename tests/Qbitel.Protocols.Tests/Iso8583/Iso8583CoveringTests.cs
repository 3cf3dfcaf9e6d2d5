using System.Text;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Iso8583;
using Qbitel.Protocols.Streams;

namespace Qbitel.Protocols.Tests.Iso8583;

public sealed class Iso8583CoveringTests
{
    public static readonly TheoryData<int> Variants = [.. Enumerable.Range(0, VariantText.All.Length)];

    [Theory, MemberData(nameof(Variants))]
    public void A_message_of_any_variant_is_identified_parsed_and_covered(int variant)
    {
        (string name, string table, Iso8583Encoding encoding) = VariantText.All[variant];
        var profile = Iso8583Profile.Shipped(table);
        Assert.True(Mti.TryParse($"{profile.VersionDigit}200", out Mti mti));
        string day = profile.Version switch
        {
            "1987" => "093000",
            "1993" => "261124093001",
            _ => "20261124093001",
        };
        Iso8583Builder builder = new Iso8583Builder(mti, profile, encoding).Set(2, "4761739001010119").Set(3, "000000")
            .Set(4, "1250").Set(7, "1124093000").Set(11, "123456").Set(12, day)
            .Set(32, "12345678").Set(35, "4761739001010119D28122010000000000").Set(37, "632809123456")
            .Set(41, "TERM0001").Set(42, "MERCHANT 000001").Set(63, "SOME TEXT HERE");
        byte[] bytes = builder.Build(allowInvalid: true).ToBytes();

        IdentifiedMessage found = MessageIdentifier.Identify(bytes);
        if (name.Contains("hexadecimal", StringComparison.Ordinal)) return; // the dialect is found by detection alone
        Assert.Equal(("iso8583", "200"), (found.Protocol, found.MessageType?[1..]));
        ParseReport report = MessageParser.Parse(bytes);
        Assert.True(report.IsValid, string.Join('\n', report.Errors));
        Assert.Equal("476173******0119", report.Fields.Single(field => field.Tag == "2").Value);

        byte[] covered = MessageRedactor.Cover(bytes);
        Assert.Equal(bytes.Length, covered.Length);
        string hex = Convert.ToHexString(covered), text = Encoding.Latin1.GetString(covered);
        foreach (string secret in (string[])["4761739001010119", "9001010119", "2812201"])
        {
            Assert.DoesNotContain(secret, hex, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
            Assert.DoesNotContain(string.Concat(secret.Select(c => "F" + c)), hex, StringComparison.Ordinal);
        }

        ParseReport after = MessageParser.Parse(covered);
        Assert.True(after.IsValid, string.Join('\n', after.Errors));
        Assert.Equal(report.Fields.Count, after.Fields.Count);
    }
}
