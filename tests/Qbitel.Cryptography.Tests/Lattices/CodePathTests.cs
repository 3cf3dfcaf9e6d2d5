using System.Diagnostics;
using Qbitel.Testing;

namespace Qbitel.Cryptography.Tests.Lattices;

/// <summary>Every code path gives the same bytes: one stream of operations, digested in a process for each
/// path.</summary>
public sealed class CodePathTests(ITestOutputHelper output)
{
    // What each path is chosen by; the last two lead to the same one, by other code of the runtime.
    private static readonly string?[] Switches =
        [null, "DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic"];

    // build/run-paths.sh looks for this line.
    [Fact]
    public void The_path_is_one_that_the_switches_leave()
    {
        output.WriteLine($"code path: {CodePath.Name}");
        if (IsOff("DOTNET_EnableAVX512")) Assert.NotEqual("AVX-512", CodePath.Name);
        if (IsOff("DOTNET_EnableAVX2") || IsOff("DOTNET_EnableHWIntrinsic")) Assert.Equal("scalar", CodePath.Name);

        static bool IsOff(string name) => Environment.GetEnvironmentVariable(name) == "0";
    }

    // The soak run is a million operations a family on every path.
    [Theory, Trait("Soak", "lattice-paths")]
    [MemberData(nameof(LatticeStreams.Families), MemberType = typeof(LatticeStreams))]
    public async Task Every_path_gives_the_same_digest(string family)
    {
        int rounds = Soak.Times(100, 1_000_000 / LatticeStreams.OperationsInARound);
        (string Path, string Digest)[] results =
            await Task.WhenAll(Switches.Select(off => RunAsync(off, family, rounds)));

        foreach ((string path, string digest) in results)
            output.WriteLine($"{family}, {rounds * LatticeStreams.OperationsInARound} operations, {path}: {digest}");
        Assert.Equal("scalar", results[^1].Path);
        Assert.Single(results.Select(result => result.Digest).Distinct());
    }

    private static async Task<(string Path, string Digest)> RunAsync(string? off, string family, int rounds)
    {
        string self = Environment.ProcessPath!;
        string[] program = Path.GetFileNameWithoutExtension(self) == "dotnet"
            ? [self, typeof(CodePathTests).Assembly.Location] : [self];
        ProcessStartInfo start = new(program[0], [.. program[1..], LatticeStreams.Switch, family, $"{rounds}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        foreach (string name in Switches.OfType<string>()) start.Environment.Remove(name);
        if (off is not null) start.Environment[off] = "0";

        using Process child = Process.Start(start)!;
        string answer = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, child.ExitCode);
        string[] words = answer.Trim().Split(' ');
        return (words[0], words[1]);
    }
}
