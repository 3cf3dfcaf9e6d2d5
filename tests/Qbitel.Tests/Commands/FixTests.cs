using System.Text.Json;
using Qbitel.Commands;

namespace Qbitel.Tests.Commands;

public sealed class FixTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData("storeFolder", "store"), InlineData("storeDatabase", "messages.db")]
    public async Task An_initiator_sends_what_an_acceptor_says_back_and_the_store_shows_it_masked(
        string kind, string name)
    {
        string store = Path.Combine(_folder.Path, name);
        string acceptor = Write("acceptor.json", $$"""
            {
              "listen": "127.0.0.1:0",
              "{{kind}}": "{{store}}",
              "sessions": [{ "version": "FIX.4.4", "sender": "BANK", "target": "DESK", "logoutTimeoutSeconds": 1 }]
            }
            """);
        using CancellationTokenSource stop = new();
        using StringWriter data = new(), notes = new();
        Task<ExitCode> serving = CommandLine.RunAsync(["fix", "acceptor", "--config", acceptor, "--echo", "--json"],
            TextWriter.Synchronized(data), TextWriter.Synchronized(notes), stop.Token);
        string address = await AddressAsync(serving, data);

        string initiator = Write("initiator.json", $$"""
            {
              "connect": "{{address}}",
              "reconnectSeconds": 0.2,
              "storeFolder": "{{Path.Combine(_folder.Path, "desk")}}",
              "sessions": [{ "version": "FIX.4.4", "sender": "DESK", "target": "BANK", "heartbeatSeconds": 5 }]
            }
            """);
        string orders = Write("orders.txt", """
            # two orders
            35=D|11=A1|1=12345678|55=MSFT|54=1|60=20261127-09:00:00|38=100|40=1|
            35=D|11=A2|1=12345678|55=MSFT|54=1|60=20261127-09:00:00|38=100|40=1|
            """);
        Shell.Result sent = await Line.RunAsync("fix", "initiator", "--config", initiator, "--send", orders,
            "--logout-after", "5");
        await stop.CancelAsync();

        Assert.Equal(0, sent.ExitCode);
        Assert.Contains("2 messages were received, 0 of ours rejected.", sent.Notes, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, await serving);
        using JsonDocument report = JsonDocument.Parse(
            await Line.DoneAsync("fix", "store", store, "--messages", "5", "--json"));
        JsonElement session = report.RootElement.GetProperty("sessions")[0];
        Assert.Equal("FIX.4.4:BANK->DESK", session.GetProperty("session").GetString());
        Assert.Equal(5, session.GetProperty("nextOutgoing").GetInt64()); // Logon, two orders, Logout
        Assert.Equal(5, session.GetProperty("nextIncoming").GetInt64());
        Assert.Equal(2, session.GetProperty("messages").GetInt64());
        string text = session.GetProperty("last")[1].GetProperty("text").GetString()!;
        Assert.Contains("11=A2", text, StringComparison.Ordinal);
        Assert.Contains("1=***5678", text, StringComparison.Ordinal);
        Assert.Contains("next outgoing: 5", await Line.DoneAsync("fix", "store", store), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "sessions": [] }""", "names no session")]
    [InlineData("""{ "listen": "127.0.0.1:0", "sessions": [SESSION] }""", "storeFolder")]
    [InlineData("""{ "listen": "here", "storeFolder": "x", "sessions": [SESSION] }""", "no address")]
    [InlineData("""{ "listen": "127.0.0.1:0", "storeFolder": "x", "sessions": [SESSION9] }""", "FIX.9")]
    [InlineData("""{ "listen": "127.0.0.1:0", "storeFolder": "x", "sessions": [SESSIONT] }""",
        "defaultApplicationVersion")]
    [InlineData("""{ "listen": "127.0.0.1:0", "storeFolder": "x", "sesions": [] }""", "not understood")]
    public async Task A_configuration_that_cannot_be_used_is_refused_with_a_remedy(string text, string why) =>
        Assert.Contains(why, await Line.RefusedAsync("fix", "acceptor", "--config", Write("wrong.json", Filled(text))),
            StringComparison.Ordinal);

    [Fact]
    public async Task An_absent_file_and_what_is_no_store_are_refused()
    {
        string empty = Directory.CreateDirectory(_folder["empty"]).FullName;

        Assert.Contains("There is no file", await Line.RefusedAsync("fix", "acceptor", "--config", "absent.json"),
            StringComparison.Ordinal);
        Assert.Contains("is not a FIX message store",
            await Line.RefusedAsync("fix", "store", Write("x.fixlog", "text")), StringComparison.Ordinal);
        Assert.Contains("no message store", await Line.RefusedAsync("fix", "store", empty), StringComparison.Ordinal);
    }

    private static string Filled(string text) => text
        .Replace("SESSION9", Session("FIX.9"), StringComparison.Ordinal)
        .Replace("SESSIONT", Session("FIXT.1.1"), StringComparison.Ordinal)
        .Replace("SESSION", Session("FIX.4.4"), StringComparison.Ordinal);

    private static string Session(string version) =>
        $$"""{ "version": "{{version}}", "sender": "A", "target": "B" }""";

    private static async Task<string> AddressAsync(Task serving, StringWriter data)
    {
        while (true)
        {
            Assert.False(serving.IsCompleted, "the acceptor ended");
            string said = data.ToString();
            if (said.Contains('}', StringComparison.Ordinal))
                return JsonDocument.Parse(said).RootElement.GetProperty("address").GetString()!;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, text);
        return path;
    }
}
