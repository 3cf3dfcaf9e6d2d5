using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cards;
using Qbitel.Governance.Audit;
using Qbitel.Hsm.Cards.Issuing;
using Qbitel.Hsm.Software;
using Qbitel.Hsm.Tests.Software;

namespace Qbitel.Hsm.Tests.Cards.Issuing;

/// <summary>An issuer's host over a software token, with its audit entries in a list.</summary>
internal sealed class HostFixture : IAsyncDisposable
{
    private readonly TokenFixture _token;
    private readonly TaskCompletionSource _logFailed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HostFixture(TokenFixture token, SoftwareToken hsm, CounterFile counters)
    {
        _token = token;
        Hsm = hsm;
        Counters = counters;
    }

    public static byte[] IssuerKey { get; } = Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210");

    public SoftwareToken Hsm { get; }

    public CounterFile Counters { get; }

    public DecisionJournal Journal { get; private set; } = null!;

    public string Decisions => Path.Combine(Root, "decisions");

    public List<AuditEntry> Entries { get; } = [];

    public bool AuditFails { get; set; }

    public Task LogFailed => _logFailed.Task;

    public string Root => _token.Root;

    public required HsmKey CryptogramKey { get; init; }

    public required HsmKey IndexKey { get; init; }

    public IssuerHostOptions Options => new()
    {
        Products = [new IssuerProduct("476173", CryptogramKey), new IssuerProduct("541333", CryptogramKey)],
        IndexKey = IndexKey,
    };

    public IssuerHost Host(IssuerHostOptions? options = null) =>
        new(Hsm, options ?? Options, Journal, _token.Time);

    public static async Task<HostFixture> CreateAsync()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        TokenFixture token = new();
        SoftwareToken hsm = await token.CreateAsync();
        HsmKey cryptograms = await hsm.Cards.ImportAsync(
            Name(), CardKeyAlgorithm.TwoKeyTdea, CardKeyUse.Cryptograms, isExportable: false, IssuerKey, cancel);
        HsmKey index = await hsm.Cards.GenerateAsync(
            Name(), CardKeyAlgorithm.Aes256, CardKeyUse.Cmac, isExportable: false, cancel);
        HostFixture fixture = new(token, hsm, CounterFile.Open(Path.Combine(token.Root, "counters")))
        {
            CryptogramKey = cryptograms,
            IndexKey = index,
        };
        fixture.Journal = await fixture.OpenJournalAsync(fixture.Counters);
        return fixture;
    }

    public Task<DecisionJournal> OpenJournalAsync(CounterFile counters) => DecisionJournal.OpenAsync(
        Decisions, halfSize: 1 << 16, counters, new DecisionLog(
            (entries, _) =>
            {
                if (AuditFails) throw new IOException("the disk is full");
                lock (Entries) Entries.AddRange(entries);
                return Task.CompletedTask;
            },
            (id, _) =>
            {
                lock (Entries) return Task.FromResult(Entries.Exists(entry => entry.Id == id));
            }),
        failed: _ => _logFailed.TrySetResult(), TestContext.Current.CancellationToken);

    public static TokenKeyId Name() => new(RandomNumberGenerator.GetBytes(TokenKeyId.Size));

    public async ValueTask DisposeAsync()
    {
        await Journal.DisposeAsync();
        Counters.Dispose();
        await Hsm.DisposeAsync();
        _token.Dispose();
    }
}
