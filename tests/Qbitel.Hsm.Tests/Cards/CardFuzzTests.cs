using System.Security.Cryptography;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Cryptography.Cards.KeyBlocks;
using Qbitel.Hsm.Cards.Issuing;
using Qbitel.Hsm.Tests.Cards.Issuing;
using Qbitel.Protocols;
using Qbitel.Protocols.Emv;
using Qbitel.Testing;

namespace Qbitel.Hsm.Tests.Cards;

/// <summary>Altered key blocks, cryptograms and requests: every one is a refusal, and nothing else is thrown.</summary>
[Trait("Soak", "card-fuzz")]
public sealed class CardFuzzTests(ITestOutputHelper output)
{
    private static readonly string Pan = TestCard.Number("476173", 77);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Altered_key_blocks_are_refused()
    {
        byte[] aes = [.. Enumerable.Range(1, 32).Select(i => (byte)i)], tdea = HostFixture.IssuerKey;
        KeyBlockHeader header = new()
        {
            Version = 'D',
            Usage = "P0",
            Algorithm = 'T',
            Mode = 'B',
            Exportability = 'N',
            Options = [new KeyBlockOption("KS", "FFFF9876543210E00001")],
        };
        (byte[] Key, string Block)[] sound =
        [
            (aes, KeyBlock.Wrap(aes, header, tdea)), (aes, KeyBlock.Wrap(aes, header with { Version = 'E' }, tdea)),
            (tdea, KeyBlock.Wrap(tdea, header with { Version = 'B' }, tdea)),
        ];
        int cases = Soak.Times(30_000, 1_200_000);
        Dictionary<CardFault, int> faults = [];
        byte[] key = new byte[32];
        for (int i = 0; i < cases; i++)
        {
            (byte[] protection, string block) = sound[i % sound.Length];
            char[] altered = Alter(block);
            if (altered.AsSpan().SequenceEqual(block)) continue;
            try
            {
                KeyBlock.Unwrap(protection, altered, key, out _);
                Assert.Fail($"an altered block was opened: {new string(altered)}");
            }
            catch (CardException refused)
            {
                faults[refused.Fault] = faults.GetValueOrDefault(refused.Fault) + 1;
                Assert.DoesNotContain(key, b => b != 0);
            }
        }

        output.WriteLine($"{cases} altered key blocks: {string.Join(", ", faults.Select(f => $"{f.Value} {f.Key}"))}");
    }

    [Fact]
    public async Task Altered_requests_are_refused_and_no_counter_of_them_is_taken()
    {
        await using HostFixture fixture = await HostFixture.CreateAsync();
        IssuerHost host = fixture.Host();
        TestCard card = new(HostFixture.IssuerKey, Pan, CryptogramVersion.Standard.First(v => v.Name == "Visa CVN 18"));
        byte[] chip = card.ChipData(5);
        int cases = Soak.Times(4_000, 300_000), refused = 0, same = 0;
        Dictionary<IssuerRefusal, int> reasons = [];
        for (int i = 0; i < cases; i++)
        {
            byte[] altered = [.. chip];
            int at = RandomNumberGenerator.GetInt32(altered.Length);
            altered[at] ^= (byte)(1 << RandomNumberGenerator.GetInt32(8));
            if (i % 4 == 1) altered = altered[..RandomNumberGenerator.GetInt32(altered.Length)];
            IssuerReply reply = await host.AuthoriseAsync(card.Message(altered).ToBytes(), Cancel);
            reasons[reply.Decision.Refusal] = reasons.GetValueOrDefault(reply.Decision.Refusal) + 1;
            if (reply.Decision.Refusal != IssuerRefusal.None) refused++;
            else if (IsUnderCryptogram(chip, altered)) Assert.Fail("an altered request was approved");
            else same++;
            lock (fixture.Entries) fixture.Entries.Clear();
        }

        output.WriteLine($"{cases} altered requests: {refused} refused "
            + $"({string.Join(", ", reasons.Select(r => $"{r.Value} {r.Key}"))}); "
            + $"{same} differ in nothing that is verified");
    }

    [Fact]
    public void Random_chip_data_never_makes_a_cryptogram_valid()
    {
        byte[] session = RandomNumberGenerator.GetBytes(16), data = new byte[48], cryptogram = new byte[8];
        int cases = Soak.Times(20_000, 1_000_000);
        for (int i = 0; i < cases; i++)
        {
            RandomNumberGenerator.Fill(data);
            RandomNumberGenerator.Fill(cryptogram);
            int size = RandomNumberGenerator.GetInt32(1, data.Length + 1);
            Assert.False(EmvCryptogram.Verify(
                session, data.AsSpan(0, size), Cryptography.BlockCiphers.MacPadding.OneThenZeros, cryptogram));
        }
    }

    // The bytes that are under no cryptogram: what the terminal alone says, such as 9F27's low bits.
    private static bool IsUnderCryptogram(byte[] chip, byte[] altered)
    {
        if (!EmvCryptogramData.TryParse(altered, ParseMode.Lenient, out EmvCryptogramData data, out _)) return true;
        Assert.True(EmvCryptogramData.TryParse(chip, ParseMode.Lenient, out EmvCryptogramData whole, out _));
        foreach (BerTlv item in whole.Objects)
        {
            if (item.Tag == EmvTag.CryptogramInformation) continue;
            if (data[item.Tag] is not { } value || !value.Span.SequenceEqual(whole[item.Tag]!.Value.Span)) return true;
        }

        return false;
    }

    private static char[] Alter(string block)
    {
        char[] altered = block.ToCharArray();
        switch (RandomNumberGenerator.GetInt32(4))
        {
            case 0:
                altered[RandomNumberGenerator.GetInt32(altered.Length)] =
                    "0123456789ABCDEF"[RandomNumberGenerator.GetInt32(16)];
                break;
            case 1:
                altered[RandomNumberGenerator.GetInt32(altered.Length)] = (char)RandomNumberGenerator.GetInt32(256);
                break;
            case 2:
                altered = altered[..RandomNumberGenerator.GetInt32(altered.Length)];
                break;
            default:
                int from = RandomNumberGenerator.GetInt32(altered.Length),
                to = RandomNumberGenerator.GetInt32(altered.Length);
                (altered[from], altered[to]) = (altered[to], altered[from]);
                break;
        }

        return altered;
    }
}
