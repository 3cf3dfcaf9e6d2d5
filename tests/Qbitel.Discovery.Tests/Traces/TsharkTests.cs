using System.Diagnostics;
using System.Globalization;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces;
using Qbitel.Discovery.Traces.Packets;
using static Qbitel.Discovery.Tests.Traces.Packets;

namespace Qbitel.Discovery.Tests.Traces;

/// <summary>Captures of our own, read by another program too.</summary>
public sealed class TsharkTests
{
    [Fact]
    public async Task Tshark_reads_our_captures_as_we_do()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/tshark"),
            "tshark is not installed: install the package tshark to run this comparison");
        string folder = Directory.CreateTempSubdirectory("qbitel-capture-").FullName;
        try
        {
            string path = Path.Combine(folder, "own.pcapng");
            await using (FileStream file = File.Create(path))
            {
                PcapNgWriter writer = new(file);
                int ethernet = writer.AddInterface(LinkType.Ethernet);
                foreach ((Endpoint client, Endpoint server) in ((Endpoint, Endpoint)[])[(Client, Server),
                    (ClientV6, ServerV6)])
                {
                    TcpConversation conversation = new(writer, ethernet, client, server, Time.AddTicks(1_234_567));
                    conversation.Send(FlowDirection.ClientToServer, new byte[3_001], Time.AddSeconds(1));
                    conversation.Send(FlowDirection.ServerToClient, Bytes("answer"), Time.AddSeconds(2));
                    conversation.Close(Time.AddSeconds(3));
                    writer.WritePacket(ethernet, Time.AddSeconds(4), EthernetFrame.Udp(client, server, Bytes("odd")));
                }
            }

            string[] theirs = (await RunAsync("-r", path, "-o", "ip.check_checksum:TRUE", "-o",
                "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE",
                "-T", "fields", "-E", "separator=/s", "-e", "frame.time_epoch", "-e", "tcp.len", "-e", "udp.length",
                    "-e", "_ws.expert")).Split('\n');
            await using FileStream again = File.OpenRead(path);
            Traffic ours = await TrafficReader.ReadAsync(again,
                cancellationToken: TestContext.Current.CancellationToken);

            Assert.Equal(ours.PacketCount, theirs.Length);
            Assert.StartsWith("1795507200.123456700 ", theirs[0], StringComparison.Ordinal);
            Assert.DoesNotContain(theirs, line => line.Contains("checksum", StringComparison.OrdinalIgnoreCase));
            Assert.Equal(2 * (3_001 + 6), ours.Streams.Sum(s => s.Bytes.Length));
            Assert.Equal(2 * (3_001 + 6),
                theirs.Sum(line => line.Split(' ') is [_, var length, ..]
                && int.TryParse(length, CultureInfo.InvariantCulture, out int n) ? n : 0));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/tshark", arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await errors);
        return output.TrimEnd('\n');
    }
}
