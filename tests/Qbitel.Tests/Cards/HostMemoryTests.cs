using System.Security.Cryptography;
using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Hsm.Tests.Cards.Issuing;
using Qbitel.Protocols.Emv;
using Qbitel.Protocols.Iso8583;

namespace Qbitel.Tests.Cards;

/// <summary>What a core dump of the real host would hold after it has approved, and after it has refused.</summary>
public sealed class HostMemoryTests(ITestOutputHelper output)
{
    private const int Requests = 40;

    private static readonly string Pan = TestCard.Number("476173", RandomNumberGenerator.GetInt32(1, 999_999_999));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Card_numbers_and_derived_keys_are_gone_when_the_answers_are_and_the_kernel_dumps_nothing()
    {
        byte[] issuerKey = RandomNumberGenerator.GetBytes(16), master = new byte[16], session = new byte[16];
        using TemporaryFolder folder = new();
        await HostProcess.PrepareAsync(folder["data"], issuerKey);
        using HostProcess host = await HostProcess.StartAsync(folder["data"]);
        TestCard card = new(issuerKey, Pan, CardHostFixture.Cvn18);
        using CardClient client = await CardClient.ConnectAsync(host.Address);
        for (int counter = 1; counter <= Requests; counter++)
        {
            bool isGenuine = counter % 2 == 0;
            await client.SendAsync(card.Request(counter, isGenuine ? null : chip => chip[EmvTag.Cryptogram][0] ^= 1));
            Assert.Equal(isGenuine ? "00" : "63", (await client.ReceiveAsync())![39]);
        }

        EmvKeys.DeriveMasterKey(issuerKey, Pan, "01", MasterKeyDerivation.OptionB, master);
        EmvKeys.DeriveSessionKey(
            master, SessionKeyDerivation.CommonSessionKey, [0, Requests], [], isAes: false, session);
        Dictionary<string, byte[]> patterns = [];
        foreach ((string name, string hex) in ((string, string)[])
        [
            ("issuer key", Convert.ToHexString(issuerKey)), ("card key", Convert.ToHexString(master)),
            ("session key", Convert.ToHexString(session)), ("card number", Pan),
        ])
        {
            foreach ((string form, byte[] pattern) in MemoryScan.FormsOf(name, hex)) patterns.TryAdd(form, pattern);
        }

        string limits = await File.ReadAllTextAsync($"/proc/{host.Id}/limits", Cancel);
        Assert.Matches(@"Max core file size\s+0\s+0\s", limits);
        Dictionary<string, int>? found = MemoryScan.Count(host.Id, patterns);
        Assert.SkipWhen(found is null, "the host lets nobody but root read its memory");
        foreach ((string form, int count) in found) output.WriteLine($"{form}: {count}");

        // The software token keeps a key it has used, once, in memory that does not move. Of card numbers the collector
        // may have left a copy behind where it moved a request that was just being answered.
        Assert.InRange(found["issuer key in binary"], 0, 1);
        Assert.All(found.Where(pair => pair.Key != "issuer key in binary"), pair => Assert.InRange(
            pair.Value, 0, pair.Key.StartsWith("card number", StringComparison.Ordinal) ? Requests / 10 : 0));
    }
}
