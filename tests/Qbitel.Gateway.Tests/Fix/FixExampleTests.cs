using System.Globalization;
using System.Net;
using System.Text;
using Qbitel.Gateway.Fix;
using Qbitel.Gateway.Fix.Stores;
using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Fix.Sessions;

namespace Qbitel.Gateway.Tests.Fix;

/// <summary>The examples of the guide.</summary>
public sealed class FixExampleTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qbitel-fix-example-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_acceptor_answers_orders_and_remembers_how_many()
    {
        string folder = _folder.FullName;
        TimeProvider time = TimeProvider.System;

        #region FixAcceptorExample
        FixSessionOptions options = new() { Version = FixVersion.Fix44, Sender = "BANK", Target = "DESK" };
        FixFileStore store = FixFileStore.Open(Path.Combine(folder, "desk.fixlog"), $"{options}", time.GetUtcNow());
        await using FixLink link = new(options, store, new Orders(), time);
        await using FixAcceptor acceptor = FixAcceptor.Start(
            new() { Address = new IPEndPoint(IPAddress.Loopback, 0) }, [link], time);
        #endregion

        using ScriptedPeer desk = await ScriptedPeer.ConnectAsync(acceptor.Address);
        await desk.SayAsync(Message("A", 1, "98=0\u0001108=30\u0001"));
        await desk.ReadAsync();
        await desk.SayAsync(Message("D", 2, "11=A1\u000121=1\u000155=MSFT\u000154=1\u0001"
            + "60=20261127-09:00:00\u000138=1\u000140=1\u0001"));

        FixMessage answer = FixMessage.Parse((await desk.ReadAsync())!);
        Assert.Equal(("8", "A1", "1"), (answer.MessageType, answer.GetField(11), answer.GetField(37)));
        await link.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal("1", Encoding.ASCII.GetString(link.LastRecord.Span));
    }

    private static byte[] Message(string type, int number, string rest) => new ScenarioStep(ScenarioStepKind.Say, 1,
        string.Create(CultureInfo.InvariantCulture,
            $"8=FIX.4.4\u000135={type}\u000134={number}\u000149=DESK\u000152=<TIME>\u000156=BANK\u0001{rest}"))
        .Bytes(TimeProvider.System.GetUtcNow());

    private sealed class Orders : FixResponder
    {
        private readonly FixFieldWriter _body = new();
        private long _count;

        #region FixApplicationExample
        public override void OnMessage(in FixReceived message)
        {
            if (!message.Type.SequenceEqual("D"u8))
            {
                message.RejectBusiness(3, "Unsupported Message Type");
                return;
            }

            _count++;
            message.Reply("8"u8, _body.Clear().Set(37, _count).Set(11, message.Field(11)).Set(39, "0"u8).Written);
            message.Record(Encoding.ASCII.GetBytes($"{_count}"));
        }
        #endregion
    }
}
