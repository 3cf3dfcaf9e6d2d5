using System.Security.Cryptography;
using Qbitel.Cryptography.Classical;

namespace Qbitel.Cryptography.Tests.Classical;

public sealed class EcdsaKeyTests
{
    private static readonly byte[] Sample = [.. "sample"u8];

    // RFC 6979, A.2.5 and A.2.6: key and signature of "sample".
    public static readonly TheoryData<string, string, string, string, string> Rfc6979 = new()
    {
        {
            "P-256", "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
            "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6" +
            "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
            "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
        },
        {
            "P-384", "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5",
            "EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64DEF8F0EA9055866064A254515480BC13" +
            "8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1288B231C3AE0D4FE7344FD2533264720",
            "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46",
            "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8"
        },
    };

    [Theory, MemberData(nameof(Rfc6979))]
    public void Verify_accepts_the_value_of_the_rfc(string curveName, string scalar, string point, string r, string s)
    {
        NamedCurve curve = Curve(curveName);
        using var key = EcdsaKey.ImportPrivate(curve, Sec1.Write(curve, Convert.FromHexString(scalar)));
        Assert.Equal("04" + point, Convert.ToHexString(key.ExportPublic()));
        byte[] signature = Der(r, s);
        Assert.True(key.Verify(Sample, signature));

        // DER has one encoding: none of these may stand in for it.
        Assert.False(key.Verify(Sample, [.. signature, 0]));
        Assert.False(key.Verify(Sample, [0x30, 0x81, .. signature[1..]]));
        Assert.False(key.Verify(Sample, Der("0000" + r, s)));
        Assert.False(key.Verify(Sample, Convert.FromHexString(r + s)));
    }

    [Theory]
    [InlineData("00", "00")]
    [InlineData("01", "00")]
    [InlineData("00", "01")]
    [InlineData("01", "01")]
    public void Verify_rejects_numbers_that_any_message_might_pass(string r, string s)
    {
        using var key = EcdsaKey.Generate(NamedCurve.P256);
        Assert.False(key.Verify(Sample, Der(r, s)));
    }

    [Fact]
    public void ImportPrivate_accepts_a_key_written_with_its_public_key_and_refuses_another_ones()
    {
        using var platform = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] written = platform.ExportECPrivateKey();
        using var key = EcdsaKey.ImportPrivate(NamedCurve.P256, written);
        Assert.Equal(SignatureAlgorithm.EcdsaP256.PrivateKeySize, key.ExportPrivate().Length);
        Assert.True(platform.VerifyData(
            Sample, key.Sign(Sample), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

        byte[] otherPoint = NamedCurve.Encode(other.ExportParameters(includePrivateParameters: false).Q);
        otherPoint.CopyTo(written, written.Length - otherPoint.Length);
        Assert.Throws<CryptographicException>(() => EcdsaKey.ImportPrivate(NamedCurve.P256, written));
    }

    [Fact]
    public void The_platform_reads_what_ExportPrivateKey_writes()
    {
        using var key = EcdsaKey.Generate(NamedCurve.P384);
        using var platform = ECDsa.Create();
        platform.ImportECPrivateKey(key.ExportPrivate(), out int read);
        Assert.Equal(SignatureAlgorithm.EcdsaP384.PrivateKeySize, read);
        Assert.True(key.Verify(
            Sample, platform.SignData(Sample, HashAlgorithmName.SHA384, DSASignatureFormat.Rfc3279DerSequence)));
    }

    [Fact]
    public void ImportPrivate_refuses_the_key_of_another_curve_or_none()
    {
        byte[] p256 = EcdsaKey.Generate(NamedCurve.P256).ExportPrivate();
        Assert.Throws<CryptographicException>(() => EcdsaKey.ImportPrivate(NamedCurve.P384, p256));
        Assert.Throws<CryptographicException>(
            () => EcdsaKey.ImportPrivate(NamedCurve.P256, Sec1.Write(NamedCurve.P256, new byte[32])));
        byte[] order = Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
        Assert.Throws<CryptographicException>(
            () => EcdsaKey.ImportPrivate(NamedCurve.P256, Sec1.Write(NamedCurve.P256, order)));
    }

    [Theory]
    [InlineData("P-256")]
    [InlineData("P-384")]
    public void ImportPublic_refuses_what_is_no_point_on_the_curve(string curveName)
    {
        NamedCurve curve = Curve(curveName);
        using var key = EcdsaKey.Generate(curve);
        byte[] point = key.ExportPublic();
        Assert.Throws<CryptographicException>(
            () => EcdsaKey.ImportPublic(curve, Damage.Flip(point, point.Length - 1, 1)));
        Assert.Throws<CryptographicException>(
            () => EcdsaKey.ImportPublic(curve, [0x02, .. point[1..(1 + curve.FieldSize)]]));
        Assert.Throws<CryptographicException>(() => EcdsaKey.ImportPublic(curve, [0x06, .. point[1..]]));
        Assert.Throws<CryptographicException>(
            () => EcdsaKey.ImportPublic(curve, [0x04, .. new byte[point.Length - 1]]));
        Assert.Throws<CryptographicException>(
            () => EcdsaKey.ImportPublic(curve, [0x04, .. Enumerable.Repeat((byte)0xFF, point.Length - 1)]));
        Assert.Throws<CryptographicException>(() => EcdsaKey.ImportPublic(curve, [0x00]));
    }

    [Theory]
    [InlineData("P-256", "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551")]
    [InlineData("P-384",
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973")]
    public void IsScalar_holds_from_one_to_the_order_less_one(string curveName, string orderHex)
    {
        NamedCurve curve = Curve(curveName);
        byte[] order = Convert.FromHexString(orderHex);
        byte[] one = new byte[order.Length], less = [.. order], more = [.. order];
        one[^1] = 1;
        less[^1]--;
        more[^1]++;
        Assert.True(curve.IsScalar(one));
        Assert.True(curve.IsScalar(less));
        Assert.False(curve.IsScalar(new byte[order.Length]));
        Assert.False(curve.IsScalar(order));
        Assert.False(curve.IsScalar(more));
        Assert.False(curve.IsScalar([.. Enumerable.Repeat((byte)0xFF, order.Length)]));
    }

    private static NamedCurve Curve(string name) => name == "P-256" ? NamedCurve.P256 : NamedCurve.P384;

    // Written out by hand, so that it can also be wrong.
    private static byte[] Der(string r, string s)
    {
        byte[] both = [.. Integer(r), .. Integer(s)];
        return [0x30, (byte)both.Length, .. both];

        static byte[] Integer(string hex)
        {
            byte[] value = Convert.FromHexString(hex);
            return value[0] >= 0x80
                ? [0x02, (byte)(value.Length + 1), 0, .. value]
                : [0x02, (byte)value.Length, .. value];
        }
    }
}
