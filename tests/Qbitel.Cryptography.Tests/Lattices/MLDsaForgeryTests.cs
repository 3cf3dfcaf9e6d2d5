using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Tests.Lattices;

/// <summary>
/// Signatures made by a signer of the tests that leaves out a rule of FIPS 204: the equation of verification holds for
/// them, so that only the check of the rule itself can refuse them.
/// </summary>
public sealed class MLDsaForgeryTests
{
    private static readonly byte[] Rnd = new byte[32];

    [Fact]
    public void Verify_accepts_a_signature_whose_z_is_just_below_its_bound()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa44);
        byte[] mu = RandomNumberGenerator.GetBytes(64);
        byte[] signature = SpecSigner.Sign(key, mu, Rnd, (norm, bound) => norm == bound - 1).Signature;
        Assert.True(key.VerifyMu(mu, signature));
    }

    [Fact]
    public void Verify_refuses_a_signature_whose_z_reaches_its_bound()
    {
        using ManagedMLDsa key = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa44);
        byte[] mu = RandomNumberGenerator.GetBytes(64);
        byte[] signature = SpecSigner.Sign(key, mu, Rnd, (norm, bound) => norm == bound).Signature;
        Assert.False(key.VerifyMu(mu, signature));
    }
}
