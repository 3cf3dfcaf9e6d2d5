using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Identifiers;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Identifiers;

public sealed class IdentifierTests
{
    public static readonly TheoryData<string, string, bool> Vectors = ReadVectors();

    [Theory, MemberData(nameof(Vectors))]
    public void Verdict_on_a_shared_vector_agrees(string kind, string value, bool valid)
    {
        SharedFiles.Path("samples/identifiers/identifiers.json");
        bool accepted = kind switch
        {
            "aba" => AbaRoutingNumber.TryParse(value, out _),
            "iban" => Iban.TryParse(value, out _),
            "lei" => Lei.TryParse(value, out _),
            "luhn" => Pan.TryParse(value, out _),
            "bic" => Bic.TryParse(value, out _),
            "uetr" => Uetr.TryParse(value, out _),
            _ => throw new InvalidOperationException(kind),
        };
        Assert.Equal(valid, accepted);
    }

    [Fact]
    public void The_structure_of_every_country_agrees_with_the_reference()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(
            SharedFiles.Path("samples/swift-mt/reference/src__main__resources__BbanStructureValidations.json")));
        foreach (JsonElement country in document.RootElement.EnumerateArray())
        {
            string code = country.GetProperty("country_code").GetString()!;
            string wanted = string.Concat(country.GetProperty("validation_rules").EnumerateArray().Select(rule =>
                new string(rule.GetProperty("character_type").GetString()![0], rule.GetProperty("length").GetInt32())));
            string structure = Country.BbanStructure(code) ?? "";
            StringBuilder ours = new();
            for (int i = 0, length = 0; i < structure.Length; i++)
            {
                if (char.IsAsciiDigit(structure[i])) length = (length * 10) + (structure[i] - '0');
                else (_, length) = (ours.Append(structure[i], length), 0);
            }

            Assert.Equal((code, wanted), (code, ours.ToString()));
        }
    }

    [Fact]
    public void A_card_number_prints_masked_and_only_reveals_when_asked()
    {
        Assert.True(Pan.TryParse("4761739001010119", out Pan pan));
        Assert.Equal("476173******0119", pan.ToString());
        Assert.Equal("476173******0119", $"{pan}");
        Assert.Equal("4761739001010119", pan.Reveal());
        Assert.False(Pan.TryParse("4761739001010118", out _));
        Assert.False(Pan.TryParse("4761-7390-0101-0119", out _));
    }

    [Fact]
    public void An_account_number_prints_masked()
    {
        Assert.True(Iban.TryParse("NL80ZRCN0106204942", out Iban iban));
        Assert.Equal("NL80***4942", iban.ToString());
        Assert.False(Iban.TryParse("nl80ZRCN0106204942", out _));
        Assert.False(Iban.TryParse("US80ZRCN0106204942", out _));
    }

    [Fact]
    public void A_branch_is_the_head_office_where_none_is_named()
    {
        Assert.True(Bic.TryParse("DEUTDEFF", out Bic bic));
        Assert.Equal(("DEUTDEFF", "DE", "XXX"), (bic.Party, bic.Country, bic.Branch));
    }

    [Fact]
    public void New_references_are_valid_and_differ()
    {
        Uetr[] made = [.. Enumerable.Range(0, 200).Select(_ => Uetr.Create())];
        Assert.All(made, uetr => Assert.True(Uetr.TryParse(uetr.Value, out _), uetr.Value));
        Assert.Equal(made.Length, made.Distinct().Count());
    }

    [Fact]
    public void Any_text_is_judged_without_an_exception() =>
        Prop.ForAll<NonNull<string>>(text =>
        {
            string s = text.Get;
            _ = Pan.TryParse(s, out _) | Bic.TryParse(s, out _) | Iban.TryParse(s, out _) | Lei.TryParse(s,
                out _) | Uetr.TryParse(s, out _)
                | AbaRoutingNumber.TryParse(s, out _) | Currency.TryParse(s, out _) | Money.TryParse(s, "EUR", out _);
        }).QuickCheckThrowOnFailure();

    private static TheoryData<string, string, bool> ReadVectors()
    {
        if (!SharedFiles.TryFind("samples/identifiers/identifiers.json", out string path))
        {
            return new() { { "aba", "000000000", false } };
        }

        TheoryData<string, string, bool> rows = [];
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (JsonElement vector in document.RootElement.GetProperty("vectors").EnumerateArray())
        {
            rows.Add(vector.GetProperty("kind").GetString()!, vector.GetProperty("value").GetString()!,
                vector.GetProperty("valid").GetBoolean());
        }

        return rows;
    }
}
