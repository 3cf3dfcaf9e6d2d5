using System.Diagnostics;
using System.Globalization;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces;
using Qbitel.Protocols.Iso8583;
using static Qbitel.Discovery.Tests.Traces.Packets;

namespace Qbitel.Discovery.Tests.Traces;

/// <summary>Card messages that we write, read by another program too.</summary>
public sealed class Iso8583TsharkTests
{
    // Tshark counts packed tracks in bytes and takes currencies for letters, so fields 35 and 49 are compared in ASCII
    // alone.
    private static readonly int[] Numbers =
        [2, 3, 4, 7, 11, 12, 13, 14, 18, 22, 25, 32, 35, 37, 38, 39, 41, 42, 48, 49, 52, 63, 64, 70, 90, 102, 128];

    [Theory]
    [InlineData("1987-ascii", Iso8583Bitmap.Hex, "Digits represented as ASCII Characters",
        "Bin data represented as Hex Ascii characters")]
    [InlineData("1987-bcd", Iso8583Bitmap.Binary, "Digits represented in nibbles", "Bin data not encoded")]
    public async Task Tshark_reads_every_field_as_we_do(string table, Iso8583Bitmap bitmap, string digits, string bytes)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/tshark"),
            "tshark is not installed: install the package tshark to run this comparison");
        var profile = Iso8583Profile.Shipped(table);
        Iso8583Encoding encoding = profile.Encoding with { Header = Iso8583Header.TwoByteLength, Bitmap = bitmap };
        Iso8583Message[] messages = [.. Enumerable.Range(1, 20).Select(i => Message(i, profile, encoding))];
        string folder = Directory.CreateTempSubdirectory("qbitel-iso8583-").FullName;
        try
        {
            string path = Path.Combine(folder, "cards.pcapng");
            await using (FileStream file = File.Create(path))
            {
                PcapNgWriter writer = new(file);
                TcpConversation conversation = new(writer, writer.AddInterface(LinkType.Ethernet), Client,
                    Server, Time);
                for (int i = 0; i < messages.Length; i++)
                    conversation.Send(FlowDirection.ClientToServer, messages[i].ToBytes(), Time.AddSeconds(i + 1));
                conversation.Close(Time.AddMinutes(1));
            }

            string port = string.Create(CultureInfo.InvariantCulture, $"tcp.port=={Server.Port},iso8583");
            string[] preferences = ["-r", path, "-d", port, "-o", "iso8583.len_endian:Big endian", "-o",
                $"iso8583.charset:{digits}", "-o", $"iso8583.binencode:{bytes}"];
            Assert.Equal("", await RunAsync([.. preferences, "-Y", "_ws.malformed"]));
            string[] rows = (await RunAsync([.. preferences, "-Y", "iso8583", "-T", "fields", "-E", "separator=|", "-e",
                "iso8583.mti", .. Numbers.SelectMany(number => (string[])["-e", $"iso8583.bit{number}"])])).Split('\n');
            Assert.Equal(messages.Select(Row), rows.Select(Row));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Row(Iso8583Message message) => string.Join('|', [message.Mti.ToString(),
        .. Numbers.Select(number => message[number] ?? "")]).ToUpperInvariant();

    // Tshark 4.0 prints a stray character after bytes that are not encoded.
    private static string Row(string row) => string.Join('|', row.ToUpperInvariant().Split('|').Select((value, i) =>
        i > 0 && Numbers[i - 1] is 52 or 64 or 128 && value.Length > 16 ? value[..16] : value));

    private static Iso8583Message Message(int i, Iso8583Profile profile, Iso8583Encoding encoding)
    {
        string text = i.ToString("D6", CultureInfo.InvariantCulture);
        Assert.True(Mti.TryParse(i % 2 == 0 ? "0100" : "0420", out Mti mti));
        Iso8583Builder builder = new Iso8583Builder(mti, profile, encoding).Set(2, i % 3 == 0 ? "376100000000004"
            : "4761739001010119").Set(3, "000000").Set(4, text).Set(7, "1124093000").Set(11, text).Set(12, "093000")
            .Set(13, "1124").Set(18, "5411").Set(22, "051").Set(25, "00").Set(32, "123456"[..(1 + (i % 6))])
            .Set(37, "632809" + text).Set(41, "TERM0001").Set(42, "MERCHANT 000001");
        if (encoding.Bitmap == Iso8583Bitmap.Hex) builder.Set(49, "978");
        if (i % 4 == 0) builder.Set(52, "0123456789ABCDEF").Set(64, "FEDCBA9876543210");
        if (i % 4 == 1) builder.Set(70, "301").Set(102, "DE15288040723862551184").Set(128, "0123456789ABCDEF");
        if (i % 5 == 0) builder.Set(48, "ADDITIONAL").Set(63, new string('X', 3 * i));
        if (i % 5 == 1 && encoding.Bitmap == Iso8583Bitmap.Hex) builder.Set(35, "4761739001010119=2812201" + text);
        return builder.Build();
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
