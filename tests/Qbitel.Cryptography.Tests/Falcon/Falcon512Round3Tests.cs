using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography.Falcon;
using Qbitel.Cryptography.Keys;
using Qbitel.Cryptography.Tests.Lattices;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Falcon;

/// <summary>What Falcon has beyond the contract of every signature key.</summary>
[Trait("Soak", "falcon")]
public sealed class Falcon512Round3Tests(ITestOutputHelper output) : IDisposable
{
    private static readonly byte[] Message = [.. "pay 5,000,000.00 USD to 021000021"u8];
    private static readonly Config Runs =
        Config.QuickThrowOnFailure.WithMaxTest(Soak.Times(300, 100_000));

    private readonly Falcon512Round3 _key = Falcon512Round3.GenerateKey();

    public void Dispose() => _key.Dispose();

    [Fact]
    public void No_name_and_no_list_leads_to_it()
    {
        Assert.All(
            ["Falcon-512-round3", "Falcon-512", "Falcon-padded-512", "Falcon512", "FN-DSA-512"],
            name => Assert.False(KeyAlgorithm.TryParse(name, out _), name));
        Assert.DoesNotContain(SignatureAlgorithm.Falcon512Round3, SignatureAlgorithm.All);
        Assert.DoesNotContain(SignatureAlgorithm.Falcon512Round3, KeyAlgorithm.All);
        Assert.Null(SignatureAlgorithm.Falcon512Round3.Oid);
        Assert.Throws<ArgumentException>(() => new SubjectPublicKey(SignatureAlgorithm.Falcon512Round3, new byte[897]));
        MemberInfo?[] members = [typeof(Falcon512Round3), typeof(SignatureAlgorithm).GetField("Falcon512Round3")];
        Assert.All(members, member =>
            Assert.Equal("QBITEL0001", member?.GetCustomAttribute<ExperimentalAttribute>()?.DiagnosticId));
    }

    [Fact]
    public void Each_form_has_its_own_verification()
    {
        byte[] padded = new byte[666];
        _key.SignPadded(Message, padded);
        byte[] compressed = _key.SignCompressed(Message);
        Assert.True(_key.Verify(Message, padded));
        Assert.True(_key.VerifyCompressed(Message, compressed));
        Assert.Equal((0x39, 0x39), (padded[0], compressed[0]));

        byte[] stripped = padded.AsSpan().TrimEnd((byte)0).ToArray();
        Assert.True(_key.VerifyCompressed(Message, stripped));
        if (stripped.Length < 666)
        {
            Assert.False(_key.Verify(Message, stripped));
            Assert.False(_key.VerifyCompressed(Message, padded));
        }

        if (compressed.Length <= 666)
            Assert.True(_key.Verify(Message, [.. compressed, .. new byte[666 - compressed.Length]]));
        Assert.False(_key.VerifyCompressed(Message, [.. compressed, 0]));
        Assert.False(_key.VerifyCompressed(Message, [.. compressed, .. new byte[752 - compressed.Length]]));
        Assert.All(Damage.Of(compressed), other => Assert.False(_key.VerifyCompressed(Message, other)));
    }

    [Fact]
    public void Verify_refuses_padding_that_is_not_zero()
    {
        byte[] padded = _key.Sign(Message);
        while (padded[^1] != 0 || padded[^2] != 0) padded = _key.Sign(Message);
        for (int bit = 0; bit < 16; bit++)
            Assert.False(_key.Verify(Message, Damage.Flip(padded, 664 + (bit / 8), (byte)(1 << (bit % 8)))));
    }

    [Fact]
    public void Verify_refuses_every_other_header()
    {
        byte[] padded = _key.Sign(Message), compressed = _key.SignCompressed(Message);
        for (int header = 0; header < 256; header++)
        {
            padded[0] = compressed[0] = (byte)header;
            Assert.Equal(header == 0x39, _key.Verify(Message, padded));
            Assert.Equal(header == 0x39, _key.VerifyCompressed(Message, compressed));
        }
    }

    [Fact]
    public void The_norm_bound_is_exact()
    {
        short[] s1 = new short[512], s2 = new short[512];
        (s1[0], s2[511], s1[100], s2[200], s2[300]) = (5833, -104, 4, -2, 1); // 34,034,726
        Assert.True(FalconVerificationKey.IsShort(s1, s2));
        s1[511] = -1;
        Assert.False(FalconVerificationKey.IsShort(s1, s2));
        Array.Fill(s1, short.MinValue);
        Array.Fill(s2, short.MinValue);
        Assert.False(FalconVerificationKey.IsShort(s1, s2));
    }

    // Well-formed and far from the hashed message: s2 = 0, and s2 of the largest coefficients (h = 0 and a real h).
    [Fact]
    public void Verify_refuses_a_signature_that_is_not_short()
    {
        using Falcon512Round3 zero = Falcon512Round3.ImportPublicKey([0x09, .. new byte[896]]);
        short[] large = [.. Enumerable.Repeat((short)2047, 20), .. new short[492]];
        foreach (short[] s2 in (short[][])[new short[512], large])
        {
            byte[] signature = new byte[666];
            signature[0] = 0x39;
            Assert.NotEqual(0, FalconEncoding.Compress(s2, signature.AsSpan(41)));
            Assert.False(zero.Verify(Message, signature));
            Assert.False(_key.Verify(Message, signature));
        }
    }

    [Fact]
    public void No_two_signatures_share_a_nonce()
    {
        HashSet<string> nonces = new(StringComparer.Ordinal);
        for (int i = 0; i < 200; i++)
        {
            Assert.True(nonces.Add(Convert.ToHexString(_key.Sign(Message).AsSpan(1, 40))));
            Assert.True(nonces.Add(Convert.ToHexString(_key.SignCompressed(Message).AsSpan(1, 40))));
        }
    }

    [Fact]
    public void Random_numbers_that_repeat_do_not_repeat_the_sampler()
    {
        using FalconSigningKey key = FalconSigningKey.Decode(_key.ExportPrivateKey());
        byte[] random = new byte[FalconSigningKey.RandomSize];
        byte[] first = new byte[666], again = new byte[666], plain = new byte[625];
        key.Sign(Message, random, first);
        key.Sign(Message, random, again);
        Assert.Equal(first, again);

        ushort[] point = new ushort[512];
        FalconHash.ToPoint(random.AsSpan(0, 40), Message, point);
        key.SignPoint(point, random.AsSpan(40), plain);
        Assert.NotEqual(plain, first[41..]); // the reference's seed, without the key and the point
    }

    [Fact]
    public void A_destination_of_another_size_is_refused()
    {
        Assert.Throws<ArgumentException>(() => _key.SignPadded(Message, new byte[665]));
        Assert.Throws<ArgumentException>(() => _key.SignPadded(Message, new byte[667]));
        using Falcon512Round3 verifier = Falcon512Round3.ImportPublicKey(_key.ExportPublicKey());
        byte[] untouched = new byte[666];
        Assert.Throws<CryptographicException>(() => verifier.SignPadded(Message, untouched));
        Assert.Throws<CryptographicException>(() => verifier.SignCompressed(Message));
        Assert.Equal(new byte[666], untouched);
    }

    [Fact]
    public void Signing_and_verifying_in_spans_allocate_nothing()
    {
        byte[] signature = new byte[666], compressed = _key.SignCompressed(Message);
        bool valid = true;
        long allocated = Allocation.Least(() =>
        {
            _key.SignPadded(Message, signature);
            valid &= _key.Verify(Message, signature) & _key.VerifyCompressed(Message, compressed);
        });

        Assert.True(valid);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Import_refuses_a_private_key_with_any_coefficient_changed()
    {
        byte[] encoded = _key.ExportPrivateKey();
        for (int i = 0; i < 1281; i += 7)
        {
            byte[] other = Damage.Flip(encoded, i, (byte)(1 << (i % 8)));
            Exception e = Assert.Throws<CryptographicException>(() => Falcon512Round3.ImportPrivateKey(other));
            Assert.Contains("Falcon-512 private key is invalid", e.Message, StringComparison.Ordinal);
        }

        Assert.Throws<CryptographicException>(() => Falcon512Round3.ImportPrivateKey([0x59, .. new byte[1280]]));
    }

    [Fact]
    public void Import_takes_every_key_that_was_generated()
    {
        int keys = Soak.Times(30, 2_000);
        for (int i = 0; i < keys; i++)
        {
            using FalconSigningKey key = FalconKeyGenerator.Generate(BitConverter.GetBytes(i));
            using FalconSigningKey again = FalconSigningKey.Decode(key.Encoded);
            Assert.Equal(key.Encoded, again.Encoded);
            Assert.Equal(key.PublicHalf.Encoded, again.PublicHalf.Encoded);
        }

        output.WriteLine($"{keys} keys generated and imported");
    }

    [Fact]
    public void Dispose_zeroes_every_secret()
    {
        FalconSigningKey key = FalconSigningKey.Decode(_key.ExportPrivateKey());
        FieldInfo[] fields = [.. typeof(FalconSigningKey).GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
            .Where(field => field.FieldType.IsArray)];
        Assert.Equal(4, fields.Length);
        Assert.All(fields, field => Assert.Contains(Values(field), value => value != 0));
        key.Dispose();
        Assert.All(fields, field => Assert.DoesNotContain(Values(field), value => value != 0));

        IEnumerable<double> Values(FieldInfo field) =>
            ((Array)field.GetValue(key)!).Cast<object>().Select(value => Convert.ToDouble(value, null));

        _key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _key.SignPadded(Message, new byte[666]));
        Assert.Throws<ObjectDisposedException>(() => _key.SignCompressed(Message));
        Assert.Throws<ObjectDisposedException>(() => _key.VerifyCompressed(Message, []));
    }

    [Fact]
    public void Mutated_bytes_end_in_a_key_or_a_refusal_and_never_verify()
    {
        byte[] privateKey = _key.ExportPrivateKey(), publicKey = _key.ExportPublicKey();
        byte[] padded = _key.Sign(Message), compressed = _key.SignCompressed(Message);
        Prop.ForAll<int, byte, byte[]>((position, value, junk) =>
        {
            byte[] mutated = Mutation.Of(privateKey, position, value, junk);
            bool refused = Damage.Refuses(() => Falcon512Round3.ImportPrivateKey(mutated));
            Assert.NotEqual(mutated.AsSpan().SequenceEqual(privateKey), refused);

            mutated = Mutation.Of(publicKey, position, value, junk);
            refused = Damage.Refuses(() => Falcon512Round3.ImportPublicKey(mutated));
            if (!refused && !mutated.AsSpan().SequenceEqual(publicKey))
            {
                using Falcon512Round3 other = Falcon512Round3.ImportPublicKey(mutated);
                Assert.False(other.Verify(Message, padded));
            }

            mutated = Mutation.Of(padded, position, value, junk);
            Assert.Equal(mutated.AsSpan().SequenceEqual(padded), _key.Verify(Message, mutated));
            mutated = Mutation.Of(compressed, position, value, junk);
            Assert.Equal(mutated.AsSpan().SequenceEqual(compressed), _key.VerifyCompressed(Message, mutated));
            _key.Verify(Message, [0x39, .. new byte[40], .. junk, .. new byte[Math.Max(0, 625 - junk.Length)]]);
        }).Check(Runs);
    }

    [Fact]
    public void Threads_share_a_key()
    {
        byte[] signature = _key.Sign(Message);
        Parallel.For(0, 64, i =>
        {
            byte[] data = BitConverter.GetBytes(i);
            Assert.True(_key.Verify(data, _key.Sign(data)));
            Assert.True(_key.Verify(Message, signature));
            Assert.False(_key.Verify(data, signature));
        });
    }
}
