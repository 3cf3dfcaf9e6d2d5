using System.Net;
using System.Net.Sockets;
using Qbitel.Gateway.Fix;
using Qbitel.Gateway.Fix.Stores;
using Qbitel.Protocols;
using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Fix.Sessions;
using Qbitel.Testing;

namespace Qbitel.Gateway.Tests.Fix;

/// <summary>The session tests of the FIX community, over sockets: the engine as acceptor as they are written, and as
/// initiator with the Logons turned round.</summary>
public sealed class ScenarioTests
{
    private const string Folder = "samples/fix/session-defs";

    // A second connection while the first is up is something only an acceptor can meet.
    private static readonly HashSet<string> WithoutMirror = ["fix42__AlreadyLoggedOn"];

    public static readonly TheoryData<string> Scenarios = SharedFiles.TryFind(Folder, out string path)
        ? [.. Directory.EnumerateFiles(path, "*.def").Select(file => Path.GetFileNameWithoutExtension(file))
            .Order(StringComparer.Ordinal)]
        : ["absent"];

    [Theory, MemberData(nameof(Scenarios))]
    public async Task An_acceptor_passes(string name)
    {
        Scenario scenario = Scenario.Read(SharedFiles.Path($"{Folder}/{name}.def"));
        await using FixLink link = Link(scenario, isInitiator: false);
        await using FixAcceptor acceptor = FixAcceptor.Start(new() { Address = new IPEndPoint(IPAddress.Loopback, 0) },
            [link], TimeProvider.System);
        await PlayAsync(scenario.Steps, async () =>
        {
            while (link.IsConnected && scenario.Steps.All(step => step.Peer == 1)) await Task.Yield();
            return await ScriptedPeer.ConnectAsync(acceptor.Address);
        });
    }

    [Theory, MemberData(nameof(Scenarios))]
    public async Task An_initiator_passes(string name)
    {
        Scenario scenario = Scenario.Read(SharedFiles.Path($"{Folder}/{name}.def"));
        Assert.SkipWhen(WithoutMirror.Contains(name), "an initiator is never connected to: there is nothing to mirror");
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        await using FixLink link = Link(scenario, isInitiator: true);
        await using FixInitiator initiator = FixInitiator.Start(new()
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)listener.LocalEndpoint).Port,
            ReconnectAfter = TimeSpan.FromMilliseconds(10),
        }, link, TimeProvider.System);
        await PlayAsync(scenario.Mirrored(), async () =>
            new ScriptedPeer(await listener.AcceptSocketAsync(TestContext.Current.CancellationToken)));
    }

    private static FixLink Link(Scenario scenario, bool isInitiator)
    {
        Assert.True(FixVersion.TryParse(scenario.Version, out FixVersion version));
        FixSessionOptions options = new()
        {
            Version = version,
            Sender = "ISLD",
            Target = "TW",
            IsInitiator = isInitiator,
            Heartbeat = TimeSpan.FromSeconds(scenario.Heartbeat),
            DefaultApplicationVersion = scenario.ApplicationVersion,
            ResetOnDisconnect = true,
            LogoutTimeout = TimeSpan.FromMilliseconds(300),
        };
        options = options with { Check = FixMessageChecks.Dictionary(options.Profile, ParseMode.Strict) };
        return new FixLink(options, new FixMemoryStore(TimeProvider.System.GetUtcNow()), new EchoApplication(),
            TimeProvider.System);
    }

    private static async Task PlayAsync(IReadOnlyList<ScenarioStep> steps, Func<Task<ScriptedPeer>> connect)
    {
        Dictionary<int, ScriptedPeer> peers = [];
        try
        {
            foreach (ScenarioStep step in steps)
            {
                if (step.Kind == ScenarioStepKind.Connect)
                {
                    peers[step.Peer] = await connect();
                    continue;
                }

                ScriptedPeer peer = peers[step.Peer];
                switch (step.Kind)
                {
                    case ScenarioStepKind.Say:
                        await peer.SayAsync(step.Bytes(TimeProvider.System.GetUtcNow()));
                        break;
                    case ScenarioStepKind.Expect:
                        await peer.ExpectAsync(step.Message!);
                        break;
                    case ScenarioStepKind.ExpectAnyLogon:
                        Assert.Equal("A", FixMessage.Parse((await peer.ReadAsync())!).MessageType);
                        break;
                    case ScenarioStepKind.ExpectEnd:
                        Assert.Null(await peer.ReadAsync());
                        peer.Dispose();
                        break;
                    default:
                        peer.Dispose();
                        break;
                }
            }
        }
        finally
        {
            foreach (ScriptedPeer peer in peers.Values) peer.Dispose();
        }
    }
}
