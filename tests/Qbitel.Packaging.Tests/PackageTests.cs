using System.Diagnostics;
using Qbitel.Testing;

namespace Qbitel.Packaging.Tests;

/// <summary>
/// The packages as a stranger meets them: packed, installed from a folder into an empty project, and run.
/// </summary>
public sealed class PackageTests(PackedSolution packed) : IClassFixture<PackedSolution>
{
    [Fact]
    public void Every_room_and_the_tool_is_a_package() =>
        Assert.Equal(
            Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src"))
                .Select(folder => Path.GetFileName(folder).ToLowerInvariant()).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(packed.Folder, "*.nupkg").Select(PackageName).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Quick_start_runs_in_an_empty_project()
    {
        string project = Path.Combine(packed.Folder, "quick-start");
        Directory.CreateDirectory(project);
        await File.WriteAllTextAsync(Path.Combine(project, "quick-start.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <RestoreAdditionalProjectSources>{packed.Folder}</RestoreAdditionalProjectSources>
                <RestorePackagesPath>{packed.Folder}/cache</RestorePackagesPath>
                <RestoreFallbackFolders>{packed.GlobalPackages}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Qbitel.Automation" Version="[{packed.Version}]" />
              </ItemGroup>
            </Project>
            """, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(project, "Program.cs"), QuickStart(),
            TestContext.Current.CancellationToken);

        string output = await Run.DotnetAsync(project, "run", "--project", project);

        Assert.Contains("wire-transfer-api", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tool_installs_and_tells_its_version()
    {
        string tools = Path.Combine(packed.Folder, "tools");
        await Run.DotnetAsync(packed.Folder, "tool", "install", "qbitel", "--version", packed.Version, "--tool-path",
            tools, "--add-source", packed.Folder);

        string output = await Run.ProgramAsync(Path.Combine(tools, "qbitel"), packed.Folder, "--version");

        Assert.Contains(packed.Version, output, StringComparison.Ordinal);
    }

    private string PackageName(string path) =>
        Path.GetFileName(path).Replace($".{packed.Version}.nupkg", "", StringComparison.Ordinal).ToLowerInvariant();

    // The README's example is a region of a test of its own, so that it also compiles here.
    private static string QuickStart()
    {
        string[] lines =
            File.ReadAllLines(Path.Combine(Repository.Root, "tests/Qbitel.Automation.Tests/QuickStart.cs"));
        IEnumerable<string> region = lines.SkipWhile(line => line.Trim() != "#region QuickStart").Skip(1)
            .TakeWhile(line => line.Trim() != "#endregion");
        IEnumerable<string> usings = lines.Where(line => line.StartsWith("using Qbitel", StringComparison.Ordinal));
        return string.Join('\n', usings.Concat(region));
    }
}

/// <summary>The solution packed once into a folder of its own.</summary>
public sealed class PackedSolution : IAsyncLifetime
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("qbitel-packages-").FullName;

    public string Version { get; private set; } = "";

    public string GlobalPackages { get; } = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    public async ValueTask InitializeAsync()
    {
        // The tests run from artifacts/bin/<project>/<configuration>: pack what was built beside them.
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        foreach (string room in Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")))
        {
            await Run.DotnetAsync(Repository.Root, "pack", room, "-c", configuration, "--no-build", "-o",
                Folder, "-v", "q");
        }

        string tool = Directory.EnumerateFiles(Folder, "qbitel.?.*.nupkg").Single();
        Version = Path.GetFileNameWithoutExtension(tool)["qbitel.".Length..];
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}

internal static class Run
{
    public static Task<string> DotnetAsync(string folder, params string[] arguments) =>
        ProgramAsync("dotnet", folder, arguments);

    public static async Task<string> ProgramAsync(string program, string folder, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0,
            $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}\n{await output}\n{await errors}");
        return await output;
    }
}
