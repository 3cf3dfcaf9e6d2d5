using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography.Envelopes;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.Keys;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Envelopes;

public sealed class HpkeSessionTests
{
    private static readonly KemKey Key = KemKeys.Generate(KemAlgorithm.XWing);
    private static readonly HpkeSuite Suite = HpkeSuite.Of(KemAlgorithm.XWing);

    public static readonly TheoryData<HpkeKdf, HpkeAead> Suites = new(
        from kdf in Enum.GetValues<HpkeKdf>()
        from aead in Enum.GetValues<HpkeAead>()
        where aead != HpkeAead.ExportOnly
        select (kdf, aead));

    [Theory, MemberData(nameof(Suites))]
    public void Messages_open_in_their_order(HpkeKdf kdf, HpkeAead aead)
    {
        Assert.SkipUnless(
            aead != HpkeAead.ChaCha20Poly1305 || ChaCha20Poly1305.IsSupported, "no ChaCha20-Poly1305 here");
        HpkeSuite suite = new(KemAlgorithm.XWing, kdf, aead);
        HpkePsk psk = new(RandomNumberGenerator.GetBytes(32), "psk 1"u8.ToArray());
        foreach (HpkePsk? shared in (HpkePsk?[])[null, psk])
        {
            using HpkeSender sender = HpkeSender.Start(suite, Key, "app"u8, shared);
            using HpkeReceiver receiver = HpkeReceiver.Start(suite, Key, sender.Encapsulated.Span, "app"u8, shared);
            byte[] first = Seal(sender, "one"), second = Seal(sender, "two"), opened = new byte[3];
            Assert.Throws<CryptographicException>(() => receiver.Open(second, opened, "aad"u8));
            Assert.Equal([0, 0, 0], opened);
            receiver.Open(first, opened, "aad"u8);
            Assert.Equal("one", Encoding.ASCII.GetString(opened));
            Assert.Throws<CryptographicException>(() => receiver.Open(first, opened, "aad"u8));
            Assert.Throws<CryptographicException>(() => receiver.Open(second, opened, "other"u8));
            receiver.Open(second, opened, "aad"u8);
            Assert.Equal("two", Encoding.ASCII.GetString(opened));
            Assert.Equal((2UL, 2UL), (sender.Sequence, receiver.Sequence));

            byte[] here = new byte[100], there = new byte[100], other = new byte[100];
            sender.Export("x"u8, here);
            receiver.Export("x"u8, there);
            receiver.Export("y"u8, other);
            Assert.Equal(here, there);
            Assert.NotEqual(here, other);
        }
    }

    [Fact]
    public void Ends_that_do_not_fit_do_not_open()
    {
        HpkePsk psk = new(RandomNumberGenerator.GetBytes(32), new byte[1]), otherId = new(psk.Key, new byte[2]);
        HpkePsk otherKey = new(RandomNumberGenerator.GetBytes(32), new byte[1]);
        using HpkeSender sender = HpkeSender.Start(Suite, Key, "app"u8, psk);
        byte[] message = Seal(sender, "one");
        using KemKey stranger = KemKeys.Generate(KemAlgorithm.XWing);
        HpkeReceiver[] wrong =
        [
            HpkeReceiver.Start(Suite, Key, sender.Encapsulated.Span, "app"u8),
            HpkeReceiver.Start(Suite, Key, sender.Encapsulated.Span, "app"u8, otherId),
            HpkeReceiver.Start(Suite, Key, sender.Encapsulated.Span, "app"u8, otherKey),
            HpkeReceiver.Start(Suite, Key, sender.Encapsulated.Span, "opp"u8, psk),
            HpkeReceiver.Start(Suite, stranger, sender.Encapsulated.Span, "app"u8, psk),
            HpkeReceiver.Start(
                new(Suite.Kem, HpkeKdf.HkdfSha512, Suite.Aead), Key, sender.Encapsulated.Span, "app"u8, psk),
        ];
        Assert.All(wrong, receiver =>
            Assert.Throws<CryptographicException>(() => receiver.Open(message, new byte[3], "aad"u8)));
        using HpkeReceiver right = HpkeReceiver.Start(Suite, Key, sender.Encapsulated.Span, "app"u8, psk);
        right.Open(message, new byte[3], "aad"u8);
    }

    [Fact]
    public void Single_shot_is_the_first_message_of_a_session()
    {
        byte[] envelope = HybridEncryption.Seal(Suite.Kem, Key.ExportEncapsulationKey(), "one"u8, "aad"u8, "app"u8);
        using HpkeReceiver receiver = HpkeReceiver.Start(Suite, Key, envelope.AsSpan(10, 1120), "app"u8);
        byte[] opened = new byte[3];
        receiver.Open(envelope.AsSpan(1130), opened, "aad"u8);
        Assert.Equal("one", Encoding.ASCII.GetString(opened));
    }

    [Fact]
    public void A_sender_and_a_receiver_talk()
    {
        using KemKey privateKey = KemKeys.Generate(KemAlgorithm.XWing);
        using KemKey publicKey = KemKeys.ImportPublic(privateKey.Algorithm, privateKey.ExportEncapsulationKey());
        byte[] order = [.. "pay"u8];

        #region HpkeSession
        HpkeSuite suite = new(KemAlgorithm.XWing, HpkeKdf.HkdfSha256, HpkeAead.Aes256Gcm);
        using HpkeSender sender = HpkeSender.Start(suite, publicKey, "settlement"u8);
        using HpkeReceiver receiver = HpkeReceiver.Start(suite, privateKey, sender.Encapsulated.Span, "settlement"u8);

        byte[] message = new byte[order.Length + HpkeSuite.TagSize], opened = new byte[order.Length];
        sender.Seal(order, message); // the next message, into memory that can be used again
        receiver.Open(message, opened);
        #endregion

        Assert.Equal(order, opened);
    }

    [Fact]
    public async Task A_token_starts_a_session()
    {
        using HpkeSender sender = HpkeSender.Start(Suite, Key);
        ValueTask<byte[]> Token(ReadOnlyMemory<byte> encapsulated, CancellationToken cancellationToken)
        {
            byte[] secret = new byte[32];
            Key.Decapsulate(encapsulated.Span, secret);
            return ValueTask.FromResult(secret);
        }

        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using HpkeReceiver receiver =
            await HpkeReceiver.StartAsync(Suite, Token, sender.Encapsulated, cancellationToken: cancellation);
        receiver.Open(Seal(sender, "one"), new byte[3], "aad"u8);
        await Assert.ThrowsAsync<CryptographicException>(async () => await HpkeReceiver.StartAsync(
            Suite, (_, _) => ValueTask.FromResult(new byte[31]), sender.Encapsulated, cancellationToken: cancellation));
    }

    [Fact]
    public void The_last_number_is_refused()
    {
        using HpkeSender sender = HpkeSender.Start(Suite, Key);
        sender.Sequence = ulong.MaxValue - 1;
        Seal(sender, "last");
        byte[] destination = new byte[20];
        Assert.Throws<CryptographicException>(() => sender.Seal("over"u8, destination));
        Assert.Equal(new byte[20], destination);
        using HpkeReceiver receiver = HpkeReceiver.Start(Suite, Key, sender.Encapsulated.Span);
        receiver.Sequence = ulong.MaxValue;
        Assert.Throws<CryptographicException>(() => receiver.Open(new byte[20], new byte[4]));
    }

    [Fact]
    public void Modes_that_authenticate_the_sender_are_refused_with_the_reason()
    {
        Suite.Require(HpkeMode.Base);
        Suite.Require(HpkeMode.Psk);
        foreach (HpkeMode mode in (HpkeMode[])[HpkeMode.Auth, HpkeMode.AuthPsk, (HpkeMode)7])
        {
            Assert.Contains("no post-quantum KEM",
                Assert.Throws<NotSupportedException>(() => Suite.Require(mode)).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Misuse_is_an_argument_error()
    {
        using KemKey other = KemKeys.Generate(KemAlgorithm.MLKem512);
        Assert.Throws<ArgumentException>(() => HpkeSender.Start(Suite, other));
        Assert.Throws<ArgumentException>(
            () => new HpkeSuite(KemAlgorithm.X25519MLKem768, HpkeKdf.Shake128, HpkeAead.Aes128Gcm));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new HpkeSuite(KemAlgorithm.XWing, (HpkeKdf)4, HpkeAead.Aes128Gcm));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new HpkeSuite(KemAlgorithm.XWing, HpkeKdf.Shake128, (HpkeAead)4));
        Assert.Throws<ArgumentException>(() => new HpkePsk(new byte[31], new byte[1]));
        Assert.Throws<ArgumentException>(() => new HpkePsk(new byte[32], default));
        Assert.Throws<ArgumentException>(
            () => HpkeSender.Start(
                new(KemAlgorithm.XWing, HpkeKdf.Shake256, HpkeAead.Aes256Gcm), Key, new byte[65_536]));

        HpkeSender sender = HpkeSender.Start(Suite, Key);
        Assert.Throws<ArgumentOutOfRangeException>(() => sender.Seal(new byte[3], new byte[18]));
        Assert.Throws<ArgumentOutOfRangeException>(() => sender.Export(default, new byte[(255 * 32) + 1]));
        Assert.Throws<CryptographicException>(() => HpkeReceiver.Start(Suite, Key, new byte[1119]));
        Assert.Contains("***", sender.ToString(), StringComparison.Ordinal);
        sender.Dispose();
        Assert.Throws<ObjectDisposedException>(() => sender.Seal(new byte[3], new byte[19]));
        Assert.Throws<ObjectDisposedException>(() => sender.Export(default, new byte[3]));

        using HpkeSender exporter =
            HpkeSender.Start(new(KemAlgorithm.XWing, HpkeKdf.HkdfSha256, HpkeAead.ExportOnly), Key);
        exporter.Export(default, new byte[32]);
        Assert.Throws<InvalidOperationException>(() => exporter.Seal(new byte[3], new byte[19]));
    }

    [Theory]
    [InlineData(HpkeAead.Aes256Gcm)]
    [InlineData(HpkeAead.ChaCha20Poly1305)]
    public void A_message_allocates_nothing(HpkeAead aead)
    {
        Assert.SkipUnless(
            aead != HpkeAead.ChaCha20Poly1305 || ChaCha20Poly1305.IsSupported, "no ChaCha20-Poly1305 here");
        HpkeSuite suite = new(KemAlgorithm.XWing, HpkeKdf.HkdfSha256, aead);
        using HpkeSender sender = HpkeSender.Start(suite, Key);
        using HpkeReceiver receiver = HpkeReceiver.Start(suite, Key, sender.Encapsulated.Span);
        byte[] plaintext = new byte[200], message = new byte[216], opened = new byte[200];
        Assert.Equal(0, Allocation.Least(() =>
        {
            sender.Seal(plaintext, message, "aad"u8);
            receiver.Open(message, opened, "aad"u8);
        }));
    }

    [Fact]
    public void Disposed_sessions_hold_no_secret()
    {
        HpkeSender sender = HpkeSender.Start(Suite, Key);
        byte[] exporter = (byte[])typeof(HpkeSession)
            .GetField("_exporterSecret",
                System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!.GetValue(sender)!;
        Assert.Contains(exporter, value => value != 0);
        sender.Dispose();
        Assert.All(exporter, value => Assert.Equal(0, value));
    }

    // RFC 9861, section 5.
    [Theory]
    [InlineData(128, "1E415F1C5983AFF2169217277D17BB538CD945A397DDEC541F1CE41AF2C1B74C")]
    [InlineData(256, "367A329DAFEA871C7802EC67F905AE13C57695DC2C6663C61035F59A18F8E7DB")]
    public void TurboShake_gives_the_values_of_the_rfc(int bits, string expected)
    {
        byte[] output = new byte[32];
        if (bits == 128) TurboShake.TurboShake128([], output);
        else TurboShake.TurboShake256([], output);
        Assert.Equal(expected, Convert.ToHexString(output));

        // Lengths around the rate: a longer output begins as the shorter one, and no two inputs meet.
        HashSet<string> seen = [];
        for (int size = 0; size < 400; size++)
        {
            byte[] input = new byte[size], longer = new byte[500];
            if (bits == 128) TurboShake.TurboShake128(input, longer);
            else TurboShake.TurboShake256(input, longer);
            Assert.True(seen.Add(Convert.ToHexString(longer)));
        }
    }

    private static byte[] Seal(HpkeSender sender, string text)
    {
        byte[] message = new byte[text.Length + HpkeSuite.TagSize];
        sender.Seal(Encoding.ASCII.GetBytes(text), message, "aad"u8);
        return message;
    }
}
