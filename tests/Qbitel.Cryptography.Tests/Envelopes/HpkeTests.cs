using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Qbitel.Cryptography.Envelopes;
using Qbitel.Cryptography.Hybrid;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Tests.Envelopes;

public sealed class HpkeTests
{
    private const string Path = "hpke-pq/test-vectors.json";

    private static readonly Dictionary<int, KemAlgorithm> Kems = new()
    {
        [0x40] = KemAlgorithm.MLKem512,
        [0x41] = KemAlgorithm.MLKem768,
        [0x42] = KemAlgorithm.MLKem1024,
        [0x50] = KemAlgorithm.MLKem768P256,
        [0x51] = KemAlgorithm.MLKem1024P384,
        [0x647A] = KemAlgorithm.XWing,
    };

    public static TheoryData<int> OurKems => [.. RowsWhere(vector => Kems.ContainsKey((int)vector["kem_id"]!))];

    public static TheoryData<int> All => [.. RowsWhere(_ => true)];

    public static TheoryData<int> OurSuites =>
        [.. RowsWhere(vector => HpkeSuite.Find(vector.Hex("suite_id")) is not null)];

    [Fact]
    public void Vectors_whose_kem_is_not_built_are_named()
    {
        IEnumerable<JsonNode> others = VectorFile.Read(Path).AsArray().Select(vector => vector!);
        Assert.Skip("Only the key schedule, the messages and the exports, since the KEM is classical and not built: "
            + string.Join("; ", others.Where(vector => !Kems.ContainsKey((int)vector["kem_id"]!)).Select(
                vector => $"KEM 0x{(int)vector["kem_id"]!:X4} with KDF 0x{(int)vector["kdf_id"]!:X4}")));
    }

    [Theory, MemberData(nameof(OurKems))]
    public void The_kem_gives_the_values_of_the_draft(int index)
    {
        JsonNode vector = VectorFile.Row(Path, index);
        KemAlgorithm kem = KemOf(vector);
        using KemKey recipient = KemKeys.ImportPrivate(kem, vector.Hex("skRm"));
        Assert.Equal(vector.Hex("pkRm"), recipient.ExportEncapsulationKey());

        byte[] secret = new byte[kem.SharedSecretSize];
        recipient.Decapsulate(vector.Hex("enc"), secret);
        Assert.Equal(vector.Hex("shared_secret"), secret);
        if (recipient is not HybridKemKey hybrid) return; // plain ML-KEM from randomness is held to ACVP

        byte[] enc = new byte[kem.CiphertextSize];
        hybrid.Encapsulate(vector.Hex("ikmE"), enc, secret);
        Assert.Equal(vector.Hex("enc"), enc);
        Assert.Equal(vector.Hex("shared_secret"), secret);
    }

    // All of them, also those of classical KEMs: the schedule takes the KEM's secret.
    [Theory, MemberData(nameof(All))]
    public void The_key_schedule_and_the_messages_are_those_of_the_draft(int index)
    {
        JsonNode vector = VectorFile.Row(Path, index);
        HpkeKdf kdf = (HpkeKdf)(int)vector["kdf_id"]!;
        HpkeAead aead = (HpkeAead)(int)vector["aead_id"]!;
        byte[] id = HpkeSuite.IdOf((ushort)(int)vector["kem_id"]!, kdf, aead);
        Assert.Equal(vector.Hex("suite_id"), id);
        HpkeKeySchedule schedule = new(id, kdf, aead);
        (byte[] key, byte[] nonce, byte[] exporter) =
            schedule.Derive(vector.Hex("shared_secret"), vector.Hex("info"), psk: null);
        Assert.Equal(vector.Hex("key"), key);
        Assert.Equal(vector.Hex("base_nonce"), nonce);
        Assert.Equal(vector.Hex("exporter_secret"), exporter);
        Assert.All(vector["exports"]!.AsArray(), export =>
        {
            byte[] output = new byte[(int)export!["L"]!];
            schedule.Export(exporter, export!.Hex("exporter_context"), output);
            Assert.Equal(export.Hex("exported_value"), output);
        });

        Assert.All(vector["encryptions"]!.AsArray(), message => Assert.Equal(message!.Hex("ct"),
            Seal((int)aead, key, message!.Hex("nonce"), message!.Hex("pt"), message!.Hex("aad"))));
    }

    [Theory, MemberData(nameof(OurKems))]
    public void A_session_opens_the_messages_of_the_draft(int index)
    {
        JsonNode vector = VectorFile.Row(Path, index);
        HpkeSuite suite = new(KemOf(vector), (HpkeKdf)(int)vector["kdf_id"]!, (HpkeAead)(int)vector["aead_id"]!);
        using KemKey recipient = KemKeys.ImportPrivate(suite.Kem, vector.Hex("skRm"));
        using HpkeReceiver session = HpkeReceiver.Start(suite, recipient, vector.Hex("enc"), vector.Hex("info"));
        Assert.All(vector["encryptions"]!.AsArray(), message =>
        {
            // The vectors leave numbers out: each message says by its nonce which it is.
            byte[] number = [.. message!.Hex("nonce").Zip(vector.Hex("base_nonce"), (a, b) => (byte)(a ^ b))];
            session.Sequence = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(number.AsSpan(4));
            byte[] opened = new byte[message!.Hex("pt").Length];
            session.Open(message!.Hex("ct"), opened, message!.Hex("aad"));
            Assert.Equal(message!.Hex("pt"), opened);
        });
        Assert.All(vector["exports"]!.AsArray(), export =>
        {
            byte[] output = new byte[(int)export!["L"]!];
            session.Export(export!.Hex("exporter_context"), output);
            Assert.Equal(export!.Hex("exported_value"), output);
        });
    }

    // The open vectors of suites we seal with: the envelope is their parts, side by side.
    [Theory, MemberData(nameof(OurSuites))]
    public void Open_reads_the_message_of_the_draft(int index)
    {
        JsonNode vector = VectorFile.Row(Path, index);
        KemAlgorithm kem = KemOf(vector);
        JsonNode first = vector["encryptions"]![0]!;
        using KemKey recipient = KemKeys.ImportPrivate(kem, vector.Hex("skRm"));
        byte[] envelope = [.. vector.Hex("suite_id"), .. vector.Hex("enc"), .. first.Hex("ct")];
        Assert.Equal(first.Hex("pt"), HybridEncryption.Open(recipient, envelope, first.Hex("aad"), vector.Hex("info")));
    }

    // RFC 5869, A.1: the KDF beneath the schedule.
    [Fact]
    public void Hkdf_gives_the_values_of_the_rfc()
    {
        byte[] material = [.. Enumerable.Repeat((byte)0x0B, 22)];
        byte[] salt = [.. Enumerable.Range(0, 13).Select(i => (byte)i)];
        byte[] info = [.. Enumerable.Range(0xF0, 10).Select(i => (byte)i)];
        byte[] key = HKDF.Extract(HashAlgorithmName.SHA256, material, salt);
        Assert.Equal("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5", Convert.ToHexStringLower(key));
        Assert.Equal("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
            Convert.ToHexStringLower(HKDF.Expand(HashAlgorithmName.SHA256, key, 42, info)));
    }

    // Section 5.1 of RFC 9180 written out once more for one suite, so that the schedule is held without any file.
    [Fact]
    public void The_key_schedule_is_the_formula_of_the_rfc()
    {
        byte[] secret = RandomNumberGenerator.GetBytes(32), info = [1, 2, 3];
        byte[] id = [.. "HPKE"u8, 0x64, 0x7A, 0, 1, 0, 2];
        byte[] context = [0, .. Extract([], "psk_id_hash", []), .. Extract([], "info_hash", info)];
        byte[] prk = Extract(secret, "secret", []);
        (byte[] key, byte[] nonce, _) =
            HpkeKeySchedule.Of(HpkeSuite.Of(KemAlgorithm.XWing)).Derive(secret, info, psk: null);
        Assert.Equal(Expand("key", 32), key);
        Assert.Equal(Expand("base_nonce", 12), nonce);

        byte[] Extract(byte[] salt, string label, byte[] material) =>
            Hmac(salt, [.. "HPKE-v1"u8, .. id, .. Encoding.ASCII.GetBytes(label), .. material]);

        byte[] Expand(string label, byte size) =>
            Hmac(prk, [0, size, .. "HPKE-v1"u8, .. id, .. Encoding.ASCII.GetBytes(label), .. context, 1])[..size];

        static byte[] Hmac(byte[] hmacKey, byte[] data) => HMACSHA256.HashData(hmacKey, data);
    }

    private static IEnumerable<int> RowsWhere(Func<JsonNode, bool> wanted) =>
        VectorFile.Rows(Path).Where(index => !VectorFile.Exists(Path) || wanted(VectorFile.Row(Path, index)));

    private static KemAlgorithm KemOf(JsonNode vector) => Kems[(int)vector["kem_id"]!];

    private static byte[] Seal(int aead, byte[] key, byte[] nonce, byte[] plaintext, byte[] associatedData)
    {
        byte[] ciphertext = new byte[plaintext.Length], tag = new byte[16];
        if (aead == 3)
        {
            using ChaCha20Poly1305 chacha = new(key);
            chacha.Encrypt(nonce, plaintext, ciphertext, tag, associatedData);
        }
        else
        {
            using AesGcm gcm = new(key, 16);
            gcm.Encrypt(nonce, plaintext, ciphertext, tag, associatedData);
        }

        return [.. ciphertext, .. tag];
    }
}
