using Qbitel.Discovery.Sessions;
using Qbitel.Sources;
using Qbitel.Testing;
using Qbitel.Views;

namespace Qbitel.Tests.Sources;

/// <summary>Captures in a folder, and the maps made of them.</summary>
public sealed class CaptureMapsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_capture_is_shown_as_its_session_says()
    {
        using TemporaryFolder folder = await FolderAsync();
        await WriteAsync(folder, new SessionEdit("debtor_account") { Start = 10, Length = 22, Encoding = "ascii" });

        using CaptureMaps maps = new(folder.Path, TimeProvider.System);
        ProtocolMapView view = await maps.ReadAsync("monday.jsonl", Cancellation);

        Assert.Equal(["broken.pcap host.session.json-", "monday.jsonl host.session.json"],
            view.Captures.Select(c => $"{c.Name} {c.Session ?? "host.session.json-"}"));
        Assert.Null(view.Map!.Problem);
        Assert.Contains("debtor_account", view.Map.Body, StringComparison.Ordinal);
        Assert.Equal(1, view.Map.Document!.Value.GetProperty("protocols").GetArrayLength());
    }

    [Fact]
    public async Task A_session_that_does_not_fit_any_more_and_a_capture_that_is_none_are_said()
    {
        using TemporaryFolder folder = await FolderAsync();
        await WriteAsync(folder, new SessionEdit("nothing") { Name = "something" });
        using CaptureMaps maps = new(folder.Path, TimeProvider.System);

        CaptureMap edited = (await maps.ReadAsync("monday.jsonl", Cancellation)).Map!;
        CaptureMap broken = (await maps.ReadAsync("broken.pcap", Cancellation)).Map!;

        Assert.Contains("there is no field nothing", edited.Problem, StringComparison.Ordinal);
        Assert.NotEmpty(edited.Body);
        Assert.Contains("offset 0", broken.Problem, StringComparison.Ordinal);
        Assert.Equal("", broken.Body);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("../monday.jsonl")]
    [InlineData("/etc/passwd")]
    [InlineData("host.session.json")]
    public async Task Only_captures_of_the_folder_are_read(string? name)
    {
        using TemporaryFolder folder = await FolderAsync();

        using CaptureMaps maps = new(folder.Path, TimeProvider.System);
        Assert.Null((await maps.ReadAsync(name, Cancellation)).Map);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_has_no_captures()
    {
        using CaptureMaps maps = new("/nowhere/at/all", TimeProvider.System);
        ProtocolMapView view = await maps.ReadAsync("a.pcap", Cancellation);

        Assert.Empty(view.Captures);
        Assert.Null(view.Map);
    }

    private static async Task<TemporaryFolder> FolderAsync()
    {
        TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["monday.jsonl"],
            BranchTraffic.Lines(BranchTraffic.Messages(100)), Cancellation);
        await File.WriteAllTextAsync(folder["broken.pcap"], "no capture", Cancellation);
        return folder;
    }

    private static Task WriteAsync(TemporaryFolder folder, SessionEdit edit) =>
        File.WriteAllTextAsync(folder["host.session.json"],
            new DiscoverySession { Protocol = "unknown-1", Capture = "monday.jsonl", Edits = [edit] }.ToString(),
            Cancellation);
}
