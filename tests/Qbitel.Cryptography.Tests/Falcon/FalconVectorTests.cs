using System.Buffers.Binary;
using Qbitel.Cryptography.Falcon;

namespace Qbitel.Cryptography.Tests.Falcon;

/// <summary>The known answers of the round-3 submission, bit by bit, from the seed to the signature.</summary>
public sealed class FalconVectorTests
{
    public static readonly TheoryData<int> Rows = [.. FalconVectorFile.Rows()];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Key_and_signature_are_those_of_the_reference(int index)
    {
        Dictionary<string, string> row = FalconVectorFile.Records()[index];
        byte[] message = Convert.FromHexString(row["msg"]);
        byte[] signed = Convert.FromHexString(row["sm"]);
        using NistDrbg drbg = new(Convert.FromHexString(row["seed"]));

        using FalconSigningKey key = FalconKeyGenerator.Generate(drbg.Next(FalconSigningKey.SeedSize));
        Assert.Equal(row["pk"], Convert.ToHexString(key.PublicHalf.Encoded));
        Assert.Equal(row["sk"], Convert.ToHexString(key.Encoded));

        byte[] nonce = drbg.Next(FalconEncoding.NonceSize);
        ushort[] point = new ushort[FalconRing.N];
        FalconHash.ToPoint(nonce, message, point);
        byte[] s2 = new byte[FalconEncoding.MaxCompressedSignatureSize - FalconEncoding.SignaturePrefixSize];
        int size = key.SignPoint(point, drbg.Next(FalconSigningKey.SeedSize), s2);

        // Length of header and s2, nonce, message, header with the bits 0010, s2
        Assert.Equal(1 + size, BinaryPrimitives.ReadUInt16BigEndian(signed));
        Assert.Equal(nonce, signed[2..42]);
        Assert.Equal(message, signed[42..(42 + message.Length)]);
        Assert.Equal(0x29, signed[42 + message.Length]);
        Assert.Equal(signed[(43 + message.Length)..], s2[..size]);

        byte[] detached = [FalconEncoding.SignatureHeader, .. nonce, .. s2[..size]];
        Assert.True(key.PublicHalf.VerifyCompressed(message, detached));
    }
}
