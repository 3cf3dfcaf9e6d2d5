using System.Buffers.Binary;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards;

namespace Qbitel.Cryptography.Tests.Cards;

public sealed class PinTests
{
    private const string Pan = "4012345678909";

    private static readonly byte[] Key = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210");
    private static readonly byte[] OtherKey = Convert.FromHexString("FEDCBA98765432100123456789ABCDEF");

    [Fact]
    public void Format_zero_is_that_of_the_standard()
    {
        byte[] block = new byte[PinBlock.Size];

        PinBlock.Encode(PinBlockFormat.Iso0, "1234", Pan, block);

        Assert.Equal("041274EDCBA9876F", Convert.ToHexString(block)); // ANSI X9.24-1:2009, A.4
    }

    [Theory]
    [InlineData(PinBlockFormat.Iso0)]
    [InlineData(PinBlockFormat.Iso1)]
    [InlineData(PinBlockFormat.Iso2)]
    [InlineData(PinBlockFormat.Iso3)]
    public void Decode_gives_back_every_pin(PinBlockFormat format)
    {
        byte[] block = new byte[PinBlock.Size];
        char[] decoded = new char[PinBlock.MaxPin];
        for (int length = PinBlock.MinPin; length <= PinBlock.MaxPin; length++)
        {
            string pin = RandomNumberGenerator.GetString("0123456789", length);
            PinBlock.Encode(format, pin, Pan, block);
            int size = PinBlock.Decode(format, block, Pan, decoded);
            Assert.Equal(pin, new string(decoded, 0, size));
        }
    }

    [Fact]
    public void Format_four_gives_back_every_pin_for_its_card_alone()
    {
        byte[] block = new byte[PinBlock4.Size];
        char[] decoded = new char[PinBlock.MaxPin];
        foreach (string pan in (string[])["40123456", "401234567890", Pan, "4012345678909012345"])
        {
            PinBlock4.Encrypt(Key, "123456", pan, block);

            Assert.Equal("123456", new string(decoded, 0, PinBlock4.Decrypt(Key, block, pan, decoded)));
            Refused(() => PinBlock4.Decrypt(Key, block, "4012345678901", decoded));
            Refused(() => PinBlock4.Decrypt(OtherKey, block, pan, decoded));
            Assert.All(decoded, c => Assert.Equal('\0', c));
        }
    }

    [Fact]
    public void Any_block_at_all_is_a_pin_or_one_and_the_same_refusal()
    {
        HashSet<string> messages = [];
        char[] decoded = new char[PinBlock.MaxPin];
        Prop.ForAll(Gen.Choose(0, 255).Select(i => (byte)i).ArrayOf(8).ToArbitrary(), block =>
        {
            foreach (
                PinBlockFormat format in (PinBlockFormat[])[PinBlockFormat.Iso0, PinBlockFormat.Iso1,
                PinBlockFormat.Iso2, PinBlockFormat.Iso3])
            {
                try
                {
                    Assert.InRange(PinBlock.Decode(format, block, Pan, decoded), 4, 12);
                }
                catch (CardException refused)
                {
                    messages.Add($"{refused.Fault} {refused.Message}");
                }
            }
        }).QuickCheckThrowOnFailure();

        Assert.Single(messages);
    }

    [Theory]
    [InlineData(PinBlockFormat.Iso0, PinBlockFormat.Iso3)]
    [InlineData(PinBlockFormat.Iso3, PinBlockFormat.Iso4)]
    [InlineData(PinBlockFormat.Iso4, PinBlockFormat.Iso4)]
    public void A_translated_block_holds_the_same_pin(PinBlockFormat from, PinBlockFormat to)
    {
        PinKey source = new(from, Key), target = new(to, OtherKey);
        byte[] block = new byte[source.BlockSize], translated = new byte[target.BlockSize],
            back = new byte[source.BlockSize];
        Seal(source, "54321", block);

        PinTranslation.Translate(source, block, target, Pan, translated);
        PinTranslation.Translate(target, translated, source, Pan, back, allowWeaker: true);

        Assert.Equal("54321", Open(source, back));
    }

    [Fact]
    public void A_translation_that_the_standard_forbids_is_refused()
    {
        byte[] block = new byte[8], block4 = new byte[16];
        Seal(new PinKey(PinBlockFormat.Iso0, Key), "1234", block);
        Seal(new PinKey(PinBlockFormat.Iso4, Key), "1234", block4);

        Assert.Throws<CardException>(() =>
            PinTranslation.Translate(new(PinBlockFormat.Iso0, Key), block, new(PinBlockFormat.Iso1, OtherKey), Pan,
            new byte[8]));
        Assert.Throws<CardException>(() =>
            PinTranslation.Translate(new(PinBlockFormat.Iso0, Key), block, new(PinBlockFormat.Iso2, OtherKey), Pan,
            new byte[8]));
        Assert.Throws<CardException>(() =>
            PinTranslation.Translate(new(PinBlockFormat.Iso4, Key), block4, new(PinBlockFormat.Iso0, OtherKey), Pan,
            new byte[8]));
        Assert.Throws<CardException>(() =>
            PinTranslation.Translate(new(PinBlockFormat.Iso0, Key), block, new(PinBlockFormat.Iso3, OtherKey),
            "4012345678917", new byte[8]));
    }

    private static void Seal(PinKey key, string pin, Span<byte> block)
    {
        if (key.Format == PinBlockFormat.Iso4)
        {
            PinBlock4.Encrypt(key.Key, pin, Pan, block);
            return;
        }

        byte[] clear = new byte[8];
        PinBlock.Encode(key.Format, pin, Pan, clear);
        ulong sealedBlock = new TripleDes(key.Key).Encrypt(BinaryPrimitives.ReadUInt64BigEndian(clear));
        BinaryPrimitives.WriteUInt64BigEndian(block, sealedBlock);
    }

    private static string Open(PinKey key, ReadOnlySpan<byte> block)
    {
        char[] pin = new char[PinBlock.MaxPin];
        if (key.Format == PinBlockFormat.Iso4) return new string(pin, 0, PinBlock4.Decrypt(key.Key, block, Pan, pin));

        byte[] clear = new byte[8];
        ulong opened = new TripleDes(key.Key).Decrypt(BinaryPrimitives.ReadUInt64BigEndian(block));
        BinaryPrimitives.WriteUInt64BigEndian(clear, opened);
        return new string(pin, 0, PinBlock.Decode(key.Format, clear, Pan, pin));
    }

    private static void Refused(Action act) =>
        Assert.Equal(CardFault.PinBlock, Assert.Throws<CardException>(act).Fault);
}
