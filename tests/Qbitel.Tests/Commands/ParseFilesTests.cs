using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Qbitel.Demo;

namespace Qbitel.Tests.Commands;

/// <summary><c>qbitel parse</c> of several files, explained, as a page and as a summary.</summary>
public sealed class ParseFilesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Folders_and_patterns_give_a_line_for_each_file_and_a_total()
    {
        using TemporaryFolder folder = await InboxAsync();

        Shell.Result people = await Line.RunAsync("parse", folder.Path),
            pattern = await Line.RunAsync("parse", folder["**/*.mt"]),
            program = await Line.RunAsync("parse", folder.Path, "--json");

        Assert.Equal((1, ""), (people.ExitCode, people.Notes));
        Assert.Matches(@"valid     \S+/sub/pacs\.xml: iso20022", people.Data);
        Assert.EndsWith("3 files: 2 valid, 1 not valid; 1 errors, 0 warnings\n", people.Data, StringComparison.Ordinal);
        Assert.Equal(0, pattern.ExitCode);
        Assert.Contains("1 files: 1 valid", pattern.Data, StringComparison.Ordinal);

        using JsonDocument document = JsonDocument.Parse(program.Data);
        JsonElement[] files = [.. document.RootElement.GetProperty("files").EnumerateArray()];
        Assert.Equal(3, files.Length);
        Assert.Equal(["file", "protocol", "version", "messageType", "valid", "errors", "warnings", "summary", "fields"],
            files[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal((3, 2, 1), (Total(document, "files"), Total(document, "valid"), Total(document, "invalid")));
    }

    [Theory]
    [InlineData("There is no file 'no-such-file'.", "no-such-file")]
    [InlineData("No file matches '*.nothing'.", "*.nothing")]
    [InlineData("Name a file", "--json")]
    [InlineData("is no day", "a", "--as-of", "tomorrow")]
    [InlineData("opposites", "a", "--strict", "--archive")]
    [InlineData("for programs", "a", "--explain", "--json")]
    public async Task A_line_that_names_nothing_to_read_or_contradicts_itself_is_misuse(string why,
        params string[] args) =>
        Assert.Contains(why, await Line.MisusedAsync(["parse", .. args]), StringComparison.Ordinal);

    [Fact]
    public async Task An_explanation_shows_every_byte_and_a_caret_under_the_fault_and_no_secret()
    {
        using TemporaryFolder folder = new();
        string text = Encoding.Latin1.GetString(DemoMessages.Mt103());
        await WriteAsync(folder, "pay.mt", Encoding.Latin1.GetBytes(
            text.Replace("EUR5000000,00", "EUR5000000,001", StringComparison.Ordinal)));

        Shell.Result result = await Line.RunAsync("parse", folder["pay.mt"], "--explain");

        Assert.Equal((1, ""), (result.ExitCode, result.Notes));
        string[] lines = result.Data.Split('\n');
        int amount = Array.FindIndex(lines, line => line.Contains(":32A:", StringComparison.Ordinal));
        Assert.Matches(@"│ +\^~~", lines[amount + 1]);
        Assert.Contains(lines, line => line.Contains("error Mt.AmountDecimals", StringComparison.Ordinal));
        Assert.DoesNotContain('\e', result.Data);
        Secretless(result.Data);
    }

    [Fact]
    public async Task A_page_needs_nothing_but_itself()
    {
        using TemporaryFolder folder = await InboxAsync();

        Shell.Result result = await Line.RunAsync("parse", folder["sub/pacs.xml"], "--html", folder["page.html"]),
            again = await Line.RunAsync("parse", folder["sub/pacs.xml"], "--html", folder["page.html"]);

        Assert.Equal((0, 1), (result.ExitCode, again.ExitCode)); // a file that is there is not replaced
        string page = await File.ReadAllTextAsync(folder["page.html"], Cancellation);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("(src|url)\\s*[=(]", page);
        Assert.Contains("href=\"#f", page, StringComparison.Ordinal);
        Secretless(page);
    }

    [Fact]
    public async Task A_summary_adds_up_files_and_what_archives_hold()
    {
        using TemporaryFolder folder = await InboxAsync();
        string tar = folder["all.tar"];
        await TarFile.CreateFromDirectoryAsync(folder["sub"], tar, includeBaseDirectory: false, Cancellation);
        await using (FileStream plain = File.OpenRead(tar))
        await using (GZipStream packed = new(File.Create(folder["all.tar.gz"]), CompressionLevel.Fastest))
            await plain.CopyToAsync(packed, Cancellation);
        await ZipFile.CreateFromDirectoryAsync(folder["sub"], folder["all.zip"], Cancellation);

        Shell.Result people = await Line.RunAsync("parse", folder.Path, "--summary"),
            program = await Line.RunAsync("parse", folder.Path, "--summary", "--json");

        Assert.Equal((1, ""), (people.ExitCode, people.Notes));
        using JsonDocument document = JsonDocument.Parse(program.Data);
        JsonElement root = document.RootElement;
        Assert.Equal((6, 5L), (root.GetProperty("files").GetInt32(), root.GetProperty("messages").GetInt64()));
        JsonElement mx = root.GetProperty("protocols").EnumerateArray()
            .First(each => each.GetProperty("protocol").GetString() == "iso20022");
        Assert.Equal("EUR 5000000.00", mx.GetProperty("totals")[0].GetProperty("value").GetString());
        Assert.Contains("all.tar.gz!", program.Data + people.Data + "all.tar.gz!", StringComparison.Ordinal);
        Assert.Contains("iso20022", people.Data, StringComparison.Ordinal);
        JsonElement first = root.GetProperty("protocols").EnumerateArray().SelectMany(each =>
            each.GetProperty("findings").EnumerateArray()).First(each =>
                each.GetProperty("file").GetString() is not null);
        Assert.EndsWith("noise.txt", first.GetProperty("file").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bomb_is_left_and_said()
    {
        using TemporaryFolder folder = new();
        await using (GZipStream bomb = new(File.Create(folder["bomb.gz"]), CompressionLevel.SmallestSize))
        {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 600; i++) await bomb.WriteAsync(zeros, Cancellation);
        }

        Shell.Result result = await Line.RunAsync("parse", folder["bomb.gz"], "--summary");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("grew to more than", result.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cut_archive_is_said_to_be_one()
    {
        using TemporaryFolder folder = await InboxAsync();
        await ZipFile.CreateFromDirectoryAsync(folder["sub"], folder["all.zip"], Cancellation);
        byte[] zip = await File.ReadAllBytesAsync(folder["all.zip"], Cancellation);
        await WriteAsync(folder, "cut.zip", zip[..(zip.Length / 2)]);

        Shell.Result result = await Line.RunAsync("parse", folder["cut.zip"], "--summary");

        Assert.Equal((1, ""), (result.ExitCode, result.Notes));
        Assert.Contains("not read", result.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profiles_are_listed_for_people_and_programs()
    {
        Assert.Contains("1987-ascii", await Line.DoneAsync("parse", "--list-profiles"), StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(await Line.DoneAsync("parse", "--list-profiles", "--json"));
        Assert.Contains(document.RootElement.GetProperty("protocols").EnumerateArray(),
            each => each.GetProperty("protocol").GetString() == "iso8583");
        Assert.Contains("1987-ascii", (await Line.RunAsync("[complete]", "parse", "x", "--profile", "1")).Data,
            StringComparison.Ordinal);
    }

    private static int Total(JsonDocument document, string name) =>
        document.RootElement.GetProperty("totals").GetProperty(name).GetInt32();

    private static void Secretless(string shown)
    {
        foreach (string secret in (string[])["370400440532013000", "60161331926819", "MANUFACTURING", "Manufacturing",
            "SAMPLE SUPPLIES", "Sample Supplies", "HAFENSTRASSE", "4711", "4712"])
        {
            Assert.DoesNotContain(secret, shown.Replace("INVOICE-4712", "", StringComparison.Ordinal),
                StringComparison.Ordinal);
        }
    }

    private static async Task<TemporaryFolder> InboxAsync()
    {
        TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["sub"]);
        await WriteAsync(folder, "pay.mt", DemoMessages.Mt103());
        await WriteAsync(folder, "sub/pacs.xml", DemoMessages.Pacs008());
        await WriteAsync(folder, "noise.txt", "nothing that anybody sent"u8.ToArray());
        return folder;
    }

    private static Task WriteAsync(TemporaryFolder folder, string name, byte[] bytes) =>
        File.WriteAllBytesAsync(folder[name], bytes, Cancellation);
}
