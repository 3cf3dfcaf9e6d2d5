using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography.Envelopes;
using Qbitel.Cryptography.Keys;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Envelopes;

public sealed class HybridEncryptionTests(ITestOutputHelper output)
{
    private static readonly byte[] Plaintext = [.. "{1:F01BANKUS33AXXX0000000000}"u8];
    private static readonly byte[] Reference = [.. "MT103:REF-2026-0001"u8];

    public static TheoryData<string> Kems =>
        ["X-Wing", "MLKEM768-P256", "MLKEM1024-P384", "ML-KEM-512", "ML-KEM-768", "ML-KEM-1024"];

    [Theory, MemberData(nameof(Kems))]
    public void Open_gives_back_what_Seal_took(string name)
    {
        using KemKey key = KemKeys.Generate(Of(name));
        foreach (int size in (int[])[0, 1, 15, 16, 17, 4096, 1_000_000])
        {
            byte[] plaintext = RandomNumberGenerator.GetBytes(size);
            byte[] envelope = HybridEncryption.Seal(
                key.Algorithm, key.ExportEncapsulationKey(), plaintext, Reference, [9]);
            Assert.Equal(size + HybridEncryption.Overhead(key.Algorithm), envelope.Length);
            Assert.Equal(plaintext, HybridEncryption.Open(key, envelope, Reference, [9]));
        }
    }

    [Theory, MemberData(nameof(Kems))]
    public void Open_refuses_another_key_reference_or_purpose(string name)
    {
        using KemKey key = KemKeys.Generate(Of(name)), other = KemKeys.Generate(Of(name));
        byte[] envelope = HybridEncryption.Seal(key.Algorithm, key.ExportEncapsulationKey(), Plaintext, Reference, [9]);
        AssertRefused(() => HybridEncryption.Open(other, envelope, Reference, [9]));
        AssertRefused(() => HybridEncryption.Open(key, envelope, [], [9]));
        AssertRefused(() => HybridEncryption.Open(key, envelope, [.. Reference, 0], [9]));
        AssertRefused(() => HybridEncryption.Open(key, envelope, Reference, []));
        AssertRefused(() => HybridEncryption.Open(key, envelope, Reference, [9, 0]));
    }

    // Every bit of the gate's envelope would take minutes for six KEMs; the soak flips them all.
    [Theory, MemberData(nameof(Kems))]
    [Trait("Soak", "envelope-every-bit")]
    public void Open_refuses_an_envelope_with_one_bit_changed(string name)
    {
        using KemKey key = KemKeys.Generate(Of(name));
        byte[] envelope = HybridEncryption.Seal(key.Algorithm, key.ExportEncapsulationKey(), Plaintext, Reference);
        int end = 10 + key.Algorithm.CiphertextSize, refused = 0;
        for (int position = 0; position < envelope.Length; position++)
        {
            bool sampled = position < 10 || position >= end - 100 || position % 16 == 0;
            if (!sampled && !Soak.IsOn) continue;

            for (int bit = Soak.IsOn || position < 10 ? 0 : 7; bit < 8; bit++)
            {
                byte[] changed = Damage.Flip(envelope, position, (byte)(1 << bit));
                AssertRefused(() => HybridEncryption.Open(key, changed, Reference));
                refused++;
            }
        }

        output.WriteLine($"{name}: {refused} envelopes with one bit changed: all refused");
    }

    [Theory, MemberData(nameof(Kems))]
    public void Open_refuses_an_envelope_that_is_cut_or_extended(string name)
    {
        using KemKey key = KemKeys.Generate(Of(name));
        byte[] envelope = HybridEncryption.Seal(key.Algorithm, key.ExportEncapsulationKey(), Plaintext, Reference);
        int overhead = HybridEncryption.Overhead(key.Algorithm);
        foreach (int size in (int[])[0, 1, 4, 9, 10, 11, overhead - 17, overhead - 1, overhead, envelope.Length - 1])
            AssertRefused(() => HybridEncryption.Open(key, envelope.AsSpan(..size), Reference));
        AssertRefused(() => HybridEncryption.Open(key, [.. envelope, 0], Reference));
        AssertRefused(() => HybridEncryption.Open(key, [0, .. envelope], Reference));
    }

    [Fact]
    public void Open_names_the_suite_it_was_not_given_a_key_for()
    {
        using KemKey xwing = KemKeys.Generate(KemAlgorithm.XWing), plain = KemKeys.Generate(KemAlgorithm.MLKem768);
        byte[] envelope = HybridEncryption.Seal(plain.Algorithm, plain.ExportEncapsulationKey(), Plaintext);
        CryptographicException e = Assert.Throws<CryptographicException>(() => HybridEncryption.Open(xwing, envelope));
        Assert.Contains("ML-KEM-768", e.Message, StringComparison.Ordinal);
        Assert.Contains("offset 4", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_envelope_is_laid_out_as_documented()
    {
        using KemKey key = KemKeys.Generate(KemAlgorithm.XWing);
        byte[] envelope = HybridEncryption.Seal(key.Algorithm, key.ExportEncapsulationKey(), Plaintext);
        Assert.Equal("48504B45647A00010002", Convert.ToHexString(envelope.AsSpan(..10)));
        Assert.Equal(10 + 1120 + Plaintext.Length + 16, envelope.Length);
    }

    [Theory]
    [InlineData("X-Wing", "647A00010002", 1146)]
    [InlineData("MLKEM768-P256", "005000010002", 1179)]
    [InlineData("MLKEM1024-P384", "005100020002", 1691)]
    [InlineData("ML-KEM-512", "004000010002", 794)]
    [InlineData("ML-KEM-768", "004100010002", 1114)]
    [InlineData("ML-KEM-1024", "004200020002", 1594)]
    public void The_suite_of_each_kem_is_as_documented(string name, string numbers, int overhead)
    {
        Assert.Equal(numbers, Convert.ToHexString(HpkeSuite.Of(Of(name)).Id[4..]));
        Assert.Equal(overhead, HybridEncryption.Overhead(Of(name)));
    }

    [Fact]
    public void Seal_never_repeats_itself()
    {
        using KemKey key = KemKeys.Generate(KemAlgorithm.XWing);
        byte[] first = HybridEncryption.Seal(key.Algorithm, key.ExportEncapsulationKey(), Plaintext);
        byte[] second = HybridEncryption.Seal(key.Algorithm, key.ExportEncapsulationKey(), Plaintext);
        Assert.NotEqual(first[10..], second[10..]);
    }

    [Fact]
    public void Seal_refuses_a_kem_hpke_does_not_know_and_a_malformed_key()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(
            () => HybridEncryption.Seal(KemAlgorithm.X25519MLKem768, new byte[1216], []));
        Assert.Contains("X-Wing", e.Message, StringComparison.Ordinal);
        Assert.Throws<CryptographicException>(() => HybridEncryption.Seal(KemAlgorithm.XWing, new byte[1215], []));
        Assert.Throws<CryptographicException>(
            () => HybridEncryption.Seal(KemAlgorithm.XWing, [.. Enumerable.Repeat((byte)0xFF, 1216)], []));
    }

    [Fact]
    public async Task OpenAsync_asks_the_token_for_the_secret_and_zeroes_it()
    {
        using KemKey key = KemKeys.Generate(KemAlgorithm.XWing);
        byte[] envelope = HybridEncryption.Seal(key.Algorithm, key.ExportEncapsulationKey(), Plaintext, Reference);
        byte[] held = [];

        ValueTask<byte[]> Token(ReadOnlyMemory<byte> encapsulated, CancellationToken cancellationToken)
        {
            held = new byte[32];
            key.Decapsulate(encapsulated.Span, held);
            return ValueTask.FromResult(held);
        }

        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Assert.Equal(Plaintext, await HybridEncryption.OpenAsync(
            key.Algorithm, Token, envelope, Reference, cancellationToken: cancellation));
        Assert.All(held, b => Assert.Equal(0, b));
        await Assert.ThrowsAnyAsync<CryptographicException>(async () =>
            await HybridEncryption.OpenAsync(key.Algorithm, Token, envelope, default, cancellationToken: cancellation));
        Assert.All(held, b => Assert.Equal(0, b));
    }

    [Fact]
    public async Task OpenAsync_refuses_a_secret_of_the_wrong_length_and_does_not_ask_for_nonsense()
    {
        using KemKey key = KemKeys.Generate(KemAlgorithm.XWing);
        byte[] envelope = HybridEncryption.Seal(key.Algorithm, key.ExportEncapsulationKey(), Plaintext);
        int asked = 0;
        ValueTask<byte[]> Token(ReadOnlyMemory<byte> encapsulated, CancellationToken cancellationToken)
        {
            asked++;
            return ValueTask.FromResult(new byte[31]);
        }

        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await Assert.ThrowsAsync<CryptographicException>(async () =>
            await HybridEncryption.OpenAsync(key.Algorithm, Token, envelope, cancellationToken: cancellation));
        await Assert.ThrowsAsync<CryptographicException>(async () =>
            await HybridEncryption.OpenAsync(
                key.Algorithm, Token, envelope.AsMemory(..100), cancellationToken: cancellation));
        Assert.Equal(1, asked);
    }

    [Fact]
    public void A_message_is_archived_for_its_recipient()
    {
        using KemKey archiveKey = KemKeys.Generate(KemAlgorithm.XWing);
        byte[] archivePublicKey = archiveKey.ExportEncapsulationKey(), message = [.. "{4:\r\n:20:REF-1\r\n-}"u8];

        #region SealForTheArchive
        byte[] reference = [.. "MT103:REF-1"u8];
        byte[] envelope = HybridEncryption.Seal(KemAlgorithm.XWing, archivePublicKey, message, reference);

        // Seven years later, and only with the same reference:
        byte[] opened = HybridEncryption.Open(archiveKey, envelope, reference);
        #endregion

        Assert.Equal(message, opened);
    }

    [Fact]
    public void The_published_shape_encrypts_and_decrypts()
    {
        using KemKey recipient = KemKeys.Generate(KemAlgorithm.MLKem768);
        HybridEncryption hybrid = new(classical: "AES-256-GCM", pqc: "ML-KEM-768");
        byte[] archived = hybrid.Encrypt(recipient.ExportEncapsulationKey(), Plaintext, aad: Reference);
        Assert.Equal(Plaintext, hybrid.Decrypt(recipient, archived, aad: Reference));
        AssertRefused(() => hybrid.Decrypt(recipient, archived));
        Assert.Throws<ArgumentException>(() => new HybridEncryption().Decrypt(recipient, archived, Reference));
    }

    [Theory]
    [InlineData("AES-128-GCM", "ML-KEM-768")]
    [InlineData("AES-256-GCM", "Kyber768")]
    [InlineData("AES-256-GCM", "ML-DSA-65")]
    [InlineData("AES-256-GCM", "X25519MLKEM768")]
    [InlineData("ML-KEM-768", "ML-KEM-768")]
    public void Names_without_a_standard_are_refused(string classical, string pqc) =>
        Assert.Throws<ArgumentException>(() => new HybridEncryption(classical, pqc));

    [Fact]
    [Trait("Soak", "fuzz-envelopes")]
    public void Any_bytes_are_refused()
    {
        using KemKey key = KemKeys.Generate(KemAlgorithm.XWing);
        byte[] envelope = HybridEncryption.Seal(key.Algorithm, key.ExportEncapsulationKey(), Plaintext);
        Prop.ForAll<byte[], int, byte>((bytes, position, mask) =>
        {
            AssertRefused(() => HybridEncryption.Open(key, bytes));
            AssertRefused(() => HybridEncryption.Open(key, [.. envelope[..10], .. bytes]));
            int flipped = (int)(Math.Abs((long)position) % envelope.Length);
            AssertRefused(() => HybridEncryption.Open(key, Damage.Flip(envelope, flipped, (byte)(mask | 1))));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Soak.Times(200, 100_000)));
    }

    private static void AssertRefused(Func<byte[]> open) => Assert.ThrowsAny<CryptographicException>(open);

    private static KemAlgorithm Of(string name) => (KemAlgorithm)KeyAlgorithm.Parse(name);
}
