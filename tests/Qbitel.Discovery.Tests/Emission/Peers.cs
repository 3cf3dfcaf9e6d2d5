using System.Diagnostics;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces;
using Qbitel.Discovery.Traces.Packets;

namespace Qbitel.Discovery.Tests.Emission;

/// <summary>Programs of others that read what we generate.</summary>
internal static class Peers
{
    private const string Tshark = "/usr/bin/tshark";

    public static void RequireTshark() => Assert.SkipUnless(File.Exists(Tshark),
        "tshark is not installed: install the package tshark to run this comparison");

    /// <summary>What the generated dissector calls each message, and what it finds wrong with it.</summary>
    public static async Task<IReadOnlyList<(string Type, string Problem)>> DissectAsync(string lua, string protocol,
        IReadOnlyList<byte[]> messages)
    {
        string folder = Directory.CreateTempSubdirectory("qbitel-lua-").FullName;
        try
        {
            string script = Path.Combine(folder, "made.lua"), capture = Path.Combine(folder, "made.pcapng");
            await File.WriteAllTextAsync(script, lua, TestContext.Current.CancellationToken);
            await using (FileStream file = File.Create(capture))
            {
                PcapNgWriter writer = new(file);
                int ethernet = writer.AddInterface(LinkType.Ethernet);
                Endpoint client = new(System.Net.IPAddress.Parse("10.0.0.1"), 40_000),
                    server = new(System.Net.IPAddress.Parse("10.0.0.2"), 47_001);
                for (int i = 0; i < messages.Count; i++)
                {
                    writer.WritePacket(ethernet, DateTimeOffset.UnixEpoch.AddSeconds(1_790_000_000 + i),
                        EthernetFrame.Udp(client, server, messages[i]));
                }
            }

            string output = await RunAsync(Tshark, new Dictionary<string, string>(StringComparer.Ordinal), "-X",
                $"lua_script:{script}", "-r", capture, "-d", $"udp.port==47001,{protocol}", "-T", "fields", "-E",
                "separator=/t", "-e", $"{protocol}.message_type", "-e", $"{protocol}.problem");
            return [.. output.TrimEnd('\n').Split('\n').Select(line => line.Split('\t'))
                .Select(cells => (cells[0], cells.Length > 1 ? cells[1] : ""))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static async Task<string> RunAsync(string program, IReadOnlyDictionary<string, string> environment,
        params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        string said = await errors;
        Assert.True(process.ExitCode == 0 && !said.Contains("Lua", StringComparison.Ordinal), said);
        return output;
    }
}
