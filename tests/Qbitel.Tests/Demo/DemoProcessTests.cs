using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Qbitel.Testing;

namespace Qbitel.Tests.Demo;

/// <summary>The main job as a user starts it: a process on a folder, which may die at any moment.</summary>
public sealed class DemoProcessTests(ITestOutputHelper output)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_step_holds_and_again_on_the_same_folder()
    {
        using TemporaryFolder folder = new();
        HashSet<Acknowledged> acknowledged = [];
        for (int run = 0; run < 2; run++)
        {
            using var demo = DemoProcess.Start(folder["data"]);
            await CheckReportAsync(demo);
            Assert.NotEmpty(demo.Acknowledged);
            acknowledged.UnionWith(demo.Acknowledged);
        }

        // Every entry was acknowledged, also those of the keys that sign the log.
        long entries = await DemoFolder.CheckAsync(folder["data"], acknowledged, Cancellation);
        Assert.Equal(Enumerable.Range(0, (int)entries).Select(i => (long)i), acknowledged.Select(a => a.Index).Order());
    }

    [Fact, Trait("Soak", "demo-kill")]
    public async Task Nothing_acknowledged_is_lost_when_the_demo_is_killed()
    {
        // Several kills on one folder, so that what a killed run left is run over and killed again; then it must hold.
        const int KillsOnOneFolder = 5;
        int kills = Soak.Times(gate: 4, soak: 100);
        int killed = 0, acknowledgements = 0, silent = 0, finished = 0;
        while (killed < kills)
        {
            using TemporaryFolder folder = new();
            HashSet<Acknowledged> acknowledged = [];
            for (int i = 0; i < KillsOnOneFolder && killed < kills;)
            {
                using var demo = DemoProcess.Start(folder["data"]);

                // Most moments follow something the process said, so that they are spread over its work however slow
                // the machine is; the others count from its start, so that opening and recovery are hit too.
                bool fromStart = i % 3 == 2;
                if (!fromStart) await demo.SaysAsync(lines: 1 + RandomNumberGenerator.GetInt32(70));
                int milliseconds = RandomNumberGenerator.GetInt32(fromStart ? 1500 : 200);
                await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, Cancellation);
                if (!await demo.KillAsync(Cancellation))
                {
                    // Faster than the moment chosen: that is no kill, but what it said counts.
                    acknowledged.UnionWith(demo.Acknowledged);
                    if (++finished > 10 * kills) Assert.Fail("the moments come too late to kill anything");
                    continue;
                }

                i++;
                killed++;
                Assert.Empty(demo.Complaints);
                Acknowledged[] said = [.. demo.Acknowledged];
                acknowledged.UnionWith(said);
                acknowledgements += said.Length;
                if (said.Length == 0) silent++;
                await DemoFolder.CheckAsync(folder["data"], acknowledged, Cancellation);
            }

            using var last = DemoProcess.Start(folder["data"]);
            await CheckReportAsync(last);
            acknowledged.UnionWith(last.Acknowledged);
            await DemoFolder.CheckAsync(folder["data"], acknowledged, Cancellation);
        }

        Assert.NotEqual(0, acknowledgements);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{killed} kills, {silent} of them before the first acknowledgement; {acknowledgements} acknowledged "
            + $"entries, 0 lost; state and log agreed after each, and every step held at the end of each folder"));
    }

    private static async Task CheckReportAsync(DemoProcess demo)
    {
        (int exitCode, string text) = await demo.EndAsync(Cancellation);
        Assert.True(exitCode == 0, $"exit code {exitCode}\n{text}\n{string.Join('\n', demo.Complaints)}");
        using var report = JsonDocument.Parse(text);
        Assert.True(report.RootElement.GetProperty("ok").GetBoolean());
        JsonElement[] steps = [.. report.RootElement.GetProperty("steps").EnumerateArray()];
        Assert.Equal(["see", "understand", "protect", "keep", "prove"],
            steps.Select(step => step.GetProperty("name").GetString()));
        Assert.All(steps, step =>
        {
            Assert.True(step.GetProperty("held").GetBoolean(), step.ToString());
            Assert.NotEmpty(step.GetProperty("checks").EnumerateArray());
            Assert.All(step.GetProperty("checks").EnumerateArray(), check =>
                Assert.Contains(check.GetProperty("outcome").GetString(), (string[])["held", "unavailable"]));
        });
    }
}
