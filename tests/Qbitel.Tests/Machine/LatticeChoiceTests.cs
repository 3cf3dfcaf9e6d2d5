using Qbitel.Cryptography.Lattices;
using Qbitel.Machine;

namespace Qbitel.Tests.Machine;

public sealed class LatticeChoiceTests
{
    [Fact]
    public void Apply_leaves_the_setting_alone_where_the_environment_says_nothing()
    {
        object? before = AppContext.GetData(LatticeImplementation.SwitchName);
        LatticeChoice.Apply(_ => null);
        LatticeChoice.Apply(_ => "");
        Assert.Equal(before, AppContext.GetData(LatticeImplementation.SwitchName));
    }

    [Fact]
    public void Apply_refuses_an_unknown_choice_with_the_list()
    {
        MisusedException e = Assert.Throws<MisusedException>(() => LatticeChoice.Apply(_ => "OpenSSL"));
        Assert.Contains("Managed, Platform, PlatformRequired", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Finding_says_what_is_in_force()
    {
        Finding finding = LatticeChoice.Finding();
        Assert.Equal("lattices", finding.Id);
        Assert.Equal(LatticeImplementation.Current.KeyEncapsulation.ToString(), finding.Value);
    }
}
