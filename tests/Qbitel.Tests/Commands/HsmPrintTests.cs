using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Qbitel.Hsm.Custody;
using Qbitel.Printing.Shares;
using Qbitel.Tests.Printing;

namespace Qbitel.Tests.Commands;

/// <summary>Shares on paper: printed, scanned by another's reader, and brought back.</summary>
public sealed partial class HsmPrintTests : IDisposable
{
    private static readonly string[] Custodians = ["Ada <Lovelace>", "Ben", "Cleo", "Dév", "Eve"];

    private readonly HsmFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData("html"), InlineData("svg"), InlineData("text")]
    public async Task Any_three_of_five_printed_codes_bring_the_keys_back_and_two_do_not(string form)
    {
        string[] sheets = await PrintAsync(form);
        string[] scanned =
            [.. sheets.Select(sheet => form == "text" ? QrReader.ReadBlocks(sheet)! : QrReader.ReadPage(sheet)!)];
        Assert.All(scanned, text => Assert.Matches("^QBS1(-[0-9A-HJKMNP-TV-Z]{8}){11}$", text));
        for (int i = 0; i < scanned.Length; i++)
        {
            // As scanner programs write it: with a word before it, a line end of another system, small letters.
            await File.WriteAllTextAsync(_folder[$"scan-{i}"], i switch
            {
                0 => "QR-Code:" + scanned[0] + "\n",
                1 => scanned[1].ToLowerInvariant(),
                2 => "\ufeff" + scanned[2] + "\r\n",
                _ => scanned[i],
            }, Stop);
        }

        Assert.Contains("2 shares are here, 3 are needed", await Line.RefusedAsync(Restore(4, 0)),
            StringComparison.Ordinal);
        Assert.Contains("given twice", await Line.RefusedAsync(Restore(1, 2, 1)), StringComparison.Ordinal);
        for (int a = 0; a < 5; a++)
        {
            for (int b = 0; b < a; b++)
            {
                for (int c = 0; c < b; c++)
                {
                    Assert.Contains("1 of 1 keys are in new",
                        await Line.DoneAsync(Restore(a, b, c)), StringComparison.Ordinal);
                }
            }
        }

        string[] Restore(params int[] scans) => _folder.Restore(scans.Select(i => _folder[$"scan-{i}"]));
    }

    [Theory, InlineData("html"), InlineData("svg"), InlineData("text")]
    public async Task A_sheet_is_of_one_custodian_only_and_for_its_owner_only(string form)
    {
        string[] sheets = await PrintAsync(form);

        Assert.All(Directory.GetFiles(_folder["shares"]), file => Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        string[][] groups = [.. sheets.Select(Groups)];
        for (int i = 0; i < sheets.Length; i++)
        {
            string sheet = sheets[i];
            Assert.Contains($"Share {i + 1} of 5", sheet, StringComparison.Ordinal);
            Assert.Contains("any 3 of the 5", sheet, StringComparison.Ordinal);
            Assert.Equal(11, groups[i].Length);
            Assert.DoesNotContain("<Lovelace>", form == "text" ? "" : sheet, StringComparison.Ordinal);

            // The first groups hold the version and the set, which all share; the third holds the number.
            for (int other = 0; other < sheets.Length; other++)
            {
                if (other == i) continue;
                Assert.All(groups[other][3..], group => Assert.DoesNotContain(group, sheet, StringComparison.Ordinal));
                Assert.All(groups[other][3..], group => Assert.DoesNotContain(
                    group.Replace(" ", "", StringComparison.Ordinal), sheet, StringComparison.Ordinal));
            }
        }

        // The check value is the one of the backup.
        Assert.True(KeyBackup.TryParse(await File.ReadAllBytesAsync(_folder["old.backup"], Stop), out KeyBackup? backup,
            out _));
        for (int i = 0; i < sheets.Length; i++)
        {
            Assert.Contains(Convert.ToHexStringLower(backup!.Commitments[i].Span[..8]), sheets[i],
                StringComparison.Ordinal);
            Assert.Contains($"{backup.Id:D}", sheets[i], StringComparison.Ordinal);
        }
    }

    [Theory, InlineData("html"), InlineData("svg")]
    public async Task A_page_asks_nothing_of_anybody(string form)
    {
        foreach (string sheet in await PrintAsync(form))
        {
            Assert.DoesNotContain("<script", sheet, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("url(", sheet, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("href", sheet, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("src=", sheet, StringComparison.OrdinalIgnoreCase);
            if (form == "svg") Assert.Equal("svg", XDocument.Parse(sheet).Root!.Name.LocalName);
            else Assert.Contains("default-src 'none'", sheet, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_wrong_character_is_found_by_its_group_and_the_share_is_not_shown()
    {
        string sheet = (await PrintAsync("text"))[0];
        string[] groups = Groups(sheet);
        for (int group = 1; group <= groups.Length; group++)
        {
            // Typed from the paper, one group a line, with one character wrong.
            string[] typed = [.. groups];
            char right = typed[group - 1][2];
            typed[group - 1] = typed[group - 1][..2] + (right == '7' ? '8' : '7') + typed[group - 1][3..];
            await File.WriteAllTextAsync(_folder["typed"], "QBS1\n" + string.Join('\n', typed), Stop);

            string refused = await Line.RefusedAsync(_folder.Restore([_folder["typed"]]));

            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"group {group} is not as it was printed"),
                refused, StringComparison.Ordinal);
            Assert.All(groups[3..], each => Assert.DoesNotContain(each[..4], refused, StringComparison.Ordinal));
        }

        await File.WriteAllTextAsync(_folder["typed"], "QBS1\n" + string.Join('\n', groups[..7]), Stop);
        Assert.Contains("it ends in group 8 of 11",
            await Line.RefusedAsync(_folder.Restore([_folder["typed"]])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_is_no_scan_and_codes_are_not_for_pipes()
    {
        await PrintAsync("html");
        Assert.Contains("is a printed sheet", await Line.RefusedAsync(_folder.Restore(
            [Path.Combine(_folder["shares"], "share-001.html")])), StringComparison.Ordinal);

        Directory.Delete(_folder["shares"], recursive: true);
        File.Delete(_folder["old.backup"]);
        Assert.Contains("on a terminal only", await Line.RefusedAsync(
            _folder.Backup(3, Custodians, "--qr", "--transcript", _folder["again"])), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["shares"]));
        Assert.Contains("pdf", await Line.MisusedAsync(_folder.Backup(3, Custodians, "--print", "pdf")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Codes_on_a_terminal_are_shown_one_by_one_and_cleared()
    {
        await PrintAsync("text");
        List<CustodianShare> shares = [];
        foreach (string file in Directory.GetFiles(_folder["shares"]).Order().Take(2))
            shares.Add(await ShareFile.ReadAsync(file, Stop));
        StringWriter terminal = new();
        List<string> seen = [];
        ShareScreen screen = new(terminal, _ =>
        {
            // What is on the screen is what was written since it was last cleared.
            seen.Add(terminal.ToString().Split("\e[2J\e[3J\e[H")[^1]);
            return Task.CompletedTask;
        });

        await screen.ShowAsync(shares.Zip(Custodians), Stop);

        Assert.Equal(4, seen.Count);
        for (int i = 0; i < 2; i++)
        {
            Assert.Contains($"share {i + 1} of 5, for {Custodians[i]}", seen[2 * i], StringComparison.Ordinal);
            Assert.DoesNotContain("█", seen[2 * i], StringComparison.Ordinal);
            string code = QrReader.ReadBlocks(Colours().Replace(seen[(2 * i) + 1], ""))!;
            Assert.True(CustodianShare.TryParse(code, out CustodianShare? share, out string? error), error);
            Assert.Equal(shares[i].Commitment(), share!.Commitment());
        }

        Assert.EndsWith("\e[2J\e[3J\e[H\e[?1049l", terminal.ToString(), StringComparison.Ordinal);
    }

    private async Task<string[]> PrintAsync(string form)
    {
        await _folder.MakeTokensAsync();
        await _folder.GenerateAsync("old", "ML-DSA-65");
        await _folder.OfficerAsync();
        string made = await Line.DoneAsync(_folder.Backup(3, Custodians, "--print", form));
        Assert.Contains("3 of 5 custodians", made, StringComparison.Ordinal);
        string[] files = [.. Directory.GetFiles(_folder["shares"]).Order()];
        Assert.Equal(5, files.Length);
        return await Task.WhenAll(files.Select(file => File.ReadAllTextAsync(file, Stop)));
    }

    private static string[] Groups(string sheet) =>
        [.. Printed().Matches(sheet).Select(match => match.Groups["group"].Value)];

    [GeneratedRegex("(?:^ {2,3}[0-9]+  |</b>|<text x=\"116\"[^>]*>)(?<group>[0-9A-Z]{4} [0-9A-Z]{4})",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Printed();

    [GeneratedRegex("\e\\[[0-9;]*m", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Colours();
}
