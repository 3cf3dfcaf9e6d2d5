using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography.Envelopes;
using Qbitel.Cryptography.Hybrid;
using Qbitel.Cryptography.Keys;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests;

/// <summary>
/// What was sealed and signed by an earlier build must open and verify in this one: archives are kept for years.
/// </summary>
/// <remarks>
/// <c>archive.txt</c> holds lines of kind, algorithm and base64, recorded once the vectors of others had passed. Lines
/// are added, by <c>UPDATE_SNAPSHOTS=1</c> for a new algorithm, and never changed. Private keys are derived from the
/// algorithm's name.
/// </remarks>
public sealed class ArchiveTests
{
    private static readonly byte[] Message = [.. ":20:REF-2026-0001"u8], Reference = [.. "MT103:REF-2026-0001"u8];
    private static readonly string Archive = Path.Combine(
        Repository.Root, "tests", "Qbitel.Cryptography.Tests", "archive.txt");

    public static TheoryData<string, string, string> Lines
    {
        get
        {
            TheoryData<string, string, string> lines = [];
            foreach (string[] part in File.ReadLines(Archive).Select(line => line.Split(' ')))
                lines.Add(part[0], part[1], part[2]);
            return lines;
        }
    }

    [Theory, MemberData(nameof(Lines))]
    public void What_was_archived_still_opens_and_verifies(string kind, string name, string base64)
    {
        byte[] archived = Convert.FromBase64String(base64);
        switch (kind)
        {
            case "envelope":
                using (KemKey key = Kem(name))
                    Assert.Equal(Message, HybridEncryption.Open(key, archived, Reference, [1]));
                break;
            case "signature":
                using (SignatureKey key = Signature(name))
                    Assert.True(key.Verify(Message, archived, key.Algorithm.MaxContextSize > 0 ? Reference : []));
                break;
            case "signed":
                CheckSigned((SignatureAlgorithm)KeyAlgorithm.Parse(name), archived);
                break;
            case "secret":
                CheckSecret((KemAlgorithm)KeyAlgorithm.Parse(name), archived);
                break;
            default:
                Assert.Equal(archived, Digest(KeyAlgorithm.Parse(name)));
                break;
        }
    }

    [Fact]
    public void Every_algorithm_is_in_the_archive()
    {
        HashSet<string> archived = [.. File.ReadLines(Archive).Select(line => line.Split(' ')[1])];
        string[] missing =
        [
            .. KeyAlgorithm.All.Where(a => a is not CipherAlgorithm && !IsPinned(a) && !archived.Contains(a.Name))
                .SelectMany(Record),
        ];
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1") File.AppendAllLines(Archive, missing);
        else Assert.Empty(missing);
    }

    // SLH-DSA's signatures would be 400 KB here; SlhDsaAccumulatedTests holds each of its bits to a digest.
    private static bool IsPinned(KeyAlgorithm algorithm) =>
        algorithm.Name.StartsWith("SLH-DSA", StringComparison.Ordinal);

    // What cannot be made from its name, because a half is RSA or has no seed: with the key. A signature behind its
    // public key; a ciphertext, its secret and the private key. They are keys of nobody.
    private static IEnumerable<string> Record(KeyAlgorithm algorithm)
    {
        if (algorithm is SignatureAlgorithm signature)
        {
            using SignatureKey key = SignatureKeys.Generate(signature);
            byte[] made = key.Sign(Message, signature.MaxContextSize > 0 ? Reference : []);
            yield return $"signed {algorithm} {Convert.ToBase64String([.. key.ExportPublicKey(), .. made])}";
        }
        else if (algorithm is KemAlgorithm kem)
        {
            using KemKey key = KemKeys.Generate(kem);
            byte[] ciphertext = new byte[kem.CiphertextSize], secret = new byte[kem.SharedSecretSize];
            key.Encapsulate(ciphertext, secret);
            yield return
                $"secret {algorithm} {Convert.ToBase64String([.. ciphertext, .. secret, .. key.ExportPrivateKey()])}";
        }
    }

    private static void CheckSigned(SignatureAlgorithm algorithm, byte[] archived)
    {
        using SignatureKey key = SignatureKeys.ImportPublic(algorithm, archived.AsSpan(..algorithm.PublicKeySize));
        Assert.True(key.Verify(Message, archived.AsSpan(algorithm.PublicKeySize..), Reference));
    }

    private static void CheckSecret(KemAlgorithm algorithm, byte[] archived)
    {
        int split = algorithm.CiphertextSize, end = split + algorithm.SharedSecretSize;
        byte[] secret = new byte[algorithm.SharedSecretSize];
        using KemKey key = KemKeys.ImportPrivate(algorithm, archived.AsSpan(end..));
        key.Decapsulate(archived.AsSpan(..split), secret);
        Assert.Equal(archived[split..end], secret);
    }

    // SHA-256 over keys, ciphertexts and secrets of 32 runs whose randomness comes from SHAKE256.
    private static byte[] Digest(KeyAlgorithm algorithm)
    {
        var scheme = HybridKemScheme.Of((KemAlgorithm)algorithm);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int run = 0; run < 32; run++)
        {
            using var key = HybridKemKey.ImportPrivate(
                scheme, Stream($"{algorithm} key {run}", algorithm.PrivateKeySize));
            byte[] ciphertext = new byte[scheme.Algorithm.CiphertextSize];
            byte[] sent = new byte[scheme.Algorithm.SharedSecretSize], received = [.. sent];
            key.Encapsulate(
                Stream($"{algorithm} randomness {run}", 32 + ((AgreementKem)scheme.Classical).Group.SeedSize),
                ciphertext, sent);
            key.Decapsulate(ciphertext, received);
            Assert.Equal(sent, received);
            digest.AppendData([.. key.ExportEncapsulationKey(), .. ciphertext, .. sent]);
        }

        return digest.GetHashAndReset();
    }

    private static KemKey Kem(string name) => KeyAlgorithm.Parse(name) is KemAlgorithm algorithm
        ? KemKeys.ImportPrivate(algorithm, Stream(name, algorithm.PrivateKeySize))
        : throw new ArgumentException(name, nameof(name));

    private static SignatureKey Signature(string name)
    {
        var algorithm = (SignatureAlgorithm)KeyAlgorithm.Parse(name);
        byte[] bytes = Stream(name, algorithm.PrivateKeySize);

        // A SEC 1 key is a scalar in a frame: the frame of a fresh key, our scalar.
        int start = name.StartsWith("ECDSA", StringComparison.Ordinal) ? 0 : 32;
        if (name.Contains("ECDSA", StringComparison.Ordinal))
        {
            bool p256 = name.Contains("P256", StringComparison.Ordinal);
            using SignatureKey frame = SignatureKeys.Generate(
                p256 ? SignatureAlgorithm.EcdsaP256 : SignatureAlgorithm.EcdsaP384);
            byte[] framed = frame.ExportPrivateKey();
            int field = framed[6];
            bytes.AsSpan(start + 7, field).CopyTo(framed.AsSpan(7));
            framed.CopyTo(bytes, start);
        }

        return SignatureKeys.ImportPrivate(algorithm, bytes);
    }

    private static byte[] Stream(string name, int size) => Shake256.HashData(Encoding.UTF8.GetBytes(name), size);
}
