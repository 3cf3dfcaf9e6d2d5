using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Dukpt;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Cards.Dukpt;

public sealed class DukptTests
{
    private static readonly byte[] TdesBaseKey = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210");
    private static readonly byte[] AesBaseKey = Convert.FromHexString("FEDCBA9876543210F1F1F1F1F1F1F1F1");

    [Theory]
    // ANSI X9.24-1:2009, A.4.
    [InlineData("FFFF9876543210E00001", TdesKeyUse.Transaction, "042666B49184CFA368DE9628D0397BC9")]
    [InlineData("FFFF9876543210E00001", TdesKeyUse.Pin, "042666B49184CF5C68DE9628D0397B36")]
    [InlineData("FFFF9876543210E00001", TdesKeyUse.MacRequest, "042666B4918430A368DE9628D03984C9")]
    public void Tdes_keys_are_those_of_the_standard(string ksn, TdesKeyUse use, string expected)
    {
        byte[] key = new byte[TdesDukpt.KeySize];

        TdesDukpt.Derive(TdesBaseKey, TdesKsn.Parse(Convert.FromHexString(ksn)), use, key);

        Assert.Equal(expected, Convert.ToHexString(key));
    }

    [Fact]
    public void The_initial_tdes_key_is_that_of_the_standard_and_the_same_for_every_transaction()
    {
        byte[] first = new byte[TdesDukpt.KeySize], later = new byte[TdesDukpt.KeySize];

        TdesDukpt.DeriveInitialKey(TdesBaseKey, TdesKsn.Parse(Convert.FromHexString("FFFF9876543210E00001")), first);
        TdesDukpt.DeriveInitialKey(TdesBaseKey, TdesKsn.Parse(Convert.FromHexString("FFFF9876543210EFF800")), later);

        Assert.Equal("6AC292FAA1315B4D858AB3A3D7D5933A", Convert.ToHexString(first));
        Assert.Equal(first, later);
    }

    [Fact]
    public void Aes_keys_are_those_of_the_standard()
    {
        // ANSI X9.24-3:2017, the supplement's first transaction.
        AesKsn ksn = AesKsn.Parse(Convert.FromHexString("123456789012345600000001"));
        byte[] initialKey = new byte[16], transactionKey = new byte[16], pinKey = new byte[16];

        AesDukpt.DeriveInitialKey(AesBaseKey, ksn, initialKey);
        AesDukpt.DeriveTransactionKey(initialKey, ksn, transactionKey);
        AesDukpt.DeriveWorkingKey(transactionKey, ksn, AesDukptKeyUse.PinEncryption, AesDukptKeyType.Aes128, pinKey);

        Assert.Equal("1273671EA26AC29AFA4D1084127652A1", Convert.ToHexString(initialKey));
        Assert.Equal("4F21B565BAD9835E112B6465635EAE44", Convert.ToHexString(transactionKey));
        Assert.Equal("AF8CB133A78F8DC2D1359F18527593FB", Convert.ToHexString(pinKey));
    }

    [Theory]
    [InlineData("FFFF9876543210E00000")]   // the initial key's own number
    [InlineData("FFFF9876543210E00FFF")]   // twelve ones
    [InlineData("FFFF9876543210E001")]
    [InlineData("00FFFF9876543210E00001")]
    public void A_number_that_no_transaction_has_is_refused(string ksn) =>
        Assert.Equal(CardFault.Ksn,
            Assert.Throws<CardException>(() => TdesKsn.Parse(Convert.FromHexString(ksn))).Fault);

    [Theory]
    [InlineData("123456789012345600000000")]
    [InlineData("1234567890123456FFFF0001")]
    [InlineData("1234567890123456FFFF8000")]
    [InlineData("12345678901234560001")]
    public void An_aes_number_that_no_transaction_has_is_refused(string ksn) =>
        Assert.Equal(CardFault.Ksn, Assert.Throws<CardException>(() => AesKsn.Parse(Convert.FromHexString(ksn))).Fault);

    [Fact]
    public void The_next_number_skips_counters_with_too_many_ones()
    {
        Assert.Equal("FFFF9876543210E00400",
            TdesKsn.Parse(Convert.FromHexString("FFFF9876543210E003FF")).Next()!.ToString());
        Assert.Equal("FFFF9876543210E00801",
            TdesKsn.Parse(Convert.FromHexString("FFFF9876543210E00800")).Next()!.ToString());
        Assert.Null(TdesKsn.Parse(Convert.FromHexString("FFFF9876543210FFF800")).Next());
        Assert.Equal("123456789012345600010000",
            AesKsn.Parse(Convert.FromHexString("12345678901234560000FFFF")).Next()!.ToString());
        Assert.Equal("12345678901234560003FFFE".Length,
            AesKsn.Parse(Convert.FromHexString("12345678901234560001FFFE")).Next()!.ToString()!.Length);
        Assert.Null(AesKsn.Parse(Convert.FromHexString("1234567890123456FFFF0000")).Next());
    }

    [Fact]
    public void A_device_has_the_numbers_the_standard_counts()
    {
        int count = 0;
        TdesKsn? ksn = TdesKsn.Parse(Convert.FromHexString("FFFF9876543210E00001"));
        for (; ksn is not null; ksn = ksn.Value.Next()) count++;

        Assert.Equal(1_048_575, count);
    }

    [Fact]
    public void A_working_key_is_not_stronger_than_its_source()
    {
        AesKsn ksn = AesKsn.Parse(Convert.FromHexString("123456789012345600000001"));

        Assert.Throws<CardException>(() =>
            AesDukpt.DeriveWorkingKey(AesBaseKey, ksn, AesDukptKeyUse.DataEncryption, AesDukptKeyType.Aes256,
            new byte[32]));
    }

    [Fact]
    public void Deriving_a_tdes_key_allocates_nothing()
    {
        TdesKsn ksn = TdesKsn.Parse(Convert.FromHexString("FFFF9876543210EFF800"));
        byte[] key = new byte[TdesDukpt.KeySize];

        Assert.Equal(
            0, Allocation.Least(() => TdesDukpt.Derive(TdesBaseKey, ksn, TdesKeyUse.DataRequest, key)));
    }
}
