using System.Net;
using Qbitel.Automation;
using Qbitel.Automation.Engine;
using Qbitel.Cards;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Governance.Audit;
using Qbitel.Governance.Profiles;
using Qbitel.Hsm;
using Qbitel.Hsm.Cards.Issuing;
using Qbitel.Hsm.Tests.Cards.Issuing;
using Qbitel.Store.Audit;

namespace Qbitel.Tests.Cards;

/// <summary>A host on a port of the loopback, with the store and the token of a platform.</summary>
internal sealed class CardHostFixture : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _notes = [];

    private CardHostFixture()
    {
    }

    public static byte[] IssuerKey { get; } = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210");

    public AutomationPlatform Platform { get; private set; } = null!;

    public CounterFile Counters { get; private set; } = null!;

    public DecisionJournal Journal { get; private set; } = null!;

    public CardServer Server { get; private set; } = null!;

    public IReadOnlyList<string> Notes
    {
        get
        {
            lock (_notes) return [.. _notes];
        }
    }

    public static CryptogramVersion Cvn18 => CryptogramVersion.Standard.First(version => version.Name == "Visa CVN 18");

    public static TestCard Card(int serial) => new(IssuerKey, TestCard.Number("476173", serial), Cvn18);

    public static async Task<CardHostFixture> StartAsync(
        CardFraming framing = CardFraming.TwoBytes, IssuerHostOptions? rules = null)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        CardHostFixture fixture = new();
        fixture.Platform = await AutomationPlatform.OpenAsync(
            fixture._folder["data"], BankingPqcProfile.ForSubdomain(BankingSubdomain.CardPayments),
            new AutomationConfig(), cancellationToken: cancel);
        HsmCards cards = fixture.Platform.Token.Cards;
        HsmKey key = await cards.ImportAsync(TokenKeyId.OfCardKey("imk"), CardKeyAlgorithm.TwoKeyTdea,
            CardKeyUse.Cryptograms, isExportable: false, IssuerKey, cancel);
        HsmKey index = await cards.GenerateAsync(TokenKeyId.OfCardKey("index"), CardKeyAlgorithm.Aes256,
            CardKeyUse.Cmac, isExportable: false, cancel);
        fixture.Counters = CounterFile.Open(fixture._folder["counters"]);
        AuditLog log = new(fixture.Platform.Store);
        fixture.Journal = await DecisionJournal.OpenAsync(fixture._folder["decisions"], fixture.Counters,
            new DecisionLog(fixture.KeepAsync, async (id, stop) => await log.FindAsync(id, stop) is not null),
            failed => fixture.Note(failed.Message), cancel);
        IssuerHostOptions options = new()
        {
            Products = [new IssuerProduct("476173", key)],
            IndexKey = index,
            Decide = rules?.Decide,
        };
        IssuerHost host = new(fixture.Platform.Token, options, fixture.Journal, TimeProvider.System);
        fixture.Server = CardServer.Start(host, new IPEndPoint(IPAddress.Loopback, 0), framing, fixture.Note);
        return fixture;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Journal.DisposeAsync();
        Counters.Dispose();
        await Platform.DisposeAsync();
        _folder.Dispose();
    }

    private void Note(string text)
    {
        lock (_notes) _notes.Add(text);
    }

    private Task KeepAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellation) =>
        Platform.Store.ChangeAsync(async (change, cancel) =>
        {
            foreach (AuditEntry entry in entries) await change.AppendAsync(entry, cancel);
        }, cancellation);
}
