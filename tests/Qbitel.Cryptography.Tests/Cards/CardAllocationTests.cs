using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Dukpt;
using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Cryptography.Cards.KeyBlocks;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Cards;

/// <summary>Nothing of card cryptography on spans allocates, so no key and no PIN is left on the heap.</summary>
/// <remarks>Without AES instructions the platform's AES is used, which allocates.</remarks>
public sealed class CardAllocationTests
{
    private const string Pan = "4761739001010119";

    private static readonly byte[] Key = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210");
    private static readonly byte[] AesKey = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    private static readonly KeyBlockHeader Header = new()
    {
        Version = 'D',
        Usage = "P0",
        Algorithm = 'T',
        Mode = 'B',
        Exportability = 'N',
    };

    private static readonly string BlockD = KeyBlock.Wrap(AesKey, Header, Key),
        BlockB = KeyBlock.Wrap(Key, Header with { Version = 'B' }, Key);

    private static readonly Dictionary<string, Action> Operations = new()
    {
        ["cryptogram"] = VerifyCryptogram,
        ["cryptogram under AES"] = VerifyAesCryptogram,
        ["answer"] = Answer,
        ["PIN translation 0 to 0"] = () => Translate(PinBlockFormat.Iso0, Key, PinBlockFormat.Iso0, Key),
        ["PIN translation 0 to 4"] = () => Translate(PinBlockFormat.Iso0, Key, PinBlockFormat.Iso4, AesKey),
        ["PIN translation 4 to 4"] = () => Translate(PinBlockFormat.Iso4, AesKey, PinBlockFormat.Iso4, AesKey),
        ["key block D"] = () => Unwrap(AesKey, BlockD),
        ["key block B"] = () => Unwrap(Key, BlockB),
        ["CVV"] = CardValue,
        ["PVV"] = PinValue,
        ["DUKPT"] = Dukpt,
        ["AES DUKPT"] = AesDukptKeys,
        ["retail MAC"] = () => MessageMac.ComputeRetail(Key, Key, MacPadding.OneThenZeros, stackalloc byte[8]),
        ["CMAC"] = () => MessageMac.ComputeCmac(AesKey, isAes: true, Key, stackalloc byte[8]),
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    [Theory, MemberData(nameof(Names))]
    public void It_allocates_nothing(string name)
    {
        if (!System.Runtime.Intrinsics.X86.Aes.IsSupported
            && (name.Contains("AES", StringComparison.Ordinal) || name.Contains('4', StringComparison.Ordinal)
                || name is "CMAC" or "key block D"))
        {
            Assert.Skip("this processor has no AES instructions that we use");
        }

        Action operation = Operations[name];
        Assert.Equal(0, Allocation.Least(() =>
        {
            for (int i = 0; i < 1000; i++) operation();
        }));
    }

    private static void VerifyCryptogram()
    {
        Span<byte> master = stackalloc byte[16], session = stackalloc byte[16];
        EmvKeys.DeriveMasterKey(Key, Pan, "01", MasterKeyDerivation.OptionB, master);
        EmvKeys.DeriveSessionKey(master, SessionKeyDerivation.CommonSessionKey, [0, 1], [], isAes: false, session);
        EmvCryptogram.Verify(session, Key, MacPadding.OneThenZeros, "12345678"u8);
    }

    private static void VerifyAesCryptogram()
    {
        Span<byte> master = stackalloc byte[32], session = stackalloc byte[32];
        EmvKeys.DeriveMasterKey(AesKey, Pan, "01", MasterKeyDerivation.OptionC, master);
        EmvKeys.DeriveSessionKey(master, SessionKeyDerivation.CommonSessionKey, [0, 1], [], isAes: true, session);
        EmvCryptogram.VerifyAes(session, Key, "12345678"u8);
    }

    private static void Answer()
    {
        EmvCryptogram.AnswerByMethod1(Key, "12345678"u8, "00"u8, stackalloc byte[8]);
        EmvCryptogram.AnswerByMethod2(Key, "12345678"u8, "0000"u8, [], stackalloc byte[4]);
    }

    private static void Translate(PinBlockFormat from, byte[] fromKey, PinBlockFormat to, byte[] toKey)
    {
        Span<byte> block = stackalloc byte[16], translated = stackalloc byte[16];
        block = block[..(from == PinBlockFormat.Iso4 ? 16 : 8)];
        if (from == PinBlockFormat.Iso4) PinBlock4.Encrypt(fromKey, "1234", Pan, block);
        else Convert.FromHexString("4F9CE15C71E27B69", block, out _, out _);
        if (from == PinBlockFormat.Iso0)
        {
            Span<byte> clear = stackalloc byte[8];
            PinBlock.Encode(PinBlockFormat.Iso0, "1234", Pan, clear);
            TripleDes cipher = new(fromKey);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(
                block, cipher.Encrypt(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(clear)));
        }

        PinTranslation.Translate(new PinKey(from, fromKey), block, new PinKey(to, toKey), Pan,
            translated[..(to == PinBlockFormat.Iso4 ? 16 : 8)]);
    }

    private static void Unwrap(byte[] protection, string block)
    {
        Span<byte> key = stackalloc byte[32];
        if (KeyBlock.Unwrap(protection, block, key, out _) != 16) throw new InvalidOperationException(block);
    }

    private static void CardValue() =>
        CardVerificationValue.Verify(Key, Pan, "2812", "000", "123");

    private static void PinValue() => PinVerificationValue.Verify(Key, "1", Pan, "1234", "1234");

    private static void Dukpt() =>
        TdesDukpt.Derive(Key, TdesKsn.Parse([0xFF, 0xFF, 0x98, 0x76, 0x54, 0x32, 0x10, 0xE0, 0, 0x0F]), TdesKeyUse.Pin,
            stackalloc byte[16]);

    private static void AesDukptKeys()
    {
        AesKsn serial = AesKsn.Parse([1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0x0F]);
        Span<byte> key = stackalloc byte[32];
        AesDukpt.DeriveInitialKey(AesKey, serial, key);
        AesDukpt.DeriveTransactionKey(key, serial, key);
        AesDukpt.DeriveWorkingKey(key, serial, AesDukptKeyUse.PinEncryption, AesDukptKeyType.Aes256, key);
    }
}
