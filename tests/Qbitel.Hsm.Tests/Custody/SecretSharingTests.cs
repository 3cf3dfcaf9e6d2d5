using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Hsm.Custody;

namespace Qbitel.Hsm.Tests.Custody;

/// <summary>Any M of N give the secret, M - 1 give nothing, and a share that is not right is named.</summary>
public sealed class SecretSharingTests
{
    [Fact]
    public void The_field_is_that_of_AES()
    {
        Assert.Equal(0xC1, Gf256.Multiply(0x57, 0x83)); // FIPS 197, section 4.2
        Assert.Equal(0xFE, Gf256.Multiply(0x57, 0x13));
        for (int a = 0; a < 256; a++)
        {
            Assert.Equal(a == 0 ? 0 : 1, Gf256.Multiply((byte)a, Gf256.Invert((byte)a)));
            for (int b = 0; b < 256; b++)
            {
                Assert.Equal(Schoolbook(a, b), Gf256.Multiply((byte)a, (byte)b));
                Assert.Equal(Gf256.Multiply((byte)b, (byte)a), Gf256.Multiply((byte)a, (byte)b));
            }
        }

        static int Schoolbook(int a, int b)
        {
            int product = 0;
            for (int i = 0; i < 8; i++)
                if ((b >> i & 1) != 0) product ^= a << i;
            for (int i = 15; i >= 8; i--)
                if ((product >> i & 1) != 0) product ^= 0x11B << (i - 8);
            return product;
        }
    }

    [Fact]
    public void Any_M_of_N_give_the_secret() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(), Gen.Choose(2, 6).ToArbitrary(), Gen.Choose(0, 5).ToArbitrary(),
        (secret, threshold, more) =>
        {
            if (secret is not { Length: > 0 }) return;
            byte[][] shares = SecretSharing.Split(secret, threshold, threshold + more);
            byte[] found = new byte[secret.Length];
            for (int attempt = 0; attempt < 5; attempt++)
            {
                int[] places = [.. Enumerable.Range(1, shares.Length)];
                RandomNumberGenerator.Shuffle<int>(places);
                SecretSharing.Combine(
                    [.. places.Take(threshold).Select(place => ((byte)place, shares[place - 1]))], found);
                Assert.Equal(secret, found);
            }
        }).QuickCheckThrowOnFailure();

    /// <summary>
    /// Algebra, not statistics: for every secret there is exactly one polynomial through the M - 1 known points, so
    /// each secret fits them equally well.
    /// </summary>
    [Fact]
    public void M_minus_1_shares_fit_every_secret_in_exactly_one_way()
    {
        byte[][] shares = SecretSharing.Split([0x42], threshold: 3, count: 5);
        HashSet<byte> third = [];
        for (int candidate = 0; candidate < 256; candidate++)
        {
            // The value at 5 that the candidate needs, through the points at 0, 1 and 2.
            byte needed = 0;
            (byte Place, byte Value)[] points = [(0, (byte)candidate), (1, shares[0][0]), (2, shares[1][0])];
            foreach ((byte place, byte value) in points)
            {
                byte weight = 1;
                foreach ((byte other, _) in points)
                {
                    if (other != place)
                    {
                        weight = Gf256.Multiply(weight,
                            Gf256.Multiply((byte)(5 ^ other), Gf256.Invert((byte)(place ^ other))));
                    }
                }

                needed ^= Gf256.Multiply(weight, value);
            }

            byte[] found = new byte[1];
            SecretSharing.Combine([(1, shares[0]), (2, shares[1]), (5, [needed])], found);
            Assert.Equal(candidate, found[0]);
            Assert.True(third.Add(needed));
        }

        Assert.Equal(256, third.Count);
    }

    /// <summary>
    /// The values of one share are spread evenly whatever the secret: chi-square, far below one in a million.
    /// </summary>
    [Fact]
    public void One_share_is_evenly_spread()
    {
        const int Rounds = 25_600;
        int[] counts = new int[256];
        for (int i = 0; i < Rounds; i++) counts[SecretSharing.Split([0x00], 2, 2)[0][0]]++;
        double chi = counts.Sum(count => Math.Pow(count - (Rounds / 256.0), 2) / (Rounds / 256.0));
        Assert.InRange(chi, 130, 420); // 255 degrees of freedom: mean 255, deviation 22.6
    }

    [Fact]
    public void A_text_comes_back_whole_also_when_it_was_copied_by_hand()
    {
        using CustodianShare share = Share();
        char[] text = Text(share);
        Assert.Equal(CustodianShare.TextLength, text.Length);
        foreach (string form in (string[])[new(text), new string(text).ToLowerInvariant(),
            new string(text).Replace("-", " \n", StringComparison.Ordinal),
                new string(text).Replace('1', 'I').Replace('0', 'O')
                .Replace("QBSI", "QBS1", StringComparison.Ordinal)])
        {
            Assert.True(CustodianShare.TryParse(form, out CustodianShare? read, out string? error), error);
            Assert.Equal(share.Value, read!.Value);
            Assert.Equal((share.Set, share.Threshold, share.Count, share.Number),
                (read.Set, read.Threshold, read.Count, read.Number));
            read.Dispose();
        }

        Assert.DoesNotContain(new string(text)[^8..], share.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_single_wrong_character_and_every_exchange_of_two_is_found_in_its_group()
    {
        using CustodianShare share = Share();
        string text = new(Text(share));
        for (int i = ShareText.Prefix.Length; i < text.Length; i++)
        {
            if (text[i] == '-') continue;
            int group = ((i - ShareText.Prefix.Length) / 9) + 1;
            foreach (char other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
            {
                if (other == text[i]) continue;
                char[] changed = text.ToCharArray();
                changed[i] = other;
                Assert.False(CustodianShare.TryParse(changed, out _, out string? error));
                Assert.Contains($"group {group} ", error, StringComparison.Ordinal);
            }

            if (i + 1 < text.Length && text[i + 1] != '-' && text[i] != text[i + 1])
            {
                char[] swapped = text.ToCharArray();
                (swapped[i], swapped[i + 1]) = (swapped[i + 1], swapped[i]);
                Assert.False(CustodianShare.TryParse(swapped, out _, out string? error));
                Assert.Contains($"group {group} ", error, StringComparison.Ordinal);
            }
        }

        string[] groups = text.Split('-');
        (groups[3], groups[7]) = (groups[7], groups[3]);
        Assert.False(CustodianShare.TryParse(string.Join('-', groups), out _, out string? moved));
        Assert.Contains("group 3, 7", moved, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_at_all_is_read_or_refused() => Prop.ForAll<string>(text =>
    {
        Assert.NotEqual(
            CustodianShare.TryParse(text, out CustodianShare? share, out string? error), error is not null);
        share?.Dispose();
    }).QuickCheckThrowOnFailure();

    internal static char[] Text(CustodianShare share)
    {
        char[] text = new char[CustodianShare.TextLength];
        share.WriteText(text);
        return text;
    }

    private static CustodianShare Share() => new(0x0123456789ABCDEF, 3, 5, 2, RandomNumberGenerator.GetBytes(32));
}
