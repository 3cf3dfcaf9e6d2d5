using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Gateway.Fix;
using Qbitel.Gateway.Fix.Stores;
using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Fix.Sessions;
using Qbitel.Testing;

namespace Qbitel.Gateway.Tests.Fix;

/// <summary>Peers that are not what they should be.</summary>
public sealed class FixPeerTests
{
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 27, 9, 0, 0, TimeSpan.Zero));
    private int _number;

    [Fact]
    public async Task Garbage_ends_its_own_connection_and_no_other()
    {
        await using FixLink link = Link(new Recorder());
        await using FixAcceptor acceptor = Start(link);
        using ScriptedPeer good = await LogOnAsync(acceptor);

        using ScriptedPeer bad = await ScriptedPeer.ConnectAsync(acceptor.Address);
        await bad.SayAsync(RandomNumberGenerator.GetBytes(10_000));

        Assert.Null(await bad.ReadAsync());
        await good.SayAsync(Message("1", "112=still there\u0001"));
        Assert.Equal("still there", FixMessage.Parse((await good.ReadAsync())!).GetField(112));
    }

    [Fact]
    public async Task A_connection_that_says_nothing_ends_in_time()
    {
        await using FixLink link = Link(new Recorder());
        await using FixAcceptor acceptor = Start(link);
        using ScriptedPeer silent = await ScriptedPeer.ConnectAsync(acceptor.Address);
        await silent.SayAsync("8=FIX.4.4\u00019=100\u0001"u8.ToArray());

        Task<byte[]?> end = silent.ReadAsync();
        while (!end.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(end, PauseAsync());
        }

        Assert.Null(await end);
    }

    [Fact]
    public async Task A_peer_that_falls_silent_is_asked_and_then_given_up()
    {
        Recorder recorder = new();
        await using FixLink link = Link(recorder);
        await using FixAcceptor acceptor = Start(link);
        using ScriptedPeer peer = await LogOnAsync(acceptor);

        List<string> types = [];
        Task reading = ReadAsync();
        while (!reading.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(reading, PauseAsync());
        }

        await reading;
        peer.Dispose();

        Assert.Contains("1", types);
        await UntilAsync(() => recorder.Ended == "the peer is silent");

        async Task ReadAsync()
        {
            while (await peer.ReadAsync() is { } message) types.Add(FixMessage.Parse(message).MessageType);
        }
    }

    [Fact]
    public async Task A_peer_that_does_not_read_is_cut_off_and_gets_everything_later()
    {
        Recorder recorder = new();
        FixLinkOptions limits = new() { HighWater = 64 * 1024, MaximumWaiting = 512 * 1024 };
        await using FixLink link = Link(recorder, limits);
        await using FixAcceptor acceptor = Start(link);
        int sent = 0;
        using (ScriptedPeer deaf = await LogOnAsync(acceptor))
        {
            FixFieldWriter body = new();
            string text = new('x', 10_000);
            while (link.IsConnected && sent < 5000)
            {
                link.Send("B"u8, body.Clear().Set(148, $"{++sent}").Set(58, text).Written);
                if (sent % 20 == 0) await Task.Yield();
            }
        }

        await UntilAsync(() => !link.IsConnected);
        using ScriptedPeer peer = await LogOnAsync(acceptor);
        await peer.SayAsync(Message("2", "7=1\u000116=0\u0001"));
        int found = 0;
        while (found < sent)
        {
            FixMessage message = FixMessage.Parse((await peer.ReadAsync())!);
            if (message.MessageType == "B") Assert.Equal($"{++found}", message.GetField(148));
        }

        Assert.True(sent < 5000, "the peer was never cut off");
    }

    [Fact]
    public async Task A_recorded_conversation_played_again_is_refused()
    {
        Recorder recorder = new();
        await using FixLink link = Link(recorder);
        await using FixAcceptor acceptor = Start(link);
        byte[] logon = Message("A", "98=0\u0001108=30\u0001"), order = Message("D", "11=x\u0001");
        using (ScriptedPeer peer = await ScriptedPeer.ConnectAsync(acceptor.Address))
        {
            await peer.SayAsync(logon);
            await peer.ReadAsync();
            await peer.SayAsync(order);
            await UntilAsync(() => recorder.Orders.Count == 1);
        }

        await UntilAsync(() => !link.IsConnected);
        using ScriptedPeer replayer = await ScriptedPeer.ConnectAsync(acceptor.Address);
        await replayer.SayAsync([.. logon, .. order]);

        FixMessage answer = FixMessage.Parse((await replayer.ReadAsync())!);
        Assert.Contains("MsgSeqNum too low", answer.GetField(58), StringComparison.Ordinal);
        Assert.Null(await replayer.ReadAsync());
        Assert.Equal(["x"], recorder.Orders);
    }

    [Fact]
    public async Task What_an_application_fails_at_comes_again_and_counts_once()
    {
        Recorder recorder = new() { FailsAt = "b" };
        await using FixLink link = Link(recorder);
        await using FixAcceptor acceptor = Start(link);
        using (ScriptedPeer peer = await LogOnAsync(acceptor))
        {
            byte[] a = Message("D", "11=a\u0001"), b = Message("D", "11=b\u0001"), c = Message("D", "11=c\u0001");
            await peer.SayAsync([.. a, .. b, .. c]);
            Assert.Equal("a", FixMessage.Parse((await peer.ReadAsync())!).GetField(11));
            Assert.Null(await peer.ReadAsync());
        }

        await UntilAsync(() => !link.IsConnected);
        recorder.FailsAt = null;
        _number = 10;
        using ScriptedPeer again = await LogOnAsync(acceptor);
        Assert.Equal("3", FixMessage.Parse((await again.ReadAsync())!).GetField(7)); // asks from b on
        Assert.Equal(["a"], recorder.Orders);
        Assert.Equal(3, link.Counts.NextIncoming);
    }

    [Fact]
    public async Task Noise_between_messages_is_passed_over()
    {
        Recorder recorder = new();
        await using FixLink link = Link(recorder);
        await using FixAcceptor acceptor = Start(link);
        using ScriptedPeer peer = await LogOnAsync(acceptor);

        for (int i = 0; i < 50; i++)
        {
            await peer.SayAsync(RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(200)));
            await peer.SayAsync(Message("D", $"11={i}\u0001"));
        }

        await UntilAsync(() => recorder.Orders.Count == 50);
        Assert.Equal([.. Enumerable.Range(0, 50).Select(i => $"{i}")], recorder.Orders);
    }

    private FixLink Link(FixResponder application, FixLinkOptions? limits = null) => new(new FixSessionOptions
    {
        Version = FixVersion.Fix44,
        Sender = "US",
        Target = "PEER",
        Check = FixMessageChecks.Form,
    }, new FixMemoryStore(_time.GetUtcNow()), application, _time, limits);

    private FixAcceptor Start(FixLink link) =>
        FixAcceptor.Start(new() { Address = new IPEndPoint(IPAddress.Loopback, 0) }, [link], _time);

    private async Task<ScriptedPeer> LogOnAsync(FixAcceptor acceptor)
    {
        ScriptedPeer peer = await ScriptedPeer.ConnectAsync(acceptor.Address);
        await peer.SayAsync(Message("A", "98=0\u0001108=30\u0001"));
        Assert.Equal("A", FixMessage.Parse((await peer.ReadAsync())!).MessageType);
        return peer;
    }

    private byte[] Message(string type, string rest)
    {
        string time = _time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd-HH:mm:ss.fff", CultureInfo.InvariantCulture);
        return new ScenarioStep(ScenarioStepKind.Say, 1, string.Create(CultureInfo.InvariantCulture,
            $"8=FIX.4.4\u000135={type}\u000134={++_number}\u000149=PEER\u000152={time}\u000156=US\u0001{rest}"))
            .Bytes(_time.GetUtcNow());
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (int i = 0; !isSo(); i++)
        {
            Assert.True(i < 1000, "it did not happen in ten seconds");
            await PauseAsync();
        }
    }

    private static Task PauseAsync() =>
        Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);

    private sealed class Recorder : FixResponder
    {
        public List<string> Orders { get; } = [];

        public string? FailsAt { get; set; }

        public string? Ended { get; private set; }

        public override void OnMessage(in FixReceived message)
        {
            string order = Encoding.ASCII.GetString(message.Field(11));
            message.Reply("8"u8, message.Body);
            if (order == FailsAt) throw new InvalidOperationException("the application's own trouble");
            Orders.Add(order);
        }

        public override void OnEnded(FixLink link, string reason) => Ended = reason;
    }
}
