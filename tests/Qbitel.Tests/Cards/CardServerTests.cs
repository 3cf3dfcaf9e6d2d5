using System.Net.Sockets;
using Qbitel.Cards;
using Qbitel.Governance.Audit;
using Qbitel.Hsm.Cards.Issuing;
using Qbitel.Hsm.Tests.Cards.Issuing;
using Qbitel.Protocols.Iso8583;

namespace Qbitel.Tests.Cards;

public sealed class CardServerTests
{
    [Theory]
    [InlineData(CardFraming.TwoBytes)]
    [InlineData(CardFraming.FourDigits)]
    internal async Task Requests_without_waiting_are_all_answered_and_in_the_audit_log(CardFraming framing)
    {
        await using CardHostFixture fixture = await CardHostFixture.StartAsync(framing);
        TestCard[] cards = [.. Enumerable.Range(0, 40).Select(CardHostFixture.Card)];
        CardClient[] clients = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => CardClient.ConnectAsync(fixture.Server.Address, framing)));
        await Task.WhenAll(clients.Select(async (client, at) =>
        {
            foreach (TestCard card in cards.Skip(at * 10).Take(10)) await client.SendAsync(card.Request(3));
            for (int i = 0; i < 10; i++)
            {
                Iso8583Message? answer = await client.ReceiveAsync();
                Assert.Equal("00", answer![39]);
                Assert.True(cards.Single(card => card.Pan == answer[2]).Accepts(answer, 3));
            }

            client.Dispose();
        }));

        await fixture.Journal.FlushAsync(TestContext.Current.CancellationToken);
        IReadOnlyList<Store.Audit.LoggedEntry> log = await new Store.Audit.AuditLog(fixture.Platform.Store)
            .ReadNewestAsync(1000, TestContext.Current.CancellationToken);
        int entries = log.Count(logged => logged.Entry is { Action: "card.authorise", Outcome: AuditOutcome.Done });
        Assert.Equal(40, entries);
        Assert.Empty(fixture.Notes);
    }

    [Fact]
    public async Task A_stop_answers_what_was_read_and_takes_nothing_more()
    {
        TaskCompletionSource<string> deciding = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CardHostFixture fixture = await CardHostFixture.StartAsync(rules: new IssuerHostOptions
        {
            Products = [],
            IndexKey = null!,
            Decide = async (_, _) =>
            {
                asked.TrySetResult();
                return await deciding.Task;
            },
        });
        TestCard card = CardHostFixture.Card(1);
        using CardClient client = await CardClient.ConnectAsync(fixture.Server.Address);
        await client.SendAsync(card.Request(1));
        await asked.Task;

        System.Net.IPEndPoint address = fixture.Server.Address;
        Task stopping = fixture.Server.StopAsync();
        await Assert.ThrowsAnyAsync<SocketException>(() => CardClient.ConnectAsync(address));
        Assert.False(stopping.IsCompleted);
        deciding.SetResult("00");

        Assert.Equal("00", (await client.ReceiveAsync())![39]);
        await stopping;
        Assert.Null(await client.ReceiveAsync());
    }

    [Theory]
    [InlineData("0000")]
    [InlineData("FFFF")]
    [InlineData("00053031303031")]
    public async Task A_frame_that_cannot_be_ends_its_connection_or_has_no_answer_and_others_go_on(string hex)
    {
        await using CardHostFixture fixture = await CardHostFixture.StartAsync();
        using CardClient hostile = await CardClient.ConnectAsync(fixture.Server.Address);
        using CardClient sound = await CardClient.ConnectAsync(fixture.Server.Address);

        await hostile.Stream.WriteAsync(Convert.FromHexString(hex), TestContext.Current.CancellationToken);
        hostile.Socket.Shutdown(SocketShutdown.Send);
        Assert.Null(await hostile.ReceiveAsync());

        await sound.SendAsync(CardHostFixture.Card(5).Request(1));
        Assert.Equal("00", (await sound.ReceiveAsync())![39]);
    }

    [Fact]
    public async Task A_sender_that_reads_no_answers_is_made_to_wait_and_harms_nobody()
    {
        await using CardHostFixture fixture = await CardHostFixture.StartAsync();
        TestCard card = CardHostFixture.Card(9);
        using CardClient deaf = await CardClient.ConnectAsync(fixture.Server.Address);
        deaf.Socket.ReceiveBufferSize = 1024;
        using CancellationTokenSource enough = new(TimeSpan.FromSeconds(3));
        byte[] frame = CardFrames.Of(card.Request(1), CardFraming.TwoBytes);
        long sent = 0;
        try
        {
            while (sent < 50_000)
            {
                await deaf.Stream.WriteAsync(frame, enough.Token);
                sent++;
            }
        }
        catch (OperationCanceledException)
        {
            // The network has made it wait.
        }

        using CardClient sound = await CardClient.ConnectAsync(fixture.Server.Address);
        await sound.SendAsync(CardHostFixture.Card(10).Request(1));
        Assert.Equal("00", (await sound.ReceiveAsync())![39]);
    }
}
