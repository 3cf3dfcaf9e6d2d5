using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography.HashSignatures;
using Qbitel.Cryptography.Tests.Lattices;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.HashSignatures;

/// <summary>
/// Any bytes at all given to any decoder: a key, or the documented exception; and a verification is true or false,
/// never more.
/// </summary>
[Trait("Soak", "hash-signature-fuzz")]
public sealed class SlhDsaFuzzTests
{
    private static readonly ManagedSlhDsa Key = ManagedSlhDsa.ImportSeeds(
        SlhDsaAlgorithm.SlhDsaSha2_128f, [.. Enumerable.Range(0, 48).Select(i => (byte)i)]);

    private static readonly Config Runs =
        Config.QuickThrowOnFailure.WithMaxTest(Soak.Times(300, 100_000));

    private static readonly Dictionary<string, (byte[] Valid, Action<byte[]> Decode)> Decoders = new()
    {
        ["PKCS#8"] = (Key.ExportPkcs8PrivateKey(), b => ManagedSlhDsa.ImportPkcs8PrivateKey(b).Dispose()),
        ["SPKI"] = (Key.ExportSubjectPublicKeyInfo(), b => ManagedSlhDsa.ImportSubjectPublicKeyInfo(b).Dispose()),
        ["pk"] = (Key.ExportSlhDsaPublicKey(),
            b => ManagedSlhDsa.ImportSlhDsaPublicKey(SlhDsaAlgorithm.SlhDsaSha2_128f, b).Dispose()),
        ["sk"] = (Key.ExportSlhDsaPrivateKey(),
            b => ManagedSlhDsa.ImportSlhDsaPrivateKey(SlhDsaAlgorithm.SlhDsaSha2_128f, b).Dispose()),
    };

    public static readonly TheoryData<string> DecoderNames = [.. Decoders.Keys];

    [Theory, MemberData(nameof(DecoderNames))]
    public void A_decoder_of_mutated_bytes_ends_in_a_key_or_the_documented_exception(string name)
    {
        (byte[] valid, Action<byte[]> decode) = Decoders[name];
        Prop.ForAll<int, byte, byte[]>(
            (position, value, junk) => Ends(decode, Mutation.Of(valid, position, value, junk))).Check(Runs);
    }

    [Theory, MemberData(nameof(DecoderNames))]
    public void A_decoder_of_random_bytes_ends_in_a_key_or_the_documented_exception(string name) =>
        Prop.ForAll<byte[]>(junk => Ends(Decoders[name].Decode, junk)).Check(Runs);

    [Theory, MemberData(nameof(DecoderNames))]
    public void A_decoder_of_a_truncated_encoding_ends_in_the_documented_exception(string name)
    {
        (byte[] valid, Action<byte[]> decode) = Decoders[name];
        for (int length = 0; length < valid.Length; length++)
            Assert.Throws<CryptographicException>(() => decode(valid[..length]));
    }

    [Fact]
    public void Verify_of_mutated_bytes_is_false()
    {
        byte[] data = [1, 2, 3], signature = Key.SignDataDeterministic(data);
        Prop.ForAll<int, byte, byte[]>((position, value, junk) =>
        {
            byte[] mutated = Mutation.Of(signature, position, value, junk);
            return mutated.AsSpan().SequenceEqual(signature) || !Key.VerifyData(data, mutated);
        }).Check(Runs);
    }

    private static bool Ends(Action<byte[]> decode, byte[] bytes) =>
        Record.Exception(() => decode(bytes)) is null or CryptographicException;
}
