using System.Text;
using System.Text.Json;
using Qbitel.Demo;

namespace Qbitel.Tests.Commands;

public sealed class RedactTests
{
    private static readonly string[] Secrets =
        ["370400440532013000", "60161331926819", "MANUFACTURING", "Manufacturing", "HAFENSTRASSE", "4111111111111111"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_of_a_folder_are_covered_under_their_own_names_and_still_read()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["in/sub"]);
        await File.WriteAllBytesAsync(folder["in/pay.mt"], DemoMessages.Mt103(), Cancellation);
        await File.WriteAllBytesAsync(folder["in/sub/pacs.xml"], DemoMessages.Pacs008(), Cancellation);

        using JsonDocument document = JsonDocument.Parse(
            await Line.DoneAsync("redact", folder["in"], "--into", folder["out"], "--json"));

        Assert.Equal(2, document.RootElement.GetProperty("files").GetArrayLength());
        foreach (string name in (string[])["pay.mt", "sub/pacs.xml"])
        {
            byte[] before = await File.ReadAllBytesAsync(folder["in/" + name], Cancellation),
                after = await File.ReadAllBytesAsync(folder["out/" + name], Cancellation);
            Assert.Equal(before.Length, after.Length);
            Assert.NotEqual(before, after);
            string text = Encoding.UTF8.GetString(after);
            Assert.All(Secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        }

        await Line.DoneAsync("parse", folder["out"]);
    }

    [Fact]
    public async Task A_file_that_is_there_is_not_replaced_and_several_need_a_folder()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllBytesAsync(folder["pay.mt"], DemoMessages.Mt103(), Cancellation);

        await Line.RefusedAsync("redact", folder["pay.mt"], "-o", folder["pay.mt"]);
        Assert.Contains("--into DIR", await Line.MisusedAsync("redact", folder.Path), StringComparison.Ordinal);
        Assert.Contains("give one", await Line.MisusedAsync("redact", folder["pay.mt"], "-o", "a", "--into", "b"),
            StringComparison.Ordinal);
        Assert.Equal(DemoMessages.Mt103(), await File.ReadAllBytesAsync(folder["pay.mt"], Cancellation));
    }

    [Fact]
    public async Task What_reads_as_no_message_is_covered_whole_and_said()
    {
        using TemporaryFolder folder = new();
        byte[] log = [.. DemoMessages.Mt103(), .. "\ncall Mrs Roe at 555-0199\n"u8, .. DemoMessages.Mt103()];
        await File.WriteAllBytesAsync(folder["log"], log, Cancellation);

        Shell.Result result = await Line.RunAsync("redact", folder["log"], "-o", folder["out"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("covered whole", result.Notes, StringComparison.Ordinal);
        string text = await File.ReadAllTextAsync(folder["out"], Cancellation);
        Assert.Contains("xxxx Xxx Xxx xx 000-0000", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standard_output_gets_the_bytes_alone()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllBytesAsync(folder["card"], DemoMessages.Iso8583(1, response: false), Cancellation);

        Shell.Result result = await Shell.QbitelAsync("redact", folder["card"]);

        Assert.Equal((0, DemoMessages.Iso8583(1, response: false).Length), (result.ExitCode, result.Data.Length));
        Assert.DoesNotContain(Secrets[^1], result.Data, StringComparison.Ordinal);
    }
}
