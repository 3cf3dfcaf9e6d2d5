using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Nacha;
using Qbitel.Protocols.Nacha.Building;

namespace Qbitel.Protocols.Tests.Nacha;

/// <summary>The examples of the document on ACH files, run.</summary>
public sealed class NachaExampleTests
{
    private readonly List<string> _log = [];

    [Fact]
    public void A_file_is_built_edited_and_answered()
    {
        DateTimeOffset now = new(2026, 3, 20, 9, 30, 0, TimeSpan.Zero);
        Money salary = NachaText.Dollars(1500.25m);

        #region BuildAchFile
        NachaFileBuilder builder = new(destination: "231380104", origin: "121042882", created: now);
        NachaBatchBuilder batch = builder.AddBatch("PPD", originatingBank: "12104288", "ACME CORP", "1234567890",
            description: "PAYROLL", effectiveDate: new DateOnly(2026, 3, 23));
        batch.AddEntry(22, routingNumber: "231380104", account: "744567899", salary)
            .Set("name", "JANE DOE").Set("identification", "EMP001").AddAddenda("MARCH");
        NachaFile file = builder.Build();          // hashes, totals, trace numbers, controls, filler
        byte[] toSend = file.ToBytes();
        #endregion

        #region AnswerAchEntry
        NachaBatch received = file.Batches[0];
        NachaEntry entry = received.Entries[0];    // 22, USD 1500.25, ***7899
        NachaFileBuilder answer = new("121042882", "231380104", now);
        answer.AddReturn(received, entry, reason: "R03", sendingBank: "23138010");
        answer.AddChange(received, entry, "C01", correctedData: "1918171614", sendingBank: "23138010");
        NachaFile returns = answer.Build();
        NachaFile corrected = file.With(entry.Record, "amount", "150000"); // the totals follow
        #endregion

        Assert.Equal(940 + 10, toSend.Length);
        Assert.Equal(["R03", null], returns.Batches.Select(each => each.Entries[0].ReturnReason));
        Assert.Equal([null, "C01"], returns.Batches.Select(each => each.Entries[0].ChangeCode));
        Assert.Empty(corrected.Validate());
        Assert.Equal("000000150000", corrected.Control["totalCredit"]);
    }

    [Fact]
    public async Task A_stream_is_read_in_constant_memory()
    {
        using MemoryStream stream = new(NachaText.File().ToBytes());
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;

        #region ReadAchStream
        await foreach (NachaEvent each in new NachaReader(stream).ReadAsync(cancellationToken))
        {
            if (each is NachaEntryRead { Entry: var entry }) Post(entry);
            if (each is NachaBatchEnded { IsValid: false } batch) Refuse(batch.Control["batchNumber"]!, batch.Findings);
        }
        #endregion

        Assert.Equal(3, _log.Count);
    }

    [Fact]
    public void A_file_is_scanned_as_it_arrives()
    {
        byte[][] pieces = [.. NachaText.File().ToBytes().Chunk(100)];

        #region ScanAchPieces
        NachaScan scan = new();
        foreach (byte[] piece in pieces) scan.Append(piece);   // cut anywhere
        ScanSummary summary = scan.Complete();                 // counts, totals, findings by code
        #endregion

        Assert.Equal((3L, 0L), (summary.Records, summary.Invalid));
    }

    private void Post(NachaEntry entry) => _log.Add(entry.ToString());

    private void Refuse(string batch, IReadOnlyList<Diagnostic> findings) => _log.Add($"{batch}: {findings.Count}");
}
