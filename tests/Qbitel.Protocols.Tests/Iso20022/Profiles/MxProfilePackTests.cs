using System.Text;
using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Iso20022.Profiles;

namespace Qbitel.Protocols.Tests.Iso20022.Profiles;

public sealed class MxProfilePackTests
{
    [Fact]
    public void A_bank_adds_its_own_rules_to_a_pack()
    {
        MxDocument message = ProfileText.Read(ProfileText.Fedwire);

        #region OwnRulePack
        string text = """
            profile our-wires
            extends fedwire-2025
            title Fedwire as our treasury allows it

            rule Treasury.Ceiling
              in pacs.008 pacs.009
              at CdtTrfTxInf/IntrBkSttlmAmt
              amount 0.01 1000000.00
              from 2026-01-01
              say a single wire is above the ceiling of the treasury
              source treasury policy 7
            """;
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(text));
        MxProfile pack = MxProfile.Load(stream);  // throws with the line that cannot be read
        IReadOnlyList<Diagnostic> findings = pack.Check("pacs.008.001.08", message.Root, message.Header);
        #endregion

        Assert.Equal("our-wires", pack.Name);
        Diagnostic found = Assert.Single(findings);
        Assert.Equal(("Treasury.Ceiling", "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf/IntrBkSttlmAmt"),
            (found.Code, found.Path));
    }

    [Theory]
    [InlineData("profile p\nrule A.B\n  at X\n  codes Y\n  say s", 2, "source")]
    [InlineData("profile p\nrule A.B\n  at X\n  say s\n  source t", 2, "test")]
    [InlineData("profile p\nrule A.B\n  codes Y\n  say s\n  source t", 2, "at PATH")]
    [InlineData("profile p\nrule AB\n  at X\n  codes Y\n  say s\n  source t", 2, "Profile.Rule")]
    [InlineData("profile p\nrule A.B\n  frobnicate X", 3, "a test")]
    [InlineData("profile p\nrule A.B\n  from 2026-13-01", 3, "2026-11-14")]
    [InlineData("profile p\nrule A.B\n  pattern (a)\\1", 3, "backtracking")]
    [InlineData("profile p\nrule A.B\n  amount 1 x", 3, "amount")]
    [InlineData("profile p\n  at X", 2, "rule CODE")]
    [InlineData("profile p\nextends nothing", 2, "comes along")]
    [InlineData("hello", 1, "profile")]
    [InlineData("", 0, "profile NAME")]
    public void Fault_in_a_pack_is_located(string text, int line, string expected)
    {
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(text));
        MessageFormatException thrown = Assert.Throws<MessageFormatException>(() => MxProfile.Load(stream));

        Assert.Equal("Profile.Pack", thrown.Error.Code);
        Assert.Equal(line, thrown.Error.Diagnostic.Line);
        Assert.Contains(expected, thrown.Error.Expected, StringComparison.Ordinal);
    }
}
