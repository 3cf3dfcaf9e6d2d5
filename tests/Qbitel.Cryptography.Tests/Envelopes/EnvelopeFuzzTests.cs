using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography.Cms;
using Qbitel.Cryptography.Encodings;
using Qbitel.Cryptography.Envelopes;
using Qbitel.Cryptography.Keys;
using Qbitel.Cryptography.Tests.Encodings;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Envelopes;

/// <summary>
/// Any bytes at all given to any reader of files and messages: a value, or <see cref="CryptographicException"/>, soon.
/// </summary>
/// <remarks>Every case comes from a number that a failure names.</remarks>
[Trait("Soak", "envelope-fuzz")]
public sealed class EnvelopeFuzzTests
{
    private const int Shapes = 4;

    // One case may meet a garbage collection or a busy machine; a reader that loops takes longer than any of them.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly KemKey Kem = KemKeys.ImportPrivate(KemAlgorithm.MLKem512, Seed(64));
    private static readonly SignatureKey Dsa = SignatureKeys.ImportPrivate(SignatureAlgorithm.MLDsa44, Seed(32));
    private static readonly SignatureKey Curve = SignatureKeys.Generate(SignatureAlgorithm.EcdsaP256);
    private static readonly byte[] Signed = Samples.Certificate(SubjectPublicKey.Of(Dsa));
    private static readonly byte[] Received = Samples.Certificate(SubjectPublicKey.Of(Kem));

    private static readonly Dictionary<string, (byte[] Valid, Action<byte[]> Read)> Readers =
        new(StringComparer.Ordinal)
        {
            ["PKCS#8, seed"] = (Pkcs8.Encode(Kem), ReadKey),
            ["PKCS#8, expanded"] = (Pkcs8.Encode(Kem, PrivateKeyForm.Expanded), ReadKey),
            ["PKCS#8, both"] = (Pkcs8.Encode(Dsa, PrivateKeyForm.Both), ReadKey),
            ["PKCS#8, curve"] = (Pkcs8.Encode(Curve), ReadKey),
            ["PKCS#8, composite"] = (Pkcs8.Encode(SignatureKeys.Generate(SignatureAlgorithm.MLDsa44Ed25519)), ReadKey),
            ["PKCS#8, encrypted"] = (EncryptedPkcs8.EncryptWith(Pkcs8.Encode(Curve), "pw", 1), bytes =>
            {
                byte[] inside = EncryptedPkcs8.Decrypt(bytes, "pw", maxIterations: 100);
                Pkcs8.Decode(inside).Dispose();
            }
            ),
            ["public key"] = (SubjectPublicKey.Of(Kem).Encode(), ReadKey),
            ["certificate"] = (Signed, ReadKey),
            ["PEM"] = (Encoding.ASCII.GetBytes(KeyFile.WritePrivatePem(Curve)), ReadKey),
            ["JWK"] = (JsonWebKey.Encode(Dsa, includePrivateKey: true), ReadKey),
            ["COSE_Key"] = (CoseKey.Encode(Dsa, includePrivateKey: true), ReadKey),
            ["sealed file"] = (SealedFileTests.Seal(Seed(9000), Kem), bytes =>
            {
                // What comes out is a prefix of what went in, whatever the file.
                using MemoryStream output = new();
                try
                {
                    SealedFile.Open(new MemoryStream(bytes), output, Kem);
                }
                finally
                {
                    Assert.True(Seed(9000).AsSpan().StartsWith(output.ToArray()));
                }
            }
            ),
            ["CMS envelope"] = (CmsEnvelope.Encrypt(Seed(50), [CmsRecipient.FromCertificate(Received)]), bytes =>
            {
                Assert.Equal(Seed(50), CmsEnvelope.Decode(bytes).Decrypt(Kem, Received));
            }
            ),
            ["CMS signatures"] = (Sign(), bytes =>
            {
                CmsSignedData message = CmsSignedData.Decode(bytes);
                foreach (CmsSignature signature in message.Signatures)
                {
                    message.CertificateOf(signature);
                    ReadOnlyMemory<byte> content = message.Content ?? Seed(50);
                    if (signature.Verify(Dsa, content)) Assert.Equal(Seed(50), content.ToArray());
                }
            }
            ),
            ["HPKE session"] = (Session(), bytes =>
            {
                HpkeSuite suite = HpkeSuite.Of(Kem.Algorithm);
                int split = Math.Min(bytes.Length, suite.Kem.CiphertextSize);
                using HpkeReceiver receiver = HpkeReceiver.Start(suite, Kem, bytes.AsSpan(0, split));
                byte[] opened = new byte[Math.Max(0, bytes.Length - split - HpkeSuite.TagSize)];
                receiver.Open(bytes.AsSpan(split), opened);
                Assert.Equal(Seed(50), opened);
            }
            ),
            ["wrapped key"] = (AesKeyWrap.Wrap(Seed(32), Seed(32)), bytes => AesKeyWrap.Unwrap(Seed(32), bytes)),
        };

    public static readonly TheoryData<string> Names = [.. Readers.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_reader_ends_in_a_value_or_the_documented_exception(string name)
    {
        (byte[] valid, Action<byte[]> read) = Readers[name];
        read(valid);
        int first = Environment.TickCount, count = Soak.Times(gate: 200, soak: 70_000);
        Stopwatch watch = new();
        for (int i = 0; i < count; i++)
        {
            int number = unchecked(first + i);
            byte[] bytes = Make(valid, new Random(number));
            watch.Restart();
            Exception? thrown = Record.Exception(() => read(bytes));
            Assert.True(thrown is null or CryptographicException, $"case {number}: {thrown}");
            Assert.True(watch.Elapsed < Patience, $"case {number}: it took {watch.Elapsed}");
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: {count} cases from {first}");
    }

    [Theory, MemberData(nameof(Names))]
    public void A_cut_encoding_is_refused(string name)
    {
        (byte[] valid, Action<byte[]> read) = Readers[name];
        int step = Soak.IsOn ? 1 : Math.Max(1, valid.Length / 50);
        for (int length = 0; length < valid.Length; length += step)
        {
            // A PEM text may lose its last line feed.
            if (name == "PEM" && length == valid.Length - 1) continue;

            Assert.ThrowsAny<CryptographicException>(() => read(valid[..length]));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Deep_nesting_is_refused(string name)
    {
        (byte[] valid, Action<byte[]> read) = Readers[name];
        string[] opens = ["30", "3080", "2480", "A080", "A0", "3180", "81", "A101", "5B", "7B2261223A"];
        foreach (string open in opens)
        {
            byte[] nested = Convert.FromHexString(string.Concat(Enumerable.Repeat(open, 20_000)));
            Assert.ThrowsAny<CryptographicException>(() => read(nested));
            Assert.ThrowsAny<CryptographicException>(() => read([.. valid[..(valid.Length / 3)], .. nested]));
        }
    }

    /// <summary>A few faults in valid bytes, a structure of random DER, or random bytes.</summary>
    private static byte[] Make(byte[] valid, Random random) => random.Next(16) switch
    {
        0 => Noise(random, random.Next(200)),
        1 or 2 => Der(random, depth: 0),
        3 => [.. valid[..random.Next(valid.Length)], .. Der(random, depth: 2), .. valid[random.Next(valid.Length)..]],
        _ => Faults(valid, random),
    };

    private static byte[] Faults(byte[] valid, Random random)
    {
        byte[] bytes = [.. valid];
        for (int i = random.Next(3); i >= 0 && bytes.Length > 0; i--)
        {
            // Half of them where the structure is: at the front.
            int at = random.Next(random.Next(2) == 0 ? bytes.Length : Math.Min(64, bytes.Length));
            switch (random.Next(6))
            {
                case 0 or 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 3:
                    bytes = bytes[..at];
                    break;
                case 4:
                    bytes = [.. bytes[..at], .. Noise(random, random.Next(20)), .. bytes[at..]];
                    break;
                default:
                    bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + 1 + random.Next(20))..]];
                    break;
            }
        }

        return bytes;
    }

    private static byte[] Der(Random random, int depth)
    {
        byte[] tags = [0x30, 0x31, 0xA0, 0xA1, 0x24, 0x02, 0x04, 0x06, 0x03, 0x80, 0x05, 0x13, 0x17];
        byte tag = tags[random.Next(depth == 0 ? 1 : tags.Length)];
        byte[] content = (tag & 0x20) != 0 && depth < 7
            ? [.. Enumerable.Range(0, random.Next(1, 6)).SelectMany(_ => Der(random, depth + 1))]
            : Noise(random, random.Next(40));
        return random.Next(Shapes) switch
        {
            0 when (tag & 0x20) != 0 => [tag, 0x80, .. content, 0, 0],
            _ when content.Length < 128 => [tag, (byte)content.Length, .. content],
            _ => [tag, 0x82, (byte)(content.Length >> 8 & 0xFF), (byte)(content.Length & 0xFF), .. content],
        };
    }

    private static byte[] Noise(Random random, int size)
    {
        byte[] bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }

    private static void ReadKey(byte[] bytes) => KeyFile.Read(bytes, "pw").Dispose();

    private static byte[] Sign() => CmsSignedData.SignAsync(
        Seed(50), [new CmsSigner(new LocalSigner(Dsa), Signed)]).GetAwaiter().GetResult();

    private static byte[] Session()
    {
        using HpkeSender sender = HpkeSender.Start(HpkeSuite.Of(Kem.Algorithm), Kem);
        byte[] message = new byte[50 + HpkeSuite.TagSize];
        sender.Seal(Seed(50), message);
        return [.. sender.Encapsulated.Span, .. message];
    }

    private static byte[] Seed(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)(i & 0xFF))];
}
