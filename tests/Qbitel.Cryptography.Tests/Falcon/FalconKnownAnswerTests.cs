using System.Buffers.Binary;
using System.Security.Cryptography;
using Qbitel.Cryptography.Falcon;

namespace Qbitel.Cryptography.Tests.Falcon;

/// <summary>Digests recorded from this implementation once it had given the submission's known answers.</summary>
public sealed class FalconKnownAnswerTests
{
    [Fact]
    public void The_self_test_passes() => Assert.True(FalconSelfTest.Passes(), FalconSelfTest.Digest());

    [Fact]
    public void Keys_and_signatures_are_the_same_on_every_machine()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] random = new byte[FalconSigningKey.RandomSize], signature = new byte[FalconEncoding.PaddedSignatureSize];
        for (uint i = 0; i < 10; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(random, i);
            using FalconSigningKey key = FalconKeyGenerator.Generate(random);
            hash.AppendData(key.PublicHalf.Encoded);
            hash.AppendData(key.Encoded);
            for (uint j = 0; j < 100; j++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(random.AsSpan(4), j);
                key.Sign(random.AsSpan(0, (int)j % 88), random, signature);
                Assert.True(key.PublicHalf.VerifyPadded(random.AsSpan(0, (int)j % 88), signature));
                hash.AppendData(signature);
            }
        }

        string digest = Convert.ToHexStringLower(hash.GetHashAndReset());
        Assert.True(digest == "47d7c6bad5166c2841af3aa928e633373c707fd7a16828cc813a3546ecb4b8c0", digest);
    }
}
