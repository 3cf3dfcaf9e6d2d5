using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Tests.Lattices;

public sealed class LatticeImplementationTests
{
    [Theory]
    [InlineData(ImplementationChoice.Managed, true, true, ImplementationChoice.Managed, ImplementationChoice.Managed)]
    [InlineData(ImplementationChoice.Managed, false, false, ImplementationChoice.Managed, ImplementationChoice.Managed)]
    [InlineData(ImplementationChoice.Platform, true, true, ImplementationChoice.Platform,
        ImplementationChoice.Platform)]
    [InlineData(ImplementationChoice.Platform, true, false, ImplementationChoice.Platform,
        ImplementationChoice.Managed)]
    [InlineData(ImplementationChoice.Platform, false, false, ImplementationChoice.Managed,
        ImplementationChoice.Managed)]
    [InlineData(
        ImplementationChoice.PlatformRequired, true, true, ImplementationChoice.Platform,
            ImplementationChoice.Platform)]
    public void What_is_in_force_is_what_is_said(
        ImplementationChoice choice, bool hasKem, bool hasDsa, ImplementationChoice kem, ImplementationChoice dsa)
    {
        LatticeImplementation implementation = new(choice, hasKem, hasDsa);
        Assert.Equal(
            (choice, kem, dsa),
            (implementation.Choice, implementation.KeyEncapsulation, implementation.Signatures));
        Assert.Equal($"{choice}: ML-KEM {kem}, ML-DSA {dsa}", implementation.ToString());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_required_platform_that_lacks_an_algorithm_is_refused_with_the_remedy(bool hasKem, bool hasDsa)
    {
        PlatformNotSupportedException e = Assert.Throws<PlatformNotSupportedException>(
            () => new LatticeImplementation(ImplementationChoice.PlatformRequired, hasKem, hasDsa));
        Assert.Contains(LatticeImplementation.SwitchName, e.Message, StringComparison.Ordinal);
        Assert.Contains("OpenSSL 3.5", e.Message, StringComparison.Ordinal);
        Assert.Contains("Managed", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, ImplementationChoice.Managed)]
    [InlineData("", ImplementationChoice.Managed)]
    [InlineData("platform", ImplementationChoice.Platform)]
    [InlineData("PlatformRequired", ImplementationChoice.PlatformRequired)]
    public void Parse_reads_the_setting(string? setting, ImplementationChoice expected) =>
        Assert.Equal(expected, LatticeImplementation.Parse(setting));

    [Theory]
    [InlineData("OpenSSL")]
    [InlineData("2")]
    [InlineData("Managed,Platform")]
    [InlineData(true)]
    public void Parse_refuses_anything_else_with_the_list(object setting)
    {
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(
            () => LatticeImplementation.Parse(setting));
        Assert.Contains("Managed, Platform, PlatformRequired", e.Message, StringComparison.Ordinal);
    }

    // The whole suite runs with each choice where the platform has the algorithms (build/run-tests.sh).
    [Fact]
    public void Keys_are_of_the_implementation_in_force()
    {
        LatticeImplementation current = LatticeImplementation.Current;
        Assert.Equal(LatticeImplementation.Parse(AppContext.GetData(LatticeImplementation.SwitchName)), current.Choice);
        using MLKem kem = current.GenerateKey(MLKemAlgorithm.MLKem768);
        using MLDsa dsa = current.GenerateKey(MLDsaAlgorithm.MLDsa65);
        Assert.Equal(current.KeyEncapsulation == ImplementationChoice.Managed, kem is ManagedMLKem);
        Assert.Equal(current.Signatures == ImplementationChoice.Managed, dsa is ManagedMLDsa);
    }
}
