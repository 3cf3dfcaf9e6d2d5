using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Tests.Lattices;

public sealed class SelfTestTests
{
    [Fact]
    public void Passes_holds_for_ml_kem() => Assert.True(MLKemSelfTest.Passes());

    [Fact]
    public void Passes_holds_for_ml_dsa() => Assert.True(MLDsaSelfTest.Passes());

    [Fact]
    public void Require_passes_once_and_asks_no_more()
    {
        int runs = 0;
        SelfTest test = new("ML-X", () => ++runs > 0);
        test.Require();
        test.Require();
        Assert.Equal(1, runs);
    }

    [Fact]
    public void Require_closes_the_family_for_good_when_the_check_fails()
    {
        int runs = 0;
        SelfTest test = new("ML-X", () => ++runs > 1);
        Assert.Contains("ML-X", Assert.Throws<CryptographicException>(test.Require).Message, StringComparison.Ordinal);
        Assert.Throws<CryptographicException>(test.Require);
        Assert.Equal(1, runs);
    }
}
