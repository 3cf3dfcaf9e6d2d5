using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Governance.Audit;
using Qbitel.Hsm.Cards.Issuing;
using Qbitel.Protocols.Emv;
using Qbitel.Protocols.Iso8583;

namespace Qbitel.Hsm.Tests.Cards.Issuing;

public sealed class IssuerHostTests
{
    private static readonly string Visa = TestCard.Number("476173", 1), Other = TestCard.Number("541333", 7);

    public static TheoryData<string, int> Versions =>
        [.. CryptogramVersion.Standard.Select(version => (version.Name, (int)version.Code))];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Versions))]
    public async Task A_card_of_every_version_is_approved_and_accepts_the_answer(string name, int code)
    {
        CryptogramVersion version = CryptogramVersion.Standard.Single(v => v.Name == name && v.Code == code);
        await using HostFixture fixture = await HostFixture.CreateAsync();
        TestCard card = new(HostFixture.IssuerKey, version.Scheme == CardScheme.Visa ? Visa : Other, version);
        foreach (bool isBinary in (bool[])[false, true])
        {
            int counter = isBinary ? 29 : 28;
            IssuerReply reply = await fixture.Host().AuthoriseAsync(
                card.Request(counter, isBinary: isBinary), Cancel);

            Assert.Equal(IssuerRefusal.None, reply.Decision.Refusal);
            Assert.Equal("00", reply.Response![39]);
            Assert.Equal("0110", reply.Response.Mti.ToString());
            Assert.Equal("000017", reply.Response[11]);
            Assert.True(card.Accepts(reply.Response, counter));
            Assert.Equal(name, reply.Decision.Version);
        }

        await fixture.Journal.FlushAsync(Cancel);
        Assert.Equal(2, fixture.Entries.Count(entry => entry.Outcome == AuditOutcome.Done));
    }

    [Fact]
    public async Task Every_refusal_has_its_own_code_and_an_audit_entry_without_the_card_number()
    {
        await using HostFixture fixture = await HostFixture.CreateAsync();
        IssuerHost host = fixture.Host(fixture.Options with { MaxCounterGap = 1000 });
        TestCard card = new(HostFixture.IssuerKey, Visa, Version("Visa CVN 18"));
        Dictionary<IssuerRefusal, IssuerReply> replies = [];
        async Task Try(byte[] request)
        {
            IssuerReply reply = await host.AuthoriseAsync(request, Cancel);
            Assert.True(replies.TryAdd(reply.Decision.Refusal, reply), reply.Decision.ToString());
        }

        await Try(card.Request(5));
        await Try(card.Request(5));
        await Try(card.Request(6, data => data[EmvTag.Cryptogram][3] ^= 1));
        await Try(card.Request(2000));
        await Try(card.Request(7, data => data[EmvTag.IssuerApplicationData][2] = 0x7F));
        await Try(card.Request(8, data => data.Remove(EmvTag.AmountAuthorised)));
        await Try(card.Request(9, data => data[EmvTag.Pan] = Convert.FromHexString(Other)));
        await Try(new TestCard(HostFixture.IssuerKey, TestCard.Number("400000", 3), card.Version).Request(1));
        await Try(new Iso8583Builder(TestCard.Type("0800")).Set(7, "1128120000").Set(11, "000001").Build().ToBytes());
        await Try("no message"u8.ToArray());
        fixture.AuditFails = true;
        Assert.True((await host.AuthoriseAsync(card.Request(10), Cancel)).Decision.IsApproved); // kept in the file
        await fixture.LogFailed;
        await Try(card.Request(11));
        fixture.AuditFails = false;
        await fixture.Journal.FlushAsync(Cancel);
        await fixture.Hsm.DestroyAsync(fixture.CryptogramKey.Id, Cancel);
        await Try(card.Request(12));

        await fixture.Journal.FlushAsync(Cancel);
        Assert.Equal(Enum.GetValues<IssuerRefusal>().Except([IssuerRefusal.Declined]).Order(), replies.Keys.Order());
        Assert.Distinct(replies.Values.Select(reply => reply.Decision.ResponseCode));
        Assert.All(replies.Where(reply => reply.Key is not IssuerRefusal.None and not IssuerRefusal.Format), reply =>
        {
            Assert.Equal(reply.Key.ResponseCode, reply.Value.Response![39]);
            Assert.Null(reply.Value.Response.Find(55));
        });
        Assert.Equal(replies.Count, fixture.Entries.Count); // one could not be kept, and one came before it
        Assert.All(fixture.Entries, entry =>
        {
            string leaf = Encoding.UTF8.GetString(entry.ToLeaf().Span);
            Assert.DoesNotContain(Visa, leaf, StringComparison.Ordinal);
            Assert.DoesNotContain(Visa[6..12], leaf.Replace(entry.Id.ToString(), "", StringComparison.Ordinal),
                StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_declined_account_answers_the_card_with_its_code()
    {
        await using HostFixture fixture = await HostFixture.CreateAsync();
        TestCard card = new(HostFixture.IssuerKey, Visa, Version("Visa CVN 10"));
        IssuerHost host = fixture.Host(fixture.Options with { Decide = (_, _) => ValueTask.FromResult("51") });

        IssuerReply reply = await host.AuthoriseAsync(card.Request(1), Cancel);

        Assert.Equal(IssuerRefusal.Declined, reply.Decision.Refusal);
        Assert.Equal("51", reply.Response![39]);
        Assert.True(card.Accepts(reply.Response, 1));
        Assert.EndsWith("3531", reply.Response[55], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_cryptogram_uses_up_no_counter()
    {
        await using HostFixture fixture = await HostFixture.CreateAsync();
        TestCard card = new(HostFixture.IssuerKey, Visa, Version("Visa CVN 18"));
        IssuerHost host = fixture.Host();

        await host.AuthoriseAsync(
            card.Request(60000, data => data[EmvTag.Cryptogram] = [1, 2, 3, 4, 5, 6, 7, 8]), Cancel);
        IssuerReply reply = await host.AuthoriseAsync(card.Request(1), Cancel);

        Assert.Equal(IssuerRefusal.None, reply.Decision.Refusal);
    }

    [Fact]
    public async Task Of_many_requests_with_one_counter_one_is_approved()
    {
        await using HostFixture fixture = await HostFixture.CreateAsync();
        TestCard card = new(HostFixture.IssuerKey, Visa, Version("Visa CVN 18"));
        IssuerHost host = fixture.Host();

        IssuerReply[] replies = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ =>
            Task.Run(async () => await host.AuthoriseAsync(card.Request(7), Cancel))));

        Assert.Single(replies, reply => reply.Decision.IsApproved);
        Assert.Equal(63, replies.Count(reply => reply.Decision.Refusal == IssuerRefusal.ReplayedCounter));
    }

    [Fact]
    public async Task Counters_are_refused_again_after_a_restart()
    {
        await using HostFixture fixture = await HostFixture.CreateAsync();
        TestCard card = new(HostFixture.IssuerKey, Visa, Version("Visa CVN 18"));
        await fixture.Host().AuthoriseAsync(card.Request(7), Cancel);
        await fixture.Journal.DisposeAsync();
        fixture.Counters.Dispose();

        using CounterFile counters = CounterFile.Open(Path.Combine(fixture.Root, "counters"));
        await using DecisionJournal journal = await fixture.OpenJournalAsync(counters);
        IssuerHost again = new(fixture.Hsm, fixture.Options, journal, TimeProvider.System);

        Assert.Equal(IssuerRefusal.ReplayedCounter,
            (await again.AuthoriseAsync(card.Request(7), Cancel)).Decision.Refusal);
        Assert.Equal(IssuerRefusal.None, (await again.AuthoriseAsync(card.Request(8), Cancel)).Decision.Refusal);
    }

    [Fact]
    public void The_index_of_a_card_never_looks_like_a_card_number()
    {
        UInt128 digits = UInt128.Parse("41111111111111110000000000000000", System.Globalization.NumberStyles.HexNumber,
            System.Globalization.CultureInfo.InvariantCulture);
        IssuerDecision decision = new(IssuerRefusal.None, "00", "", "", IssuerHost.Letters(digits), "", 1, "");

        Assert.Equal("card:ebbbbbbbbbbbbbbb", decision.ToAuditEntry("service:test", DateTimeOffset.UnixEpoch).Target);
    }

    [Fact]
    public async Task An_issuer_key_comes_into_the_box_under_a_quantum_safe_envelope()
    {
        await using HostFixture fixture = await HostFixture.CreateAsync();

        #region SealedIssuerKey
        // The box makes an X-Wing key; its public half goes to whoever has the issuer's key.
        HsmKey recipient = await fixture.Hsm.GenerateKeyAsync(
            TokenKeyId.OfCardKey("card-transport"), KemAlgorithm.XWing, Cancel);
        byte[] envelope = CardKeys.Seal(KemAlgorithm.XWing, recipient.PublicKey.Span, CardKeyAlgorithm.TwoKeyTdea,
            CardKeyUse.Cryptograms, HostFixture.IssuerKey);

        // At rest and on the way there is the envelope only. It opens inside the box, for this use and no other.
        HsmKey key = await CardKeys.ImportSealedAsync(fixture.Hsm, recipient, TokenKeyId.OfCardKey("imk-visa"),
            CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.Cryptograms, envelope, Cancel);
        #endregion

        Assert.Equal("08D7B4", Convert.ToHexString(key.CheckValue.Span));
        await Assert.ThrowsAnyAsync<CryptographicException>(async () => await CardKeys.ImportSealedAsync(
            fixture.Hsm, recipient, HostFixture.Name(), CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.PinEncryption, envelope,
            Cancel));
        envelope[^1] ^= 1;
        await Assert.ThrowsAnyAsync<CryptographicException>(async () => await CardKeys.ImportSealedAsync(
            fixture.Hsm, recipient, HostFixture.Name(), CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.Cryptograms, envelope,
            Cancel));
    }

    private static CryptogramVersion Version(string name) =>
        CryptogramVersion.Standard.First(version => version.Name == name);
}
