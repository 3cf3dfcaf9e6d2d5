using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Qbitel.Commands;
using Qbitel.Demo;

namespace Qbitel.Tests.Commands;

/// <summary><c>qbitel discover</c> on files as they come: whole, cut short, changed, and no captures at all.</summary>
public sealed class DiscoverTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pcapng_is_read_to_the_same_bytes_each_time()
    {
        using TemporaryFolder folder = new();
        string file = await WriteAsync(folder, "day.pcapng", DemoTraffic.Capture());

        Shell.Result first = await Shell.QbitelAsync("discover", file, "--json", "--seed", "7", "--out", folder["out"]);
        Shell.Result again = await Shell.QbitelAsync("discover", file, "--json", "--seed", "7");
        Shell.Result people = await Shell.QbitelAsync("discover", file);

        Assert.Equal((0, "", 0, 0), (first.ExitCode, first.Notes, again.ExitCode, people.ExitCode));
        Assert.Equal(first.Data, again.Data);
        Assert.Equal(first.Data.TrimEnd(), await File.ReadAllTextAsync(folder["out/discovery.json"], Cancellation));
        using var document = JsonDocument.Parse(first.Data);
        Assert.Equal(["fix", "iso8583", "swift-mt", "unknown-1"], document.RootElement.GetProperty("protocols")
            .EnumerateArray().Select(p => p.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal(0, document.RootElement.GetProperty("unassigned").GetArrayLength());
        Assert.Contains("iso8583", people.Data, StringComparison.Ordinal);
        Assert.DoesNotContain("4111111111111111", first.Data + people.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pcap_is_read_and_no_more_messages_than_asked_for()
    {
        using TemporaryFolder folder = new();
        string file = await WriteAsync(folder, "day.pcap", Pcap(count: 6));

        using var all = JsonDocument.Parse((await Shell.QbitelAsync("discover", file, "--json")).Data);
        using var three = JsonDocument.Parse((await Shell.QbitelAsync("discover", file, "--json", "--max", "3")).Data);

        JsonElement protocol = Assert.Single(all.RootElement.GetProperty("protocols").EnumerateArray());
        Assert.Equal(("fix", 6), (protocol.GetProperty("name").GetString(),
            protocol.GetProperty("messages").GetArrayLength()));
        Assert.Equal(3, three.RootElement.GetProperty("summary").GetProperty("messages").GetInt32());
    }

    [Theory]
    [InlineData("empty", "")]
    [InlineData("text", "hello, world\n")]
    [InlineData("lines", "{\"hex\":\"00\"}\n{\"hex\":\"0\"}\n")]
    [InlineData("number", "12")]
    public async Task What_is_no_capture_answers_1_with_a_located_error(string name, string text)
    {
        using TemporaryFolder folder = new();
        string file = await WriteAsync(folder, name, Encoding.UTF8.GetBytes(text));

        Shell.Result result = await Shell.QbitelAsync("discover", file, "--json");

        Assert.Equal((1, ""), (result.ExitCode, result.Data));
        Assert.Matches($"^qbitel: {name}: .*(offset|byte|line) [0-9]+", result.Notes);
        Assert.Contains("pcap", result.Notes, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_answers_1_and_a_wrong_number_2()
    {
        Shell.Result absent = await Shell.QbitelAsync("discover", "/nowhere/at/all.pcap"),
            wrong = await Shell.QbitelAsync("discover", "day.pcap", "--max", "0");

        Assert.Equal((1, 2), (absent.ExitCode, wrong.ExitCode));
        Assert.Contains("Check the path", absent.Notes, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pcap")]
    [InlineData("pcapng")]
    public async Task However_a_capture_is_cut_or_changed_the_answer_is_a_document_or_a_located_error(string format)
    {
        using TemporaryFolder folder = new();
        byte[] whole = format == "pcap" ? Pcap(count: 6) : DemoTraffic.Capture()[..4000];
        Random random = new(format.Length); // the same files each time: what fails once fails again
        for (int i = 0; i < 120; i++)
        {
            byte[] bytes = i % 2 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            for (int changes = i % 2 == 0 ? 0 : 1 + random.Next(4); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);

            string file = await WriteAsync(folder, $"{i}", bytes);
            StringWriter data = new(), notes = new();
            ExitCode code = await CommandLine.RunAsync(["discover", file, "--json"], data, notes, Cancellation);

            if (code == ExitCode.Done)
            {
                using var document = JsonDocument.Parse(data.ToString());
                continue;
            }

            Assert.Equal((ExitCode.Refused, ""), (code, data.ToString()));
            Assert.Matches($"^qbitel: {i}: .*(offset|byte|line) [0-9]+", notes.ToString());
        }
    }

    private static async Task<string> WriteAsync(TemporaryFolder folder, string name, byte[] bytes)
    {
        await File.WriteAllBytesAsync(folder[name], bytes, Cancellation);
        return folder[name];
    }

    // Little-endian, microseconds, bare IP (link type 101): one FIX message in each UDP datagram.
    private static byte[] Pcap(int count)
    {
        using MemoryStream file = new();
        using BinaryWriter writer = new(file);
        writer.Write(0xA1B2C3D4u);
        writer.Write((ushort)2);
        writer.Write((ushort)4);
        writer.Write(0L);
        writer.Write(65_535);
        writer.Write(101);
        for (int i = 1; i <= count; i++)
        {
            string body = $"35=A|49=BANK|56=EXCH|34={i}|52=20261124-09:00:0{i}|98=0|108=30|".Replace('|', '\u0001');
            string message = $"8=FIX.4.4\u00019={body.Length}\u0001{body}";
            message += $"10={Encoding.ASCII.GetBytes(message).Sum(b => b) % 256:000}\u0001";
            byte[] packet = new byte[28 + message.Length];
            packet[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
            packet[8] = 64;
            packet[9] = 17;
            packet[12] = packet[16] = 10;
            packet[15] = 1;
            packet[19] = 2;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(20), 40_000);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(22), 9_878);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(24), (ushort)(8 + message.Length));
            Encoding.ASCII.GetBytes(message, packet.AsSpan(28));

            writer.Write(1_795_510_800 + i);
            writer.Write(0);
            writer.Write(packet.Length);
            writer.Write(packet.Length);
            writer.Write(packet);
        }

        return file.ToArray();
    }
}
