using System.Text;
using System.Text.RegularExpressions;
using Qbitel.Protocols.Iso8583;
using Qbitel.Protocols.Iso8583.Detection;
using Qbitel.Protocols.Iso8583.Subfields;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Iso8583;

/// <summary>The examples of docs/formats/iso8583.md.</summary>
public sealed partial class Iso8583ExampleTests
{
    private static Iso8583Message Parse(ReadOnlySpan<byte> bytes, Iso8583Profile profile) =>
        Iso8583Message.TryParse(bytes, profile, null, out Iso8583Message message, out ParseError error) ? message
            : throw new MessageFormatException(error);

    private static byte[] Packed()
    {
        Assert.True(Mti.TryParse("0200", out Mti mti));
        return new Iso8583Builder(mti, Iso8583Profile.Shipped("1987-bcd")).Set(2, "4761739001010119").Set(3, "000000")
            .Set(4, "1250").Set(7, "1124093000").Set(11, "123456").Set(32, "12345")
            .Set(55, "9F2608" + "0102030405060708" + "9F36020001" + "DF810101AA").Set(64, "0123456789ABCDEF").Build()
            .ToBytes();
    }

    [Fact]
    public void A_message_is_edited()
    {
        byte[] bytes = Packed();

        #region EditIso8583
        Iso8583Message message = Parse(bytes, Iso8583Profile.Shipped("1987-bcd"));
        string shown = message.Describe();                          // card numbers, tracks and PINs masked
        Iso8583Message edited = message.With(4, "000000009900");    // this field, and lengths that count it
        byte[] chip = edited.ContentOf(55);
        foreach (Iso8583Subfield part in edited.SubfieldsOf(55)) Console.WriteLine($"{part.Path} {part.Name}");
        edited = edited.WithSubfield(55, "9F36", [0x00, 0x2A]);     // tags that nobody knows stay as they are
        bool hasMac = edited.TryFindMac(out Iso8583Slice mac, out ReadOnlyMemory<byte> covered); // what it is made of
        #endregion

        Assert.True(hasMac);
        Assert.DoesNotContain("4761739001010119", shown, StringComparison.Ordinal);
        Assert.Equal("9F26080102030405060708" + "9F3602002A" + "DF810101AA", Convert.ToHexString(edited.ContentOf(55)));
        Assert.Equal((21, 64, bytes.Length - 8), (chip.Length, mac.Number, covered.Length));
    }

    [Fact]
    public void A_variant_is_found_out()
    {
        byte[] file = Packed();

        #region DetectIso8583
        var input = Iso8583Input.Read(file, null, out Iso8583Detection detection);
        Console.WriteLine($"{input.Form}: {detection.Winner?.Encoding.ToString() ?? detection.Failure?.ToString()}");
        foreach (Iso8583Candidate candidate in detection.Candidates) Console.WriteLine(candidate.Reason);
        #endregion

        Assert.Equal("1987-bcd", detection.Winner?.Profile.Name);
    }

    [Fact]
    public void The_profile_of_the_page_is_one()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "formats", "iso8583.md"));
        string json = Json().Match(page).Groups["json"].Value;
        Assert.True(Iso8583Profile.TryLoad(Encoding.UTF8.GetBytes(json), out Iso8583Profile profile,
            out IReadOnlyList<Diagnostic> findings), string.Join('\n', findings));
        Assert.Equal(("house", Iso8583Routing.Tpdu), (profile.Name, profile.Encoding.Routing));
        Assert.All(Iso8583EncodingWords.Of(default), each => Assert.Contains($"| `{each.Name}` |", page,
            StringComparison.Ordinal));
    }

    [GeneratedRegex("```json\\n(?<json>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Json();
}
