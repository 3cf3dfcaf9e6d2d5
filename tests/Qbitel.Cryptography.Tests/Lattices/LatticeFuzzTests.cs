using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography.Lattices;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Lattices;

/// <summary>
/// Any bytes at all given to any decoder: a key, or the documented exception; and a verification is true or false,
/// never more.
/// </summary>
[Trait("Soak", "lattice-fuzz")]
public sealed class LatticeFuzzTests
{
    private static readonly byte[] KemSeed = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];
    private static readonly ManagedMLKem Kem = ManagedMLKem.ImportPrivateSeed(MLKemAlgorithm.MLKem512, KemSeed);
    private static readonly ManagedMLDsa Dsa =
        ManagedMLDsa.ImportMLDsaPrivateSeed(MLDsaAlgorithm.MLDsa44, KemSeed.AsSpan(0, 32));
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(Soak.Times(300, 100_000));

    private static readonly Dictionary<string,
        (byte[] Valid, Action<byte[]> Decode)> Decoders = new(StringComparer.Ordinal)
        {
            ["ML-KEM PKCS#8"] = (Kem.ExportPkcs8PrivateKey(), b => ManagedMLKem.ImportPkcs8PrivateKey(b).Dispose()),
            ["ML-KEM PKCS#8, expanded"] = (Expanded(), b => ManagedMLKem.ImportPkcs8PrivateKey(b).Dispose()),
            ["ML-KEM SPKI"] =
                (Kem.ExportSubjectPublicKeyInfo(), b => ManagedMLKem.ImportSubjectPublicKeyInfo(b).Dispose()),
            ["ML-KEM ek"] = (Kem.ExportEncapsulationKey(), b =>
                ManagedMLKem.ImportEncapsulationKey(MLKemAlgorithm.MLKem512, b).Dispose()),
            ["ML-KEM dk"] = (Kem.ExportDecapsulationKey(), b =>
                ManagedMLKem.ImportDecapsulationKey(MLKemAlgorithm.MLKem512, b).Dispose()),
            ["ML-KEM ciphertext"] = (new byte[768], b => Kem.Decapsulate(b)),
            ["ML-DSA PKCS#8"] = (Dsa.ExportPkcs8PrivateKey(), b => ManagedMLDsa.ImportPkcs8PrivateKey(b).Dispose()),
            ["ML-DSA SPKI"] =
                (Dsa.ExportSubjectPublicKeyInfo(), b => ManagedMLDsa.ImportSubjectPublicKeyInfo(b).Dispose()),
            ["ML-DSA pk"] = (Dsa.ExportMLDsaPublicKey(), b =>
                ManagedMLDsa.ImportMLDsaPublicKey(MLDsaAlgorithm.MLDsa44, b).Dispose()),
            ["ML-DSA sk"] = (Dsa.ExportMLDsaPrivateKey(), b =>
                ManagedMLDsa.ImportMLDsaPrivateKey(MLDsaAlgorithm.MLDsa44, b).Dispose()),
        };

    public static readonly TheoryData<string> DecoderNames = [.. Decoders.Keys];

    [Theory, MemberData(nameof(DecoderNames))]
    public void A_decoder_of_mutated_bytes_ends_in_a_key_or_the_documented_exception(string name)
    {
        (byte[] valid, Action<byte[]> decode) = Decoders[name];
        Prop.ForAll<int, byte,
            byte[]>((position, value, junk) => Ends(decode, Mutation.Of(valid, position, value, junk))).Check(Runs);
    }

    [Theory, MemberData(nameof(DecoderNames))]
    public void A_decoder_of_random_bytes_ends_in_a_key_or_the_documented_exception(string name) =>
        Prop.ForAll<byte[]>(junk => Ends(Decoders[name].Decode, junk)).Check(Runs);

    [Theory, MemberData(nameof(DecoderNames))]
    public void A_decoder_of_a_truncated_encoding_ends_in_the_documented_exception(string name)
    {
        (byte[] valid, Action<byte[]> decode) = Decoders[name];
        for (int length = 0; length < valid.Length; length += valid.Length > 200 ? 13 : 1)
        {
            Exception? refused = Record.Exception(() => decode(valid[..length]));
            Assert.True(refused is CryptographicException or ArgumentException, $"{length} bytes: {refused}");
        }
    }

    [Fact]
    public void Verify_of_mutated_bytes_is_false()
    {
        byte[] signature = Dsa.SignData(KemSeed);
        Prop.ForAll<int, byte, byte[]>((position, value, junk) =>
        {
            byte[] mutated = Mutation.Of(signature, position, value, junk);
            return mutated.AsSpan().SequenceEqual(signature) || !Dsa.VerifyData(KemSeed, mutated);
        }).Check(Runs);
    }

    private static bool Ends(Action<byte[]> decode, byte[] bytes)
    {
        Exception? thrown = Record.Exception(() => decode(bytes));
        return thrown is null or CryptographicException or ArgumentException { ParamName: not null };
    }

    private static byte[] Expanded()
    {
        using ManagedMLKem key =
            ManagedMLKem.ImportDecapsulationKey(MLKemAlgorithm.MLKem512, Kem.ExportDecapsulationKey());
        return key.ExportPkcs8PrivateKey();
    }
}
