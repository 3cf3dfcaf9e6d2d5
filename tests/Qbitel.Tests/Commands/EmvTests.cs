using System.Text.Json;
using Qbitel.Testing;

namespace Qbitel.Tests.Commands;

public sealed class EmvTests
{
    private const string Record = "70185A0847617390010100105F340101950580000080009C0100";

    [Fact]
    public async Task Data_objects_are_told_as_a_tree()
    {
        string text = await Line.DoneAsync("emv", "decode", Record);

        Assert.Contains("""
            70 record: 24 bytes
            ├─ 5A card number (PAN): 476173******0010
            ├─ 5F34 card sequence number: 01
            ├─ 95 terminal verification results (TVR): 8000008000
            │     byte 1, bit 8: no offline data authentication was made
            │     byte 4, bit 8: the floor limit is exceeded
            └─ 9C type of the transaction: 00
                  purchase
            """, text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("4761739001010010", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_documents_picture_is_what_is_printed()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "formats", "emv.md"),
            TestContext.Current.CancellationToken);
        string[] lines = page.Split('\n');
        string data = lines.First(line
            => line.StartsWith("    qbitel emv decode", StringComparison.Ordinal)).Split(' ')[^1];

        string printed = await Line.DoneAsync("emv", "decode", data);

        Assert.Contains($"```text\n{printed.ReplaceLineEndings("\n")}```", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trace_in_a_file_is_told_command_by_command_also_for_programs_and_as_a_page()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["trace.txt"],
            $"C-APDU: 00B2010C00\nR-APDU: {Record}9000\n", TestContext.Current.CancellationToken);

        Assert.Contains("C-APDU READ RECORD: 00 B2 01 0C, up to 256 back",
            await Line.DoneAsync("emv", "decode", folder["trace.txt"]), StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(
            await Line.DoneAsync("emv", "decode", folder["trace.txt"], "--json", "--html", folder["page.html"]));
        Assert.Equal("emv-apdu", document.RootElement.GetProperty("kind").GetString());
        JsonElement record = document.RootElement.GetProperty("objects")[1].GetProperty("objects")[0];
        Assert.Equal("476173******0010", record.GetProperty("objects")[0].GetProperty("value").GetString());
        string page = await File.ReadAllTextAsync(folder["page.html"], TestContext.Current.CancellationToken);
        Assert.Contains("terminal verification results", page, StringComparison.Ordinal);
        Assert.DoesNotContain("4761739001010010", page, StringComparison.Ordinal);
        await Line.RefusedAsync("emv", "decode", folder["trace.txt"], "--html", folder["page.html"]);
        await Line.DoneAsync("parse", folder["trace.txt"], "--explain");
    }

    [Fact]
    public async Task One_value_is_told_by_its_tag()
    {
        Assert.Contains("go online (ARQC)", await Line.DoneAsync("emv", "decode", "--tag", "9F27", "80"),
            StringComparison.Ordinal);
        Assert.Contains("a phone",
            await Line.DoneAsync("emv", "decode", "--tag", "9F6E", "--scheme", "Visa", "23000000"),
            StringComparison.Ordinal);
        Assert.Contains("Emv.ValueLength", (await Line.RunAsync("emv", "decode", "--tag", "95", "80")).Data,
            StringComparison.Ordinal);
        Assert.Contains("is no tag", await Line.MisusedAsync("emv", "decode", "--tag", "XY", "80"),
            StringComparison.Ordinal);
        Assert.Contains("no such file", await Line.MisusedAsync("emv", "decode", "missing.txt"),
            StringComparison.Ordinal);
        Assert.Contains("not of one value",
            await Line.MisusedAsync("emv", "decode", "--tag", "95", "8000008000", "--html", "x"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused_with_its_place()
    {
        Shell.Result result = await Line.RunAsync("emv", "decode", "9F2608AABB");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Emv.Incomplete at offset 0", result.Data, StringComparison.Ordinal);
    }
}
