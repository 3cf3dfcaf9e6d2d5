using System.Buffers.Binary;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Cards.Emv;

public sealed class EmvTests
{
    private static readonly byte[] IssuerKey = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210");

    [Fact]
    public void The_sequence_number_changes_the_master_key() =>
        Assert.NotEqual(MasterKey("4761739001010119", "00"), MasterKey("4761739001010119", "01"));

    [Fact]
    public void Option_a_takes_the_rightmost_digits()
    {
        Assert.Equal(MasterKey("4761739001010119", "01"), MasterKey("9961739001010119", "01"));
        Assert.NotEqual(MasterKey("4761739001010119", "01"), MasterKey("4761739001010118", "01"));
    }

    [Fact]
    public void Every_byte_of_a_derived_key_has_odd_parity()
    {
        byte[] masterKey = MasterKey("4761739001010119", "01"), sessionKey = new byte[16];
        EmvKeys.DeriveSessionKey(masterKey, SessionKeyDerivation.CommonSessionKey, [0, 1], [], isAes: false,
            sessionKey);

        Assert.All(masterKey.Concat(sessionKey), b => Assert.Equal(1, byte.PopCount(b) & 1));
    }

    [Theory]
    [InlineData("4761739001010119", true)]
    [InlineData("47617390010101192", false)]
    [InlineData("476173900101011923", false)]
    [InlineData("4761739001010119235", false)]
    public void Option_b_hashes_numbers_of_more_than_sixteen_digits(string pan, bool isOptionA) =>
        Assert.Equal(isOptionA,
            MasterKey(pan, "00").AsSpan().SequenceEqual(MasterKey(pan, "00", MasterKeyDerivation.OptionB)));

    [Fact]
    public void A_session_key_depends_on_what_its_method_says()
    {
        byte[] masterKey = MasterKey("4761739001010119", "01");

        Assert.Equal(masterKey, SessionKey(SessionKeyDerivation.None, "0001", "11111111"));
        Assert.Equal(
            SessionKey(SessionKeyDerivation.CommonSessionKey, "0001", "11111111"),
            SessionKey(SessionKeyDerivation.CommonSessionKey, "0001", "22222222"));
        Assert.NotEqual(
            SessionKey(SessionKeyDerivation.MChip, "0001", "11111111"),
            SessionKey(SessionKeyDerivation.MChip, "0001", "22222222"));
        Assert.NotEqual(
            SessionKey(SessionKeyDerivation.CommonSessionKey, "0001", ""),
            SessionKey(SessionKeyDerivation.CommonSessionKey, "0002", ""));

        byte[] SessionKey(SessionKeyDerivation derivation, string atc, string number)
        {
            byte[] key = new byte[16];
            EmvKeys.DeriveSessionKey(masterKey, derivation, Convert.FromHexString(atc), Convert.FromHexString(number),
                isAes: false, key);
            return key;
        }
    }

    [Fact]
    public void Verify_refuses_every_flipped_bit_and_another_key()
    {
        byte[] data = Convert.FromHexString(
            "0000000010000000000000000840000000800008402311160068D4E2D1580000010360AC8000");
        byte[] key = MasterKey("4761739001010119", "01"), cryptogram = new byte[EmvCryptogram.Size];
        EmvCryptogram.Compute(key, data, MacPadding.OneThenZeros, cryptogram);

        Assert.True(EmvCryptogram.Verify(key, data, MacPadding.OneThenZeros, cryptogram));
        Assert.False(EmvCryptogram.Verify(IssuerKey, data, MacPadding.OneThenZeros, cryptogram));
        Assert.False(EmvCryptogram.Verify(key, data, MacPadding.OneThenZeros, new byte[EmvCryptogram.Size]));
        for (int bit = 0; bit < 8 * cryptogram.Length; bit++)
        {
            byte[] flipped = [.. cryptogram];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(EmvCryptogram.Verify(key, data, MacPadding.OneThenZeros, flipped));
        }
    }

    [Fact]
    public void A_short_cryptogram_an_absent_key_and_empty_data_are_refused()
    {
        byte[] key = MasterKey("4761739001010119", "01");

        Assert.Throws<CardException>(() => EmvCryptogram.Verify(key, [1], MacPadding.OneThenZeros, new byte[4]));
        Assert.Throws<CardException>(() => EmvCryptogram.Verify([], [1], MacPadding.OneThenZeros, new byte[8]));
        Assert.Throws<CardException>(() => EmvCryptogram.Verify(key, [], MacPadding.OneThenZeros, new byte[8]));
    }

    [Fact]
    public void Method_one_is_the_cryptogram_and_the_code_encrypted()
    {
        byte[] answer = new byte[8], arqc = Convert.FromHexString("0011223344556677");

        EmvCryptogram.AnswerByMethod1(IssuerKey, arqc, [0x30, 0x30], answer);

        Assert.Equal(new TripleDes(IssuerKey).Encrypt(0x3021223344556677),
            BinaryPrimitives.ReadUInt64BigEndian(answer));
    }

    [Fact]
    public void A_script_is_encrypted_in_blocks_with_its_padding_and_its_mac_is_cut_from_the_left()
    {
        byte[] whole = new byte[8], four = new byte[4];
        IssuerScript.ComputeMac(IssuerKey, [1, 2, 3], whole);
        IssuerScript.ComputeMac(IssuerKey, [1, 2, 3], four);

        Assert.Equal(whole[..4], four);
        Assert.Equal(16, IssuerScript.Encrypt(IssuerKey, new byte[8]).Length);
        Assert.Equal(
            new TripleDes(IssuerKey).Encrypt(0x0102038000000000),
            BinaryPrimitives.ReadUInt64BigEndian(IssuerScript.Encrypt(IssuerKey, [1, 2, 3])));
    }

    [Fact]
    public void Verifying_with_its_derivations_allocates_nothing()
    {
        byte[] data = new byte[39], cryptogram = new byte[8];

        Assert.Equal(0, Allocation.Least(() => Verify(data, cryptogram)));

        static void Verify(byte[] data, byte[] cryptogram)
        {
            Span<byte> masterKey = stackalloc byte[16];
            Span<byte> sessionKey = stackalloc byte[16];
            Span<byte> atc = [0, 1];
            EmvKeys.DeriveMasterKey(IssuerKey, "4761739001010119", "01", MasterKeyDerivation.OptionA, masterKey);
            EmvKeys.DeriveSessionKey(masterKey, SessionKeyDerivation.CommonSessionKey, atc, [], isAes: false,
                sessionKey);
            EmvCryptogram.Verify(sessionKey, data, MacPadding.OneThenZeros, cryptogram);
        }
    }

    private static byte[] MasterKey(string pan, string sequence,
        MasterKeyDerivation derivation = MasterKeyDerivation.OptionA)
    {
        byte[] key = new byte[16];
        EmvKeys.DeriveMasterKey(IssuerKey, pan, sequence, derivation, key);
        return key;
    }
}
