using Qbitel.Protocols.Nacha;

namespace Qbitel.Protocols.Tests.Nacha;

public sealed class NachaReaderTests
{
    [Fact]
    public async Task Events_come_in_the_order_of_the_file_with_running_totals()
    {
        List<NachaEvent> events = await ReadAsync(NachaText.File().ToBytes());

        Assert.Equal(
            [
                typeof(NachaFileStarted), typeof(NachaBatchStarted), typeof(NachaEntryRead), typeof(NachaEntryRead),
                typeof(NachaBatchEnded), typeof(NachaBatchStarted), typeof(NachaEntryRead), typeof(NachaBatchEnded),
                typeof(NachaFileEnded),
            ], events.Select(each => each.GetType()));
        Assert.Equal("PPD", ((NachaBatchStarted)events[1]).Header["entryClass"]);
        Assert.Equal("JANE DOE", ((NachaEntryRead)events[2]).Entry.Name);
        Assert.Single(((NachaEntryRead)events[6]).Entry.Addenda);
        Assert.Equal(new NachaTotals(1, 2, 0, 0, 240025), events[4].Totals);
        Assert.Equal(new NachaTotals(2, 3, 1, 7710, 240025), events[^1].Totals);
        Assert.All(events.OfType<NachaBatchEnded>(), each => Assert.True(each.IsValid));
        Assert.True(((NachaFileEnded)events[^1]).IsValid);
        Assert.All(events, each => Assert.Empty(each.Findings));
    }

    [Fact]
    public async Task A_bad_batch_does_not_stop_the_next()
    {
        string[] lines = NachaText.Lines(NachaText.File());
        lines[4] = NachaText.Put(lines[4], 21, "000000000001");
        List<NachaEvent> events = await ReadAsync(NachaText.Join(lines));

        NachaBatchEnded[] batches = [.. events.OfType<NachaBatchEnded>()];
        Assert.Equal([false, true], batches.Select(each => each.IsValid));
        Assert.Equal(["Nacha.TotalMismatch"], batches[0].Findings.Select(each => each.Code));
        Assert.Empty(batches[1].Findings);
        Assert.False(((NachaFileEnded)events[^1]).IsValid);
        Assert.Equal(3, events.OfType<NachaEntryRead>().Count());
    }

    [Fact]
    public async Task The_findings_of_all_events_are_those_of_a_scan()
    {
        foreach (string entryClass in NachaClassText.Codes)
        {
            string[] lines = NachaText.Lines(NachaClassText.File(entryClass));
            lines[2] = NachaText.Put(lines[2], 12, "9");
            lines[^1] = "X";
            byte[] bytes = NachaText.Join(lines);

            List<NachaEvent> events = await ReadAsync(bytes);
            Assert.Equal(NachaText.Judge(bytes), events.SelectMany(each => each.Findings));
        }
    }

    [Fact]
    public async Task Reading_stops_when_it_is_told_to()
    {
        using CancellationTokenSource cancel = new();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            using MemoryStream stream = new(NachaText.File().ToBytes());
            await foreach (NachaEvent _ in new NachaReader(stream).ReadAsync(cancel.Token)) { }
        });
    }

    private static async Task<List<NachaEvent>> ReadAsync(byte[] bytes)
    {
        using MemoryStream stream = new(bytes);
        List<NachaEvent> events = [];
        await foreach (NachaEvent each in new NachaReader(stream).ReadAsync(TestContext.Current.CancellationToken))
        {
            events.Add(each);
        }

        return events;
    }
}
