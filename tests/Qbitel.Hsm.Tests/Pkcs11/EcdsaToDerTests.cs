using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using Qbitel.Hsm.Pkcs11;

namespace Qbitel.Hsm.Tests.Pkcs11;

public sealed class EcdsaToDerTests
{
    [Theory, InlineData(64), InlineData(96)]
    public void It_is_what_a_DER_writer_writes(int size)
    {
        for (int i = 0; i < 2_000; i++)
        {
            byte[] signature = RandomNumberGenerator.GetBytes(size);
            signature.AsSpan(0, RandomNumberGenerator.GetInt32((size / 2) + 1)).Clear(); // r from small to zero
            if (i % 3 == 0) signature.AsSpan(size / 2, RandomNumberGenerator.GetInt32((size / 2) + 1)).Clear();
            AsnWriter writer = new(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteInteger(new BigInteger(signature.AsSpan(0, size / 2), isUnsigned: true, isBigEndian: true));
                writer.WriteInteger(new BigInteger(signature.AsSpan(size / 2), isUnsigned: true, isBigEndian: true));
            }

            Assert.Equal(writer.Encode(), PublicKeyEncoding.EcdsaToDer(signature));
        }
    }
}
