using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.KeyBlocks;

namespace Qbitel.Cryptography.Tests.Cards.KeyBlocks;

public sealed class KeyBlockTests
{
    private static readonly byte[] Tdea = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210");
    private static readonly byte[] Aes = Convert.FromHexString(
        "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F");

    public static readonly TheoryData<char> Versions = ['B', 'D', 'E'];

    [Theory]
    [MemberData(nameof(Versions))]
    public void Unwrap_gives_back_key_and_header(char version)
    {
        KeyBlockHeader header = Header(version) with
        {
            Options = [new("KS", "00604B120F9292800000"), new("LB", "a label"), new("10", new string('x', 300))],
        };

        string block = KeyBlock.Wrap(Protection(version), header, Tdea);
        using KeyBlock again = KeyBlock.Unwrap(Protection(version), block);

        Assert.Equal(Tdea, again.Key.ToArray());
        Assert.Equal(header.Options, again.Header.Options);
        Assert.Equal(header with { Options = again.Header.Options }, again.Header);
        Assert.DoesNotContain(Convert.ToHexString(Tdea), again.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Every_changed_character_is_refused(char version)
    {
        string block = KeyBlock.Wrap(Protection(version), Header(version), Tdea);
        for (int i = 0; i < block.Length; i++)
        {
            foreach (char other in "0Z")
            {
                if (block[i] == other) continue;
                StringBuilder changed = new(block) { [i] = other };
                CardException refused = Assert.Throws<CardException>(() =>
                    KeyBlock.Unwrap(Protection(version), changed.ToString()));
                Assert.Contains(refused.Fault,
                    (CardFault[])[CardFault.KeyBlockFormat, CardFault.KeyBlockMac, CardFault.InvalidInput]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Another_protection_key_does_not_open_it(char version)
    {
        byte[] other = Protection(version);
        other[3] ^= 2;

        string block = KeyBlock.Wrap(Protection(version), Header(version), Tdea);

        Assert.Equal(CardFault.KeyBlockMac, Assert.Throws<CardException>(() => KeyBlock.Unwrap(other, block)).Fault);
    }

    [Theory]
    [InlineData('B')]
    [InlineData('D')]
    public void The_length_of_a_block_hides_the_length_of_its_key(char version) =>
        Assert.Equal(
            KeyBlock.Wrap(version == 'B' ? [.. Tdea, .. Tdea.AsSpan(0, 8)] : Aes, Header(version), Tdea).Length,
            KeyBlock.Wrap(version == 'B' ? [.. Tdea, .. Tdea.AsSpan(0, 8)]
            : Aes, Header(version), new byte[24]).Length);

    [Fact]
    public void A_block_that_should_not_be_made_is_refused()
    {
        Refused(CardFault.UnsupportedOperation, () => KeyBlock.Wrap(Tdea, Header('A'), Tdea));
        Refused(CardFault.UnsupportedOperation, () => KeyBlock.Wrap(Tdea, Header('C'), Tdea));
        Refused(CardFault.InvalidInput, () => KeyBlock.Wrap(Tdea, Header('B') with { Mode = 'G' }, Tdea));
        Refused(CardFault.InvalidInput, () => KeyBlock.Wrap(Tdea, Header('B') with { Algorithm = 'A' }, Tdea));
        Refused(CardFault.InvalidInput, () =>
            KeyBlock.Wrap(Aes.AsSpan(0, 16).ToArray(), Header('D') with { Algorithm = 'A' }, Aes));
        Refused(CardFault.InvalidInput, () => KeyBlock.Wrap(Tdea, Header('B'), new byte[8]));
        Refused(CardFault.KeyBlockFormat, () => KeyBlock.Wrap(Tdea, Header('B') with { Usage = "Q9" }, Tdea));
    }

    [Fact]
    public void Any_text_at_all_is_a_key_or_a_refusal()
    {
        string valid = KeyBlock.Wrap(Tdea, Header('B') with { Options = [new("LB", "label")] }, Tdea);
        Gen<string> mutated = from at in Gen.Choose(0, valid.Length - 1)
                              from length in Gen.Choose(0, 4)
                              from text in Gen.Elements("", "0", "FF", "PB", "00", "A", "é", "99", "D0112", "E")
                              select valid.Remove(at, Math.Min(length, valid.Length - at)).Insert(at, text);

        Prop.ForAll(mutated.ToArbitrary(), block =>
        {
            try
            {
                KeyBlock.Unwrap(Tdea, block).Dispose();
                return block == valid;
            }
            catch (CardException)
            {
                return true;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));
    }

    private static KeyBlockHeader Header(char version) =>
        new() { Version = version, Usage = "P0", Algorithm = 'T', Mode = 'E', Exportability = 'E' };

    private static byte[] Protection(char version) => version is 'D' or 'E' ? [.. Aes] : [.. Tdea];

    private static void Refused(CardFault fault, Action act) =>
        Assert.Equal(fault, Assert.Throws<CardException>(act).Fault);
}
