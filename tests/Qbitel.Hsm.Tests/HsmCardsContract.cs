using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Cryptography.Cards.KeyBlocks;

namespace Qbitel.Hsm.Tests;

/// <summary>
/// The laws of card cryptography in a box. What a box says it does not support must be refused with its mechanism.
/// </summary>
public abstract class HsmCardsContract
{
    private const string Pan = "1234567890123456", Sequence = "00";

    // The worked example of Visa CVN 10 that an HSM has checked: issuer key, data, cryptogram, answer.
    private static readonly byte[] IssuerKey = Hex("0123456789ABCDEFFEDCBA9876543210");
    private static readonly byte[] Data = Hex(
        "000000004000" + "000000000000" + "0124" + "8000048000" + "0124" + "191105" + "01" + "52BF4585" + "1800"
        + "001C"
        + "03A06010");

    private static readonly byte[] Cryptogram = Hex("29CCA15AE665FA2E");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract ValueTask<HsmProvider> OpenAsync();

    [Fact]
    public async Task A_cryptogram_is_verified_and_answered_under_a_key_that_stays()
    {
        await using HsmProvider hsm = await OpenAsync();
        Assert.SkipUnless(Can(hsm, HsmOperation.VerifyCryptogram), "the box does not verify cryptograms");
        HsmKey key = await ImportAsync(hsm, CardKeyUse.Cryptograms, IssuerKey);
        CardTransaction genuine = Transaction(Cryptogram);

        Assert.True(await hsm.Cards.VerifyCryptogramAsync(key, genuine, Data, Cancel));
        byte[] answer = new byte[8];
        await hsm.Cards.AnswerByMethod1Async(key, genuine, "00"u8.ToArray(), answer, Cancel);
        Assert.Equal("28993816AFAE4AEB", Convert.ToHexString(answer));
    }

    [Fact]
    public async Task A_cryptogram_with_one_bit_changed_anywhere_is_refused()
    {
        await using HsmProvider hsm = await OpenAsync();
        Assert.SkipUnless(Can(hsm, HsmOperation.VerifyCryptogram), "the box does not verify cryptograms");
        HsmKey key = await ImportAsync(hsm, CardKeyUse.Cryptograms, IssuerKey);
        for (int bit = 0; bit < 64; bit++)
        {
            byte[] changed = Flip(Cryptogram, bit);
            Assert.False(await hsm.Cards.VerifyCryptogramAsync(key, Transaction(changed), Data, Cancel));
        }

        for (int bit = 0; bit < 8 * Data.Length; bit++)
            Assert.False(await hsm.Cards.VerifyCryptogramAsync(key, Transaction(Cryptogram), Flip(Data, bit), Cancel));

        Assert.False(await hsm.Cards.VerifyCryptogramAsync(key, Transaction(new byte[8]), Data, Cancel));
        Assert.False(await hsm.Cards.VerifyCryptogramAsync(key, Transaction(Cryptogram, sequence: "01"), Data, Cancel));
        await Assert.ThrowsAsync<CardException>(async () =>
            await hsm.Cards.VerifyCryptogramAsync(key, Transaction(Cryptogram[..4]), Data, Cancel));
    }

    [Fact]
    public async Task A_key_does_only_what_it_is_for()
    {
        await using HsmProvider hsm = await OpenAsync();
        Assert.SkipUnless(Can(hsm, HsmOperation.ImportCardKey), "the box takes in no card keys");
        HsmKey key = await ImportAsync(hsm, CardKeyUse.CardVerification, IssuerKey);

        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () =>
            await hsm.Cards.VerifyCryptogramAsync(key, Transaction(Cryptogram), Data, Cancel));
        Assert.Equal(HsmFailure.NotAllowed, refused.Failure);
        if (!hsm.Supports(HsmOperation.ExportCardKey, CardKeyAlgorithm.Aes256)) return;

        HsmException kept = await Assert.ThrowsAsync<HsmException>(async () =>
            await hsm.Cards.ExportKeyBlockAsync(await ProtectionAsync(hsm), key, isExportable: false, Cancel));
        Assert.Equal(HsmFailure.NotAllowed, kept.Failure);
    }

    [Fact]
    public async Task What_a_box_cannot_do_is_refused_by_the_name_of_the_mechanism()
    {
        await using HsmProvider hsm = await OpenAsync();
        AbsentCards absent = new(hsm);
        Assert.All(Enum.GetValues<HsmOperation>(), operation =>
            Assert.False(absent.Supports(operation, CardKeyAlgorithm.TwoKeyTdea)));

        HsmKey key = HsmKey.OfCard(
            Name(), CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.Cryptograms, false, new byte[3], DateTimeOffset.UnixEpoch);
        HsmException refused = await Assert.ThrowsAsync<HsmException>(async () =>
            await absent.VerifyCryptogramAsync(key, Transaction(Cryptogram), Data, Cancel));
        Assert.Equal(HsmFailure.Unsupported, refused.Failure);
        Assert.Contains("VerifyCryptogram", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_block_brings_a_key_with_its_use_and_its_check_value()
    {
        await using HsmProvider hsm = await OpenAsync();
        Assert.SkipUnless(Can(hsm, HsmOperation.ExportCardKey), "the box exports no card keys");
        HsmKey protection = await ProtectionAsync(hsm);
        HsmKey key = await hsm.Cards.ImportAsync(
            Name(), CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.PinEncryption, isExportable: true, IssuerKey, Cancel);

        string block = await hsm.Cards.ExportKeyBlockAsync(protection, key, isExportable: false, Cancel);
        HsmKey again = await hsm.Cards.ImportKeyBlockAsync(Name(), protection, block, Cancel);

        Assert.Equal("08D7B4", Convert.ToHexString(again.CheckValue.Span));
        Assert.Equal(CardKeyUse.PinEncryption, again.CardUse);
        Assert.False(again.IsExportable);
        Assert.True(again.IsSameKeyAs((await hsm.FindAsync(again.Id, Cancel))!));
        string altered = block[..20] + (block[20] == '0' ? '1' : '0') + block[21..];
        CardException wrong = await Assert.ThrowsAsync<CardException>(async () =>
            await hsm.Cards.ImportKeyBlockAsync(Name(), protection, altered, Cancel));
        Assert.Equal(CardFault.KeyBlockMac, wrong.Fault);
    }

    [Fact]
    public async Task A_pin_is_translated_and_verified_without_coming_out()
    {
        await using HsmProvider hsm = await OpenAsync();
        Assert.SkipUnless(Can(hsm, HsmOperation.TranslatePin), "the box translates no PINs");
        byte[] terminalKey = Hex("1123456789ABCDEFFEDCBA9876543211"), aesKey = RandomNumberGenerator.GetBytes(32);
        HsmKey from = await ImportAsync(hsm, CardKeyUse.PinEncryption, terminalKey);
        HsmKey to = await hsm.Cards.ImportAsync(
            Name(), CardKeyAlgorithm.Aes256, CardKeyUse.PinEncryption, false, aesKey, Cancel);
        HsmKey verifier = await ImportAsync(hsm, CardKeyUse.PinVerificationVisa, IssuerKey);
        char[] value = new char[4];
        PinVerificationValue.Compute(IssuerKey, "1", Pan, "1234", value);
        byte[] block = new byte[16], back = new byte[8];

        byte[] given = new byte[8];
        PinTranslation.Translate(
            new PinKey(PinBlockFormat.Iso4, aesKey), Iso4(aesKey, "1234"), new PinKey(PinBlockFormat.Iso0, terminalKey),
            Pan, given, allowWeaker: true);
        await hsm.Cards.TranslatePinAsync(new CardPinKey(from, PinBlockFormat.Iso0), given,
            new CardPinKey(to, PinBlockFormat.Iso4), Pan.AsMemory(), block, allowWeaker: false, Cancel);

        Assert.True(await hsm.Cards.VerifyPinAsync(new CardPinKey(to, PinBlockFormat.Iso4), block, Pan.AsMemory(),
            new CardPinReference(verifier, value, "1".AsMemory()), Cancel));
        char[] other = [.. value[..3], value[3] == '0' ? '1' : '0'];
        Assert.False(await hsm.Cards.VerifyPinAsync(new CardPinKey(to, PinBlockFormat.Iso4), block, Pan.AsMemory(),
            new CardPinReference(verifier, other, "1".AsMemory()), Cancel));
        CardException weaker = await Assert.ThrowsAsync<CardException>(async () => await hsm.Cards.TranslatePinAsync(
            new CardPinKey(to, PinBlockFormat.Iso4), block, new CardPinKey(from, PinBlockFormat.Iso0), Pan.AsMemory(),
            back, allowWeaker: false, Cancel));
        Assert.Equal(CardFault.UnsupportedOperation, weaker.Fault);
        CardException anotherCard = await Assert.ThrowsAsync<CardException>(async () =>
            await hsm.Cards.VerifyPinAsync(
                new CardPinKey(to, PinBlockFormat.Iso4), block, "9934567890123456".AsMemory(),
                new CardPinReference(verifier, value, "1".AsMemory()), Cancel));
        Assert.Equal(CardFault.PinBlock, anotherCard.Fault);
    }

    [Fact]
    public async Task A_card_value_is_that_of_the_key()
    {
        await using HsmProvider hsm = await OpenAsync();
        Assert.SkipUnless(Can(hsm, HsmOperation.CardValue), "the box makes no card values");
        HsmKey cvk = await ImportAsync(hsm, CardKeyUse.CardVerification, IssuerKey);
        CardValueData data = new("4123456789012345".AsMemory(), "8701".AsMemory(), "101".AsMemory());
        char[] value = new char[3], expected = new char[3];
        await hsm.Cards.ComputeCardValueAsync(cvk, data, value, Cancel);
        CardVerificationValue.Compute(IssuerKey, data.Pan.Span, data.Expiry.Span, data.ServiceCode.Span, expected);
        Assert.Equal(expected, value);
        Assert.True(await hsm.Cards.VerifyCardValueAsync(cvk, data, value, Cancel));
        value[1] = value[1] == '0' ? '1' : '0';
        Assert.False(await hsm.Cards.VerifyCardValueAsync(cvk, data, value, Cancel));
    }

    [Fact]
    public async Task Macs_of_any_length_are_those_of_the_key()
    {
        await using HsmProvider hsm = await OpenAsync();
        Assert.SkipUnless(Can(hsm, HsmOperation.CardMac), "the box makes no retail MACs");
        HsmKey retail = await ImportAsync(hsm, CardKeyUse.RetailMac, IssuerKey);
        foreach (MacPadding padding in Enum.GetValues<MacPadding>())
        {
            for (int size = 0; size <= 25; size++)
            {
                byte[] mac = new byte[8], wanted = new byte[8];
                await hsm.Cards.ComputeMacAsync(retail, Data.AsMemory(0, size), padding, mac, Cancel);
                MessageMac.ComputeRetail(IssuerKey, Data.AsSpan(0, size), padding, wanted);
                Assert.Equal(wanted, mac);
            }
        }
    }

    [Theory]
    [InlineData(false, 16)]
    [InlineData(true, 16)]
    [InlineData(true, 32)]
    public async Task Cmacs_are_those_of_the_key(bool isAes, int size)
    {
        await using HsmProvider hsm = await OpenAsync();
        CardKeyAlgorithm algorithm = CardKeyAlgorithm.Of(isAes, size)!;
        Assert.SkipUnless(hsm.Supports(HsmOperation.CardMac, algorithm), $"the box makes no CMACs with {algorithm}");
        byte[] value = ProtectionKey[..size], mac = new byte[8], wanted = new byte[8];
        HsmKey key;
        try
        {
            key = await hsm.Cards.ImportAsync(Name(), algorithm, CardKeyUse.Cmac, isExportable: false, value, Cancel);
        }
        catch (HsmException refused) when (refused.Failure == HsmFailure.Unsupported)
        {
            Assert.Contains("CKM_", refused.Message, StringComparison.Ordinal);
            Assert.Skip(refused.Message);
            return;
        }

        await hsm.Cards.ComputeMacAsync(key, Data, MacPadding.OneThenZeros, mac, Cancel);
        MessageMac.ComputeCmac(value, isAes, Data, wanted);
        Assert.Equal(wanted, mac);
    }

    /// <summary>
    /// Every derivation, data of every length, and both answers, as the algorithms alone compute them.
    /// </summary>
    [Theory]
    [InlineData(MasterKeyDerivation.OptionA, SessionKeyDerivation.None)]
    [InlineData(MasterKeyDerivation.OptionA, SessionKeyDerivation.MChip)]
    [InlineData(MasterKeyDerivation.OptionA, SessionKeyDerivation.CommonSessionKey)]
    [InlineData(MasterKeyDerivation.OptionB, SessionKeyDerivation.CommonSessionKey)]
    public async Task Cryptograms_and_answers_are_those_of_the_algorithms(
        MasterKeyDerivation master, SessionKeyDerivation session)
    {
        await using HsmProvider hsm = await OpenAsync();
        Assert.SkipUnless(Can(hsm, HsmOperation.AnswerCryptogram), "the box does not answer cryptograms");
        HsmKey key = await ImportAsync(hsm, CardKeyUse.Cryptograms, IssuerKey);
        byte[] atc = Hex("0123"), unpredictable = Hex("52BF4585"), update = Hex("00820000");
        byte[] cardKey = new byte[16], working = new byte[16], made = new byte[8];
        foreach (string pan in (string[])["4761730000000011", "4761730000000000136"])
        {
            EmvKeys.DeriveMasterKey(IssuerKey, pan, "01", master, cardKey);
            EmvKeys.DeriveSessionKey(cardKey, session, atc, unpredictable, isAes: false, working);
            foreach (MacPadding padding in Enum.GetValues<MacPadding>())
            {
                for (int size = 1; size <= Data.Length; size += 5)
                {
                    EmvCryptogram.Compute(working, Data.AsSpan(0, size), padding, made);
                    CardTransaction transaction = new()
                    {
                        Pan = pan.AsMemory(),
                        PanSequence = "01".AsMemory(),
                        MasterKey = master,
                        SessionKey = session,
                        Padding = padding,
                        AnswersUnderMasterKey = session == SessionKeyDerivation.MChip,
                        Atc = atc,
                        UnpredictableNumber = unpredictable,
                        Cryptogram = made,
                    };
                    Assert.True(
                        await hsm.Cards.VerifyCryptogramAsync(key, transaction, Data.AsMemory(0, size), Cancel));

                    byte[] answering = transaction.AnswersUnderMasterKey ? cardKey : working;
                    byte[] first = new byte[8], second = new byte[4], wanted = new byte[8], short4 = new byte[4];
                    await hsm.Cards.AnswerByMethod1Async(key, transaction, "00"u8.ToArray(), first, Cancel);
                    EmvCryptogram.AnswerByMethod1(answering, made, "00"u8, wanted);
                    Assert.Equal(wanted, first);
                    await hsm.Cards.AnswerByMethod2Async(key, transaction, update, atc, second, Cancel);
                    EmvCryptogram.AnswerByMethod2(answering, made, update, atc, short4);
                    Assert.Equal(short4, second);
                }
            }
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(32)]
    public async Task Aes_cryptograms_are_those_of_the_algorithms(int size)
    {
        await using HsmProvider hsm = await OpenAsync();
        CardKeyAlgorithm algorithm = CardKeyAlgorithm.Of(isAes: true, size)!;
        Assert.SkipUnless(
            hsm.Supports(HsmOperation.VerifyCryptogram, algorithm), $"the box verifies none with {algorithm}");
        byte[] value = ProtectionKey[..size], cardKey = new byte[size], working = new byte[size], made = new byte[8];
        HsmKey key = await hsm.Cards.ImportAsync(
            Name(), algorithm, CardKeyUse.Cryptograms, isExportable: false, value, Cancel);
        EmvKeys.DeriveMasterKey(value, Pan, Sequence, MasterKeyDerivation.OptionC, cardKey);
        EmvKeys.DeriveSessionKey(
            cardKey, SessionKeyDerivation.CommonSessionKey, Hex("001C"), [], isAes: true, working);
        EmvCryptogram.ComputeAes(working, Data, made);
        foreach (bool isGenuine in (bool[])[true, false])
        {
            if (!isGenuine) made[7] ^= 1;
            Assert.Equal(isGenuine, await hsm.Cards.VerifyCryptogramAsync(key, new CardTransaction
            {
                Pan = Pan.AsMemory(),
                PanSequence = Sequence.AsMemory(),
                MasterKey = MasterKeyDerivation.OptionC,
                SessionKey = SessionKeyDerivation.CommonSessionKey,
                Atc = Hex("001C"),
                Cryptogram = made,
            }, Data, Cancel));
        }
    }

    [Fact]
    public async Task Scripts_are_authenticated_and_enciphered_as_the_algorithms_do()
    {
        await using HsmProvider hsm = await OpenAsync();
        Assert.SkipUnless(Can(hsm, HsmOperation.CardScript), "the box makes no scripts");
        HsmKey integrity = await ImportAsync(hsm, CardKeyUse.ScriptIntegrity, IssuerKey);
        HsmKey confidentiality = await ImportAsync(hsm, CardKeyUse.ScriptConfidentiality, IssuerKey);
        ScriptSession session = new(Pan.AsMemory(), Sequence.AsMemory(), MasterKeyDerivation.OptionA,
            ScriptKeyDerivation.FromCryptogram, Cryptogram);
        byte[] cardKey = new byte[16], working = new byte[16], mac = new byte[8], wanted = new byte[8];
        EmvKeys.DeriveMasterKey(IssuerKey, Pan, Sequence, MasterKeyDerivation.OptionA, cardKey);
        EmvKeys.DeriveScriptKey(cardKey, ScriptKeyDerivation.FromCryptogram, Cryptogram, working);

        await hsm.Cards.AuthenticateScriptAsync(integrity, session, Data, mac, Cancel);
        IssuerScript.ComputeMac(working, Data, wanted);
        Assert.Equal(wanted, mac);
        foreach (ScriptPadding padding in Enum.GetValues<ScriptPadding>())
        {
            Assert.Equal(IssuerScript.Encrypt(working, Data, padding),
                await hsm.Cards.EncipherScriptAsync(confidentiality, session, Data, padding, Cancel));
        }
    }

    [Fact]
    public async Task A_script_key_of_Visa_is_made_or_refused_by_the_name_of_its_mechanism()
    {
        await using HsmProvider hsm = await OpenAsync();
        Assert.SkipUnless(Can(hsm, HsmOperation.CardScript), "the box makes no scripts");
        HsmKey script = await ImportAsync(hsm, CardKeyUse.ScriptIntegrity, Hex("FEDCBA98765432100123456789ABCDEF"));
        byte[] mac = new byte[8];

        // The worked example of Visa CVN 10: an application unblocked.
        ScriptSession session = new(Pan.AsMemory(), Sequence.AsMemory(), MasterKeyDerivation.OptionA,
            ScriptKeyDerivation.FromCounter, Hex("001C"));
        try
        {
            await hsm.Cards.AuthenticateScriptAsync(
                script, session, Hex("8418000008" + "001C" + "29CCA15AE665FA2E"), mac, Cancel);
        }
        catch (HsmException refused) when (refused.Failure == HsmFailure.Unsupported)
        {
            Assert.Contains("CKM_XOR_BASE_AND_DATA", refused.Message, StringComparison.Ordinal);
            return;
        }

        Assert.Equal("DB56BA60087CEFD3", Convert.ToHexString(mac));
    }

    [Fact]
    public async Task The_initial_key_of_a_device_comes_out_in_a_key_block()
    {
        await using HsmProvider hsm = await OpenAsync();
        Assert.SkipUnless(Can(hsm, HsmOperation.DeriveInitialKey), "the box derives no initial keys");
        HsmKey bdk = await ImportAsync(hsm, CardKeyUse.BaseDerivation, IssuerKey);
        HsmKey protection = await ProtectionAsync(hsm);

        // The published initial key of X9.24-1, A.4.
        string block = await hsm.Cards.DeriveInitialKeyAsync(
            bdk, Hex("FFFF9876543210E00001"), protection, Cancel);
        using KeyBlock opened = KeyBlock.Unwrap(ProtectionKey, block);
        Assert.Equal("6AC292FAA1315B4D858AB3A3D7D5933A", Convert.ToHexString(opened.Key));
        Assert.Equal("B1", opened.Header.Usage);
    }

    [Fact]
    public async Task A_destroyed_card_key_is_soon_missing()
    {
        await using HsmProvider hsm = await OpenAsync();
        Assert.SkipUnless(Can(hsm, HsmOperation.VerifyCryptogram), "the box does not verify cryptograms");
        HsmKey key = await ImportAsync(hsm, CardKeyUse.Cryptograms, IssuerKey);
        Assert.True(await hsm.DestroyAsync(key.Id, Cancel));

        HsmException missing = await Assert.ThrowsAsync<HsmException>(async () =>
            await hsm.Cards.VerifyCryptogramAsync(key, Transaction(Cryptogram), Data, Cancel));
        Assert.Equal(HsmFailure.KeyMissing, missing.Failure);
    }

    private static byte[] ProtectionKey { get; } = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    private static bool Can(HsmProvider hsm, HsmOperation operation) =>
        hsm.Supports(operation, CardKeyAlgorithm.TwoKeyTdea);

    private static ValueTask<HsmKey> ProtectionAsync(HsmProvider hsm) => hsm.Cards.ImportAsync(
        Name(), CardKeyAlgorithm.Aes256, CardKeyUse.KeyBlockProtection, isExportable: false, ProtectionKey, Cancel);

    private static ValueTask<HsmKey> ImportAsync(HsmProvider hsm, CardKeyUse use, byte[] key) =>
        hsm.Cards.ImportAsync(Name(), CardKeyAlgorithm.TwoKeyTdea, use, isExportable: false, key, Cancel);

    private static TokenKeyId Name() => new(RandomNumberGenerator.GetBytes(TokenKeyId.Size));

    private static CardTransaction Transaction(byte[] cryptogram, string sequence = Sequence) => new()
    {
        Pan = Pan.AsMemory(),
        PanSequence = sequence.AsMemory(),
        MasterKey = MasterKeyDerivation.OptionA,
        SessionKey = SessionKeyDerivation.None,
        Padding = MacPadding.Zeros,
        Atc = Hex("001C"),
        Cryptogram = cryptogram,
    };

    private static byte[] Iso4(byte[] key, string pin)
    {
        byte[] block = new byte[16];
        PinBlock4.Encrypt(key, pin, Pan, block);
        return block;
    }

    private static byte[] Flip(byte[] bytes, int bit)
    {
        byte[] changed = [.. bytes];
        changed[bit / 8] ^= (byte)(1 << (bit % 8));
        return changed;
    }

    private static byte[] Hex(string digits) => Convert.FromHexString(digits);
}
