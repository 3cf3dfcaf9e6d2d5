using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Qbitel.Tests.Commands;

public sealed class UpTests
{
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task It_serves_until_it_is_stopped_and_then_ends_cleanly(string signal)
    {
        using TemporaryFolder folder = new();
        using Process process = Start(folder["data"]);
        using JsonDocument said = await ReadAsync(process);
        Uri console = new(said.RootElement.GetProperty("console").GetString()!);
        using HttpClient http = new() { BaseAddress = console };

        Assert.Equal("127.0.0.1", console.Host);
        Assert.Equal("ok", await http.GetStringAsync("/health", TestContext.Current.CancellationToken));
        Assert.Equal(DataFolder.OwnerOnly, File.GetUnixFileMode(folder["data"]));

        await SendAsync(process, signal);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, process.ExitCode);
        await Assert.ThrowsAsync<HttpRequestException>(() =>
            http.GetAsync("/health", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Another_link_is_printed_on_request()
    {
        using TemporaryFolder folder = new();
        using Process process = Start(folder["data"]);
        using JsonDocument first = await ReadAsync(process);

        await SendAsync(process, "QUIT");
        using JsonDocument second = await ReadAsync(process);
        await SendAsync(process, "TERM");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, process.ExitCode);
        Assert.NotEqual(first.RootElement.GetProperty("signIn").GetString(),
            second.RootElement.GetProperty("signIn").GetString());
    }

    [Fact]
    public async Task A_port_that_is_taken_is_refused_with_a_remedy()
    {
        using System.Net.Sockets.TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        using TemporaryFolder folder = new();

        Shell.Result result = await Shell.QbitelAsync("up", "--data", folder["data"], "--port",
            $"{((IPEndPoint)taken.LocalEndpoint).Port}");

        Assert.Equal((1, ""), (result.ExitCode, result.Data));
        Assert.Contains("--port", result.Notes, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_log_line_holds_the_token_of_a_link()
    {
        using TemporaryFolder folder = new();
        using Process process = Start(folder["data"], "--verbose");
        using JsonDocument said = await ReadAsync(process);
        Uri link = new(said.RootElement.GetProperty("signIn").GetString()!);
        using HttpClient http = new();

        using HttpResponseMessage page = await http.GetAsync(link, TestContext.Current.CancellationToken);
        using HttpResponseMessage refused = await http.PostAsync(link, null, TestContext.Current.CancellationToken);
        await SendAsync(process, "TERM");
        string notes = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest), (page.StatusCode, refused.StatusCode));
        Assert.Contains("Now listening", notes, StringComparison.Ordinal);
        Assert.DoesNotContain(link.Query.Split('=')[1], notes, StringComparison.Ordinal);
        Assert.DoesNotContain(link.Query.Split('=')[1],
            await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static Process Start(string data, params string[] more) =>
        Process.Start(new ProcessStartInfo(Shell.Program, ["up", "--port", "0", "--json", "--data", data, .. more])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;

    /// <summary>The next JSON document of standard output: lines until one that closes it.</summary>
    private static async Task<JsonDocument> ReadAsync(Process process)
    {
        string text = "";
        do
        {
            text += await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
            ?? throw new EndOfStreamException(await process.StandardError.ReadToEndAsync());
        }
        while (!text.EndsWith('}'));
        return JsonDocument.Parse(text);
    }

    private static async Task SendAsync(Process process, string signal) =>
        Assert.Equal(0, (await Shell.RunAsync("/bin/kill", [$"-{signal}", $"{process.Id}"], [])).ExitCode);
}
