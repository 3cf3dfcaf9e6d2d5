using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Qbitel.Demo;
using Qbitel.Protocols.Fix;
using Qbitel.Testing;
using Qbitel.Tests.Commands;

namespace Qbitel.Tests.Messages;

/// <summary>An archive that is larger than memory, read by the program as people start it.</summary>
public sealed class ArchiveSoakTests(ITestOutputHelper output)
{
    private const long MostMemory = 300 << 20;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact, Trait("Soak", "parse-summary")]
    public async Task Memory_does_not_grow_with_the_archive()
    {
        // One file under many names: read as often, on the disk once.
        int files = Soak.Times(gate: 4, soak: 54), sets = Soak.Times(gate: 200, soak: 25_000);
        using TemporaryFolder folder = new();
        (long size, long messages) = await WriteAsync(folder["0.log"], sets);
        for (int i = 1; i < files; i++) File.CreateSymbolicLink(folder[$"{i}.link"], folder["0.log"]);
        string[] names = [folder["0.log"], .. Enumerable.Range(1, files - 1).Select(i => folder[$"{i}.link"])];

        ProcessStartInfo start = new(Shell.Program, ["parse", .. names, "--summary", "--json"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string> data = process.StandardOutput.ReadToEndAsync(Cancellation),
            notes = process.StandardError.ReadToEndAsync(Cancellation);
        long most = 0;
        using PeriodicTimer often = new(TimeSpan.FromMilliseconds(100));
        while (!process.HasExited && await often.WaitForNextTickAsync(Cancellation))
        {
            process.Refresh();
            try
            {
                most = Math.Max(most, process.WorkingSet64);
            }
            catch (InvalidOperationException)
            {
                break; // it has ended meanwhile
            }
        }

        await process.WaitForExitAsync(Cancellation);
        decimal seconds = (decimal)Stopwatch.GetElapsedTime(began).TotalSeconds;
        using JsonDocument document = JsonDocument.Parse(await data);
        int lines = (await notes).Split('\n').Length - 1;
        JsonElement root = document.RootElement;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{files * size / 1_000_000_000m:0.000} GB in {files} files, {files * messages} messages: {seconds:0.0} s, "
            + $"{files * size / 1_000_000 / seconds:0.0} MB/s, {most >> 20} MiB of memory at most; "
            + $"{lines} lines of progress"));

        Assert.Equal(0, process.ExitCode);
        Assert.Equal((files * size, files * messages, 0L), (root.GetProperty("bytes").GetInt64(),
            root.GetProperty("messages").GetInt64(), root.GetProperty("invalid").GetInt64()));
        Assert.Equal(["fix", "iso20022", "iso8583", "swift-mt"], root.GetProperty("protocols").EnumerateArray()
            .Select(each => each.GetProperty("protocol").GetString()).Order(StringComparer.Ordinal));
        Assert.InRange(most, 1, MostMemory);
    }

    // FIX, FIN, ISO 20022 and framed ISO 8583, one after the other, again and again.
    private static async Task<(long Size, long Messages)> WriteAsync(string path, int sets)
    {
        FixBuilder session = new("FIX.4.4", "BANK", "EXCH", new Noon());
        byte[] card = DemoMessages.Iso8583(1, response: false);
        byte[] framed = [(byte)(card.Length >> 8), (byte)card.Length, .. card];
        byte[][] set = [.. Enumerable.Range(1, 30).Select(number => DemoMessages.FixOrder(session, number)),
            DemoMessages.Mt103(), "\r\n"u8.ToArray(), DemoMessages.Mt103(), "\r\n"u8.ToArray(), DemoMessages.Pacs008(),
            "\n"u8.ToArray(), .. Enumerable.Repeat(framed, 6)];
        await using FileStream file = File.Create(path);
        for (int i = 0; i < sets; i++) foreach (byte[] part in set) await file.WriteAsync(part, Cancellation);
        return (file.Length, 39L * sets);
    }

    private sealed class Noon : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    }
}
