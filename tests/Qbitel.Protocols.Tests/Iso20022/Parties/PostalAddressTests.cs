using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Iso20022.Parties;
using Qbitel.Protocols.Tests.Iso20022.Profiles;

namespace Qbitel.Protocols.Tests.Iso20022.Parties;

public sealed class PostalAddressTests
{
    [Theory]
    [InlineData(ProfileText.Structured, AddressForm.Structured, true)]
    [InlineData(ProfileText.Hybrid, AddressForm.Hybrid, true)]
    [InlineData(ProfileText.Unstructured, AddressForm.Unstructured, false)]
    [InlineData("<PstlAdr><Ctry>DE</Ctry></PstlAdr>", AddressForm.Structured, false)]
    [InlineData("<PstlAdr><TwnNm>Bonn</TwnNm><AdrLine>A</AdrLine></PstlAdr>", AddressForm.Hybrid, false)]
    [InlineData("<PstlAdr></PstlAdr>", AddressForm.Empty, false)]
    public void Form_is_told_from_the_elements(string xml, AddressForm form, bool accepted)
    {
        MxElement element = ProfileText.Read(ProfileText.Replace(ProfileText.Sepa, ProfileText.Structured, xml)).Root
            .Find("FIToFICstmrCdtTrf/CdtTrfTxInf/Dbtr/PstlAdr")!;
        PostalAddress address = PostalAddress.Of(element);

        Assert.Equal(form, PostalAddress.FormOf(element));
        Assert.Equal(form, address.Form);
        Assert.Equal(accepted, address.IsAcceptedFromNovember2026);
    }

    [Fact]
    public void It_prints_no_address()
    {
        PostalAddress address = new() { StreetName = "Hauptstrasse", TownName = "Frankfurt", Country = "DE" };

        Assert.Equal("Structured address", address.ToString());
        Assert.True(address.IsAcceptedFromNovember2026);
        Assert.False((address with { Lines = ["a", "b", "c"] }).IsAcceptedFromNovember2026);
        Assert.False((address with { Lines = [new string('a', 71)] }).IsAcceptedFromNovember2026);
    }
}
