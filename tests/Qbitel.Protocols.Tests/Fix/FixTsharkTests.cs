using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;
using Qbitel.Protocols.Fix;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Fix;

/// <summary>What we write, taken apart by another program.</summary>
public sealed class FixTsharkTests
{
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 24, 9, 30, 0, TimeSpan.Zero));

    [Fact]
    public async Task Tshark_takes_our_messages_apart_without_complaint()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/tshark"),
            "tshark is not installed: install the package tshark to run this comparison");
        using MLDsa key = ManagedMLDsa.ImportMLDsaPrivateSeed(MLDsaAlgorithm.MLDsa44, new byte[32]);
        List<FixMessage> messages = [];
        foreach (string version in (string[])["FIX.4.2", "FIX.4.4", "FIX.5.0", "FIX.5.0SP1", "FIX.5.0SP2"])
        {
            FixBuilder builder = new(version, "BANK", "BROKER", _time);
            messages.Add(builder.CreateLogon(TimeSpan.FromSeconds(30)));
            messages.Add(builder.CreateNewOrderSingle("A1", "MSFT", '1', 100m, 10.5m));
            messages.Add(builder.CreateExecutionReport("O1", "E1", version == "FIX.4.2" ? "2" : "F", "MSFT",
                new FixExecution('1', '2', 0, 100, 10.5m)));
        }

        messages.Add(FixMessage.Parse(FixText.Frame(FixText.Order + "453=1|448=P|447=D|452=1|802=1|523=S|803=1|")));
        messages.Add(messages[^2].Sign(key));

        string path = Path.Combine(Directory.CreateTempSubdirectory("qbitel-fix-").FullName, "fix.pcap");
        try
        {
            await File.WriteAllBytesAsync(path, Capture(messages), TestContext.Current.CancellationToken);
            string[] lines = (await RunAsync("-r", path, "-d", "tcp.port==5001,fix", "-T", "fields",
                "-E", "separator=|", "-e", "fix.BeginString", "-e", "fix.MsgType", "-e", "fix.BodyLength",
                "-e", "fix.checksum_good", "-e", "fix.CheckSum",
                "-e", "fix.checksum_bad", "-e", "_ws.malformed", "-e", "_ws.expert.message")).Split('\n');
            Assert.Equal(messages.Count, lines.Length);
            for (int i = 0; i < lines.Length; i++)
            {
                string[] told = lines[i].Split('|');
                FixMessage sent = messages[i];
                Assert.Equal((sent.Version.ToString(), sent.MessageType, sent.GetField(9), sent.GetField(10)),
                    (told[0], told[1], told[2], told[4]));
                Assert.True(told[3] is "1" or "True" && told[6].Length == 0 && told[7].Length == 0, lines[i]);
            }
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    // One TCP segment a message, in IPv4 without a link layer (link type 101).
    private static byte[] Capture(IEnumerable<FixMessage> messages)
    {
        List<byte> file = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 101, 0, 0, 0];
        uint sequence = 1, second = 1;
        foreach (FixMessage message in messages)
        {
            byte[] content = message.ToBytes();
            byte[] packet = new byte[40 + content.Length];
            packet[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
            packet[8] = 64;
            packet[9] = 6;
            packet[15] = packet[19] = 1;
            packet[12] = packet[16] = 10;
            packet[19] = 2;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(20), 40_000);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(22), 5001);
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(24), sequence);
            packet[32] = 0x50;
            packet[33] = 0x18;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(34), 65_535);
            content.CopyTo(packet, 40);
            sequence += (uint)content.Length;
            byte[] header = new byte[16];
            BinaryPrimitives.WriteUInt32LittleEndian(header, second++);
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), packet.Length);
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), packet.Length);
            file.AddRange(header);
            file.AddRange(packet);
        }

        return [.. file];
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
