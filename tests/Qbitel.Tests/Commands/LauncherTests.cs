using Qbitel.Testing;

namespace Qbitel.Tests.Commands;

/// <summary>
/// The script <c>./qbitel</c>, in a small checkout with a <c>dotnet</c> that writes down what it is asked.
/// </summary>
public sealed class LauncherTests : IDisposable
{
    private readonly TemporaryFolder _checkout = new();
    private readonly TemporaryFolder _tools = new();

    public LauncherTests()
    {
        File.Copy(Path.Combine(Repository.Root, "qbitel"), _checkout["qbitel"]);
        Write(_checkout["global.json"], """{ "sdk": { "version": "10.0.400" } }""");
        Write(_checkout["Directory.Build.props"], "<Project />");
        Write(_checkout["src/Qbitel/Program.cs"], "1");

        // It builds by writing a program that prints its arguments.
        Script(_tools["dotnet"], $"""
            echo "$1" >>'{_tools["calls"]}'
            [ "$1" = build ] || exit 0
            if [ -e '{_tools["broken"]}' ]; then echo "Program.cs(1,1): error CS1002: ; expected"; exit 1; fi
            mkdir -p artifacts/bin/Qbitel/release
            printf '#!/bin/sh\necho "ran $*"\n' >artifacts/bin/Qbitel/release/qbitel
            chmod +x artifacts/bin/Qbitel/release/qbitel
            """);
    }

    [Fact]
    public async Task A_fresh_checkout_is_built_once_and_then_only_run()
    {
        Shell.Result first = await RunAsync("doctor", "--json"), second = await RunAsync("a b");

        Assert.Equal((0, "ran doctor --json\n"), (first.ExitCode, first.Data));
        Assert.Contains("building", first.Notes, StringComparison.Ordinal);
        Assert.Equal((0, "ran a b\n", ""), (second.ExitCode, second.Data, second.Notes));
        Assert.Equal(1, Builds());
    }

    [Theory]
    [InlineData("src/Qbitel/Program.cs", 2)]
    [InlineData("src/Qbitel/New.cs", 2)]
    [InlineData("Directory.Build.props", 2)]
    [InlineData("global.json", 2)]
    [InlineData("README.md", 1)]
    [InlineData("docs/start.md", 1)]
    public async Task A_change_builds_again_when_it_is_to_the_sources(string file, int builds)
    {
        await RunAsync();
        Write(_checkout[file], "2");
        File.SetLastWriteTimeUtc(_checkout[file],
            File.GetLastWriteTimeUtc(_checkout["artifacts/qbitel.stamp"]).AddSeconds(1));

        await RunAsync();

        Assert.Equal(builds, Builds());
    }

    [Fact]
    public async Task A_source_that_goes_away_builds_again()
    {
        Write(_checkout["src/Qbitel/Old.cs"], "1");
        await RunAsync();
        File.Delete(_checkout["src/Qbitel/Old.cs"]);
        Directory.SetLastWriteTimeUtc(_checkout["src/Qbitel"],
            File.GetLastWriteTimeUtc(_checkout["artifacts/qbitel.stamp"]).AddSeconds(1));

        await RunAsync();

        Assert.Equal(2, Builds());
    }

    [Fact]
    public async Task It_works_from_another_folder_and_through_a_link()
    {
        File.CreateSymbolicLink(_tools["link"], _checkout["qbitel"]);

        Shell.Result result = await RunScriptAsync(_tools["link"], _tools.Path, "here");

        Assert.Equal((0, "ran here\n"), (result.ExitCode, result.Data));
        Assert.True(File.Exists(_checkout["artifacts/qbitel.stamp"]));
    }

    [Fact]
    public async Task A_build_that_fails_shows_its_errors_and_is_tried_again()
    {
        Write(_tools["broken"], "");
        Shell.Result broken = await RunAsync();
        File.Delete(_tools["broken"]);
        Shell.Result mended = await RunAsync("now");

        Assert.Equal((1, ""), (broken.ExitCode, broken.Data));
        Assert.Contains("error CS1002", broken.Notes, StringComparison.Ordinal);
        Assert.Contains("The build failed", broken.Notes, StringComparison.Ordinal);
        Assert.Equal((0, "ran now\n"), (mended.ExitCode, mended.Data));
    }

    [Fact]
    public async Task Without_an_SDK_it_says_which_one_and_where_from()
    {
        File.Delete(_tools["dotnet"]);

        Shell.Result result = await RunAsync();

        Assert.Equal((1, ""), (result.ExitCode, result.Data));
        Assert.Contains(".NET 10 SDK", result.Notes, StringComparison.Ordinal);
        Assert.Contains("https://dotnet.microsoft.com/download/dotnet/10.0", result.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_an_SDK_that_is_too_old_it_says_so()
    {
        Script(_tools["dotnet"], "exit 145");

        Shell.Result result = await RunAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("10.0.400", result.Notes, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _checkout.Dispose();
        _tools.Dispose();
    }

    private int Builds() => File.ReadAllLines(_tools["calls"]).Count(call => call == "build");

    private Task<Shell.Result> RunAsync(params string[] args) =>
        RunScriptAsync(_checkout["qbitel"], _checkout.Path, args);

    private Task<Shell.Result> RunScriptAsync(string script, string folder, params string[] args) =>
        Shell.RunAsync("/usr/bin/env", ["bash", script, .. args],
            [new("PATH", $"{_tools.Path}:/usr/bin-without-dotnet:{SystemTools()}"), new("HOME", _tools.Path),
                new("DOTNET_ROOT", null)], folder);

    /// <summary>A folder with links to the system's tools, without the real <c>dotnet</c>.</summary>
    private string SystemTools()
    {
        Directory.CreateDirectory(_tools["bin"]);
        foreach (string tool in (string[])["bash", "dirname", "readlink", "find", "touch", "mv", "mkdir", "chmod",
            "flock", "sed", "head", "tail", "grep", "sort", "cat", "sh"])
        {
            string? real = ((string[])["/usr/bin", "/bin"]).Select(folder => Path.Combine(folder, tool))
                .FirstOrDefault(File.Exists);
            if (real is not null && !Path.Exists(_tools[$"bin/{tool}"]))
                File.CreateSymbolicLink(_tools[$"bin/{tool}"], real);
        }

        return _tools["bin"];
    }

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static void Script(string path, string text)
    {
        File.WriteAllText(path, "#!/usr/bin/env bash\n" + text);
        File.SetUnixFileMode(path, DataFolder.OwnerOnly);
    }
}
