using System.Security.Cryptography;
using Qbitel.Cryptography.Classical;

namespace Qbitel.Cryptography.Tests.Classical;

public sealed class EdwardsTests
{
    // RFC 8032, section 7.1, tests 1 and 2.
    [Theory]
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155" +
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    public void Ed25519_gives_the_values_of_the_rfc(string seed, string publicKey, string message, string signature)
    {
        using ISigningKey key = SigningScheme.Ed25519.ImportPrivate(Convert.FromHexString(seed));
        Assert.Equal(publicKey, Convert.ToHexStringLower(key.ExportPublic()));
        Assert.Equal(signature, Convert.ToHexStringLower(key.Sign(Convert.FromHexString(message))));

        using ISigningKey verifier = SigningScheme.Ed25519.ImportPublic(Convert.FromHexString(publicKey));
        Assert.True(verifier.Verify(Convert.FromHexString(message), Convert.FromHexString(signature)));
    }

    // RFC 8032, section 5.1.7: s must be below the order; s + L is the same number in another encoding.
    [Fact]
    public void Ed25519_refuses_a_signature_whose_scalar_is_not_reduced()
    {
        byte[] order = Convert.FromHexString("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        using ISigningKey key = SigningScheme.Ed25519.Generate();
        byte[] signature = key.Sign([1, 2, 3]);
        int carry = 0;
        for (int i = 0; i < 32; i++)
        {
            carry += signature[32 + i] + order[i];
            signature[32 + i] = (byte)(carry & 0xFF);
            carry >>= 8;
        }

        Assert.False(key.Verify([1, 2, 3], signature));
    }

    // RFC 8032, section 7.4, the empty message.
    [Fact]
    public void Ed448_verifies_the_value_of_the_rfc_and_nothing_else()
    {
        byte[] publicKey = Convert.FromHexString(
            "5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778" +
            "edf124769b46c7061bd6783df1e50f6cd1fa1abeafe8256180");
        byte[] signature = Convert.FromHexString(
            "533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f" +
            "2b233f034f628281f2fd7a22ddd47d7828c59bd0a21bfd3980ff0d2028d4b18a" +
            "9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cdda8530a113a0f4db" +
            "b61149f05a7363268c71d95808ff2e652600");
        using ISigningKey key = SigningScheme.Ed448.ImportPublic(publicKey);
        Assert.True(key.Verify([], signature));
        Assert.False(key.Verify([0], signature));
        Assert.False(key.Verify([], signature.AsSpan(..^1)));
        Assert.All(Damage.Flips(signature, 20), flipped => Assert.False(key.Verify([], flipped)));
        Assert.Throws<CryptographicException>(() => SigningScheme.Ed448.ImportPublic(publicKey.AsSpan(..^1)));
    }
}
