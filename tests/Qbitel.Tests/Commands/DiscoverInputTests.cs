using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Qbitel.Commands;
using Qbitel.Demo;
using Qbitel.Discovery;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces.Filters;
using Qbitel.Machine;
using Qbitel.Testing;

namespace Qbitel.Tests.Commands;

/// <summary>Where <c>qbitel discover</c> gets its traffic from, beside a capture as it is.</summary>
public sealed class DiscoverInputTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_lines_of_the_guide_do_what_they_say()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllBytesAsync(folder["day.pcapng"], DemoTraffic.Capture(), Cancellation);
        await File.WriteAllBytesAsync(folder["payroll.rdw"], Described(Enumerable.Range(1, 6).Select(Fix)),
            Cancellation);
        (byte[] monday, byte[] tuesday) = Rotated(DemoTraffic.Capture());
        await File.WriteAllBytesAsync(folder["monday.pcapng"], monday, Cancellation);
        await File.WriteAllBytesAsync(folder["tuesday.pcapng"], tuesday, Cancellation);
        string guide = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs", "guides", "discover.md"), Cancellation);
        string[] lines = [.. guide.Split("```sh\n").Skip(1).SelectMany(block => block.Split("\n```")[0].Split('\n'))];
        Assert.Equal(12, lines.Length);
        foreach (string line in lines)
        {
            string[] parts = line.Split("# exit ");
            Shell.Result result = await Shell.RunAsync("/usr/bin/env", ["bash", "-uc", parts[0]],
                [new("PATH", $"{Path.GetDirectoryName(Shell.Program)}:/usr/bin:/bin")], folder.Path);
            Assert.True(result.ExitCode == (parts.Length > 1 ? 1 : 0),
                $"'{line}' answered {result.ExitCode}: {result.Notes}");
        }
    }

    [Fact]
    public async Task Records_and_lines_of_digits_are_read()
    {
        using TemporaryFolder folder = new();
        byte[][] messages = [.. Enumerable.Range(1, 6).Select(Fix)];
        await File.WriteAllBytesAsync(folder["rdw"], Described(messages), Cancellation);
        await File.WriteAllLinesAsync(folder["hex"], messages.Select(Convert.ToHexString), Cancellation);

        foreach (string[] line in (string[][])[["discover", folder["rdw"], "--records", "rdw"],
            ["discover", folder["rdw"], "--input", "raw"], ["discover", folder["hex"]],
            ["discover", folder["hex"], "--input", "hex"]])
        {
            (ExitCode code, string data, string notes) = await RunAsync([.. line, "--json"]);
            Assert.Equal((ExitCode.Done, ""), (code, notes));
            Assert.Equal(["fix 6"], Protocols(data));
        }

        (ExitCode refused, _, string error) = await RunAsync("discover", folder["rdw"], "--records", "lrecl=7");
        Assert.Equal(ExitCode.Refused, refused);
        Assert.Matches("^qbitel: rdw: offset [0-9]+: expected a record of 7 bytes", error);
    }

    [Fact]
    public async Task A_state_reads_on_and_parts_merge_to_the_same_bytes()
    {
        using TemporaryFolder folder = new();
        byte[] capture = DemoTraffic.Capture();
        await File.WriteAllBytesAsync(folder["day.pcapng"], capture[..(capture.Length / 2)], Cancellation);
        Assert.Equal(ExitCode.Done,
            (await RunAsync("discover", folder["day.pcapng"], "--state", folder["day.state"])).Code);
        await File.WriteAllBytesAsync(folder["day.pcapng"], capture, Cancellation);

        string grown = (await RunAsync("discover", folder["day.pcapng"], "--state", folder["day.state"], "--json"))
            .Data;
        string whole = (await RunAsync("discover", folder["day.pcapng"], "--state", folder["new.state"], "--json"))
            .Data;
        for (int i = 1; i <= 2; i++)
        {
            (ExitCode code, string data, string notes) =
                await RunAsync("discover", folder["day.pcapng"], "--part", $"{i}/2",
                "--state", folder[$"{i}.state"]);
            Assert.Equal((ExitCode.Done, ""), (code, data));
            Assert.Contains($"Part {i}/2", notes, StringComparison.Ordinal);
        }

        string merged = (await RunAsync("discover", "merge", folder["2.state"], folder["1.state"], "--json")).Data;

        Assert.Equal(whole, grown);
        Assert.Equal(whole, merged);
        Assert.Equal(["fix", "iso8583", "swift-mt", "unknown-1"],
            Protocols(whole).Select(p => p.Split(' ')[0]).Order(StringComparer.Ordinal));
        string people = (await RunAsync("discover", "merge", folder["1.state"], folder["2.state"])).Data;
        Assert.Contains("Counted in", people, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotated_files_are_one_capture_with_a_state_and_in_parts()
    {
        using TemporaryFolder folder = new();
        byte[] capture = DemoTraffic.Capture();
        (byte[] before, byte[] after) = Rotated(capture);
        string day = folder["day.pcapng"], first = folder["z.pcapng"], second = folder["a.pcapng"];
        await File.WriteAllBytesAsync(day, capture, Cancellation);
        await File.WriteAllBytesAsync(first, before, Cancellation);
        await File.WriteAllBytesAsync(second, after, Cancellation);
        async Task<string> JsonAsync(params string[] line)
        {
            (ExitCode code, string data, string notes) = await RunAsync(["discover", .. line, "--json"]);
            Assert.True(code == ExitCode.Done, notes);
            return data;
        }

        Assert.Equal(await JsonAsync(day), await JsonAsync(second, first));
        string whole = await JsonAsync(day, "--state", folder["day.state"]);
        await JsonAsync(first, "--state", folder["set.state"]);
        Assert.Equal(whole, await JsonAsync(first, second, "--state", folder["set.state"]));
        foreach (string part in (string[])["1", "2"])
            await JsonAsync(second, first, "--part", $"{part}/2", "--state", folder[$"{part}.state"]);
        Assert.Equal(whole, await JsonAsync("merge", folder["1.state"], folder["2.state"]));

        await File.WriteAllTextAsync(folder["x.jsonl"], "{}", Cancellation);
        (ExitCode code, _, string notes) = await RunAsync("discover", first, folder["x.jsonl"]);
        Assert.Equal(ExitCode.Refused, code);
        Assert.StartsWith("qbitel: x.jsonl: offset 0: expected a pcap or pcapng file", notes, StringComparison.Ordinal);
        (code, _, notes) = await RunAsync("discover", first, "--state", folder["set.state"]);
        Assert.Equal(ExitCode.Refused, code);
        Assert.Contains("the file read last", notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_readers_at_once_give_the_document_of_one()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllBytesAsync(folder["day.pcapng"], DemoTraffic.Capture(), Cancellation);
        List<string> documents = [];
        foreach (int count in (int[])[1, 3])
        {
            CaptureSet set = await CaptureSet.OrderAsync(
                [new CaptureFile("day.pcapng", () => File.OpenRead(folder["day.pcapng"]))],
                cancellationToken: Cancellation);
            documents.Add(DiscoverCommand.Json(
                await DiscoverSurveys.ReadAsync(set, count, new DiscoveryConfig(), null, Cancellation)));
        }

        Assert.Equal(documents[0], documents[1]);
    }

    [Fact]
    public async Task What_does_not_fit_together_is_refused()
    {
        using TemporaryFolder folder = new();
        byte[] capture = DemoTraffic.Capture();
        string file = folder["day.pcapng"], state = folder["1.state"];
        await File.WriteAllBytesAsync(file, capture, Cancellation);
        Assert.Equal(ExitCode.Done, (await RunAsync("discover", file, "--part", "1/2", "--state", state)).Code);

        Assert.Equal(ExitCode.Refused, (await RunAsync("discover", "merge", state)).Code);
        Assert.Equal(ExitCode.Refused, (await RunAsync("discover", "merge", file)).Code);
        Assert.Equal(ExitCode.Refused, (await RunAsync("discover", file, "--part", "2/2", "--state", state)).Code);
        await File.WriteAllBytesAsync(file, capture[..^100], Cancellation);
        (ExitCode code, _, string notes) = await RunAsync("discover", file, "--part", "1/2", "--state", state);
        Assert.Equal(ExitCode.Refused, code);
        Assert.Contains("name another state", notes, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("discover")]
    [InlineData("discover day.pcap --live lo")]
    [InlineData("discover day.pcap --filter tcp")]
    [InlineData("discover day.pcap --part 1/2")]
    [InlineData("discover day.pcap --part 3/2 --state s")]
    [InlineData("discover day.pcap --input csv")]
    [InlineData("discover day.pcap --records csv")]
    [InlineData("discover day.pcap --input pcap --records rdw")]
    [InlineData("discover day.pcap --input raw --state s")]
    [InlineData("discover --live lo --state s")]
    [InlineData("discover --live lo --for 1")]
    [InlineData("discover --live lo --filter host")]
    [InlineData("discover --live lo --session s")]
    [InlineData("discover day.pcap day.pcap")]
    [InlineData("discover day.pcap night.pcap --input raw")]
    [InlineData("discover day.pcap night.pcap --session s")]
    public async Task A_line_that_means_nothing_is_misused(string line) =>
        Assert.Equal(ExitCode.Misused, (await RunAsync(line.Split(' '))).Code);

    [Fact]
    public async Task An_interface_that_is_not_there_is_refused()
    {
        (ExitCode code, _, string notes) = await RunAsync("discover", "--live", "nowhere9", "--for", "1s");
        Assert.Equal(ExitCode.Refused, code);
        Assert.Contains("nowhere9", notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Traffic_on_the_loopback_is_heard_once_and_filtered()
    {
        using TcpListener server = new(IPAddress.Loopback, 0), other = new(IPAddress.Loopback, 0);
        server.Start();
        other.Start();
        string port = ((IPEndPoint)server.LocalEndpoint)
            .Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        // A conversation of 12 messages has 3 packets to open, 24 of data and acknowledgement, and up to 4 to close.
        Task<(ExitCode Code, string Data, string Notes)> listening = Task.Run(() => RunAsync("discover", "--live", "lo",
            "--filter", $"tcp port {port} and host 127.0.0.1", "--packets", "120", "--for", "60s", "--json"),
            Cancellation);

        while (!listening.IsCompleted)
        {
            await TalkAsync(server);
            await TalkAsync(other);
        }

        (ExitCode code, string data, string notes) = await listening;
        Assert.SkipWhen(notes.Contains("CAP_NET_RAW", StringComparison.Ordinal),
            "SKIPPED: no CAP_NET_RAW, packets may not be heard");
        Assert.True(code == ExitCode.Done, notes);
        using var document = JsonDocument.Parse(data);
        JsonElement summary = document.RootElement.GetProperty("summary");
        Assert.Equal(("live", 120), (summary.GetProperty("source").GetString(),
            summary.GetProperty("packets").GetInt32()));
        Assert.StartsWith("fix ", Assert.Single(Protocols(data)), StringComparison.Ordinal);
        Assert.Empty(summary.GetProperty("warningCounts").EnumerateObject());
        Assert.All(document.RootElement.GetProperty("protocols")[0].GetProperty("flows").EnumerateArray(),
            flow => Assert.Contains($":{port}", flow.GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_kernel_drops_what_a_filter_does_not_want()
    {
        using Socket wanted = Hearing(), other = Hearing(),
            says = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        int port = ((IPEndPoint)wanted.LocalEndPoint!).Port;
        using PacketSocket? socket = Open($"udp dst port {port}");
        Assert.SkipWhen(socket is null, "SKIPPED: no CAP_NET_RAW, packets may not be heard");
        for (int i = 0; i < 300; i++)
        {
            Socket hears = i % 3 == 0 ? wanted : other;
            await says.SendToAsync(new byte[] { (byte)(i % 7), 1, 2 }, hears.LocalEndPoint!, Cancellation);
        }

        int heard = 0;
        while (socket.TryReceive(TimeSpan.FromMilliseconds(500)))
        {
            ReadOnlySpan<byte> packet = socket.Current.Data.Span;
            Assert.Equal((port, (byte)(heard * 3 % 7)), ((packet[36] << 8) + packet[37], packet[42])); // in order
            Assert.Equal((long)packet.Length, socket.Current.OriginalLength);
            heard++;
        }

        Assert.True(socket.IsFilteredByKernel);
        Assert.Equal((100, (100L, 0L)), (heard, socket.Count()));
        socket.Dispose();
        Assert.Throws<ObjectDisposedException>(() => socket.TryReceive(TimeSpan.Zero));
    }

    [Fact]
    public async Task A_filter_too_long_for_the_kernel_is_said_and_works()
    {
        using Socket wanted = Hearing();
        using PacketSocket? socket = Open("udp");
        Assert.SkipWhen(socket is null, "SKIPPED: no CAP_NET_RAW, packets may not be heard");
        string hosts = string.Join(" or ", Enumerable.Range(1, 300).Select(i => $"host 2001:db8::{i:x}"));
        (ExitCode code, string data, string notes) =
            await RunAsync("discover", "--live", "lo", "--filter", hosts, "--for", "1s", "--json");
        Assert.True(code == ExitCode.Done, notes);
        Assert.Contains("The kernel does not take a filter as long as this one", notes, StringComparison.Ordinal);
        Assert.Contains("\"packets\": 0,", data, StringComparison.Ordinal);
    }

    private static PacketSocket? Open(string filter)
    {
        try
        {
            return new PacketSocket("lo", PacketFilter.Parse(filter));
        }
        catch (RefusedException error) when (error.Message.Contains("CAP_NET_RAW", StringComparison.Ordinal))
        {
            return null;
        }
    }

    private static Socket Hearing()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static async Task TalkAsync(TcpListener server)
    {
        using TcpClient client = new() { NoDelay = true };
        Task<TcpClient> accepting = server.AcceptTcpClientAsync(Cancellation).AsTask();
        await client.ConnectAsync((IPEndPoint)server.LocalEndpoint, Cancellation);
        using TcpClient accepted = await accepting;
        byte[] buffer = new byte[4_096];
        for (int i = 1; i <= 12; i++)
        {
            (NetworkStream from, NetworkStream to) = i % 2 == 1 ? (client.GetStream(), accepted.GetStream())
                : (accepted.GetStream(), client.GetStream());
            byte[] message = Fix(i);
            await from.WriteAsync(message, Cancellation);
            await to.ReadExactlyAsync(buffer.AsMemory(0, message.Length), Cancellation);
        }
    }

    // Between two blocks, of which the first two are the header.
    private static (byte[], byte[]) Rotated(byte[] capture)
    {
        List<int> ends = [0];
        while (ends[^1] < capture.Length) ends.Add(ends[^1] + BitConverter.ToInt32(capture, ends[^1] + 4));
        int middle = ends[ends.Count / 2];
        return (capture[..middle], [.. capture[..ends[2]], .. capture[middle..]]);
    }

    private static string[] Protocols(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.GetProperty("protocols").EnumerateArray()
            .Select(p => $"{p.GetProperty("name").GetString()} {p.GetProperty("messageCount").GetInt32()}")];
    }

    private static byte[] Described(IEnumerable<byte[]> records) => [.. records.SelectMany(r => (byte[])
        [(byte)((r.Length + 4) >> 8), (byte)((r.Length + 4) & 0xFF), 0, 0, .. r])];

    private static byte[] Fix(int number)
    {
        string body = $"35=A|49=BANK|56=EXCH|34={number}|52=20261124-09:00:{number:00}|98=0|108=30|".Replace(
            '|', '\u0001');
        string message = $"8=FIX.4.4\u00019={body.Length}\u0001{body}";
        return Encoding.ASCII.GetBytes($"{message}10={Encoding.ASCII.GetBytes(message).Sum(b => b) % 256:000}\u0001");
    }

    private static async Task<(ExitCode Code, string Data, string Notes)> RunAsync(params string[] line)
    {
        StringWriter data = new(), notes = new();
        ExitCode code = await CommandLine.RunAsync(line, data, notes, Cancellation);
        return (code, data.ToString(), notes.ToString());
    }
}
