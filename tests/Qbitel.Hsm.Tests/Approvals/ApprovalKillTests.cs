using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Governance.Audit;
using Qbitel.Hsm.Approvals;
using Qbitel.Hsm.Tests.Software;
using Qbitel.Testing;

namespace Qbitel.Hsm.Tests.Approvals;

/// <summary>Whenever the process is killed, no approval is used twice and no entry is in the log twice.</summary>
public sealed class ApprovalKillTests(ITestOutputHelper output) : IDisposable
{
    internal const string Worker = "approve";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qbitel-approvals-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact, Trait("Soak", "approval-kill")]
    public async Task No_approval_is_used_twice_after_a_kill()
    {
        int kills = Soak.Times(gate: 8, soak: 300);
        for (int i = 0; i < kills; i++)
        {
            ProcessStartInfo start = new(Environment.ProcessPath!)
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            };
            start.ArgumentList.Add(Worker);
            start.ArgumentList.Add(_folder.FullName);
            using Process worker = Process.Start(start)!;
            int lines = RandomNumberGenerator.GetInt32(1, 40);
            for (int line = 0; line < lines; line++)
                Assert.NotNull(await worker.StandardOutput.ReadLineAsync(Stop));
            worker.Kill();
            await worker.WaitForExitAsync(Stop);
        }

        // What was open at a kill is tried by whoever comes next.
        DualControl control = Open(_folder.FullName);
        IReadOnlyList<ApprovalState> all = await control.ListAsync(Stop);
        foreach (ApprovalState state in all) await DoAsync(control, _folder.FullName, state.Request);
        foreach (ApprovalState state in all) await DoAsync(control, _folder.FullName, state.Request);

        string[] effects = await File.ReadAllLinesAsync(Path.Combine(_folder.FullName, "effects"), Stop);
        string[] log = await File.ReadAllLinesAsync(Path.Combine(_folder.FullName, "log"), Stop);
        string[] ids = [.. log.Select(line => line.Split(' ')[0])];
        int unknown = (await control.ListAsync(Stop)).Count(s => s is { Use: not null, Outcome: null });
        output.WriteLine($"{kills} kills; {all.Count} requests, {effects.Length} done, 0 twice; {unknown} ended in the "
            + $"middle of the operation and say so; {log.Length} audit entries, 0 twice");
        Assert.NotEmpty(effects);
        Assert.Equal(effects.Length, effects.Distinct().Count());
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal(effects.Order(), log.Where(l => l.Contains(" approval.use ", StringComparison.Ordinal))
            .Select(l => l.Split(' ')[2]).Intersect(effects).Order()); // nothing was done without a record of it
    }

    /// <summary>Asks, approves and does, over and over, until it is killed.</summary>
    internal static async Task<int> WorkAsync(string folder)
    {

        DualControl control = Open(folder);
        for (; ; )
        {
            ApprovalRequest request = await control.RequestAsync(
                ApprovalFixture.Destroy, "user:eve", CancellationToken.None);
            foreach (string name in (string[])["user:ada", "user:bob"])
            {
                await control.AddAsync(request.Id, await SignedApproval.SignAsync(request, name,
                    new Cryptography.Keys.LocalSigner(ApprovalFixture.KeyOf(name)), TimeProvider.System, default),
                    default);
                Say(name);
            }

            await DoAsync(control, folder, request);
            Say("done");
            await DoAsync(control, folder, request);
            Say("again");
        }

        static void Say(string what)
        {
            Console.Out.Write(what + "\n");
            Console.Out.Flush();
        }
    }

    private static async Task DoAsync(DualControl control, string folder, ApprovalRequest request) =>
        await control.RunAsync(request.Operation, request.Id, "user:eve", _ =>
        {
            Append(Path.Combine(folder, "effects"), $"{request.Id:D}\n");
            return ValueTask.FromResult(true);
        }, CancellationToken.None);

    private static DualControl Open(string folder)
    {
        string log = Path.Combine(folder, "log");
        return new DualControl(Path.Combine(folder, "approvals"), ApprovalFixture.NewPolicy(), new DecisionLog(
            (entries, _) =>
            {
                StringBuilder lines = new();
                foreach (AuditEntry entry in entries)
                    lines.Append($"{entry.Id} {entry.Action} {entry.Target.Split(':')[1]}\n");
                Append(log, lines.ToString());
                return Task.CompletedTask;
            },
            (id, _) => Task.FromResult(File.Exists(log) && File.ReadLines(log).Any(
                line => line.StartsWith($"{id} ", StringComparison.Ordinal)))), TimeProvider.System);
    }

    // One write: a kill cuts nothing off.
    private static void Append(string file, string text)
    {
        using FileStream stream = new(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        stream.Write(Encoding.ASCII.GetBytes(text));
    }
}
