using System.Diagnostics;
using System.Globalization;
using Qbitel.Governance.Audit;
using Qbitel.Store.Audit;
using Qbitel.Store.Sqlite;

namespace Qbitel.Store.Tests;

/// <summary>This program again, in a process of its own that can be killed: writes to a store, or works off its queue,
/// and says what it did.</summary>
internal static class StoreChild
{
    public const string Switch = "store-child";

    // Set by the first line of standard input.
    private static readonly TaskCompletionSource Told = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts a child; its standard input must stay open, or it ends.</summary>
    /// <param name="fileSizeLimit">In KiB, the most a file may grow to, as a disk that fails; null for none.</param>
    /// <param name="orders">What the child is to do, see <see cref="RunAsync"/>.</param>
    public static Process Start(int? fileSizeLimit, params string[] orders)
    {
        string self = Environment.ProcessPath!;
        string[] program = Path.GetFileNameWithoutExtension(self) == "dotnet"
            ? [self, typeof(StoreChild).Assembly.Location] : [self];
        string[] command = [.. program, Switch, .. orders];
        if (fileSizeLimit is { } limit)
        {
            // The runtime maps its code through a file that is larger than any limit of ours, unless told not to.
            string script = $"trap '' XFSZ; ulimit -f {limit}; export DOTNET_EnableWriteXorExecute=0; exec \"$@\"";
            command = ["/bin/bash", "-c", script, "limited", .. command];
        }

        return Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    public static async Task<int> RunAsync(string[] orders)
    {
        new Thread(EndWithParent) { IsBackground = true }.Start();
        await using SqliteStateStore store = await SqliteStateStore.OpenAsync(
            new() { Path = orders[1], CheckpointPolicy = LogSigner.Policy }, TimeProvider.System, null,
                CancellationToken.None);
        switch (orders)
        {
            case ["write", _, string run]:
                // ends when the disk fails
                await Task.WhenAll(WriteAsync(store, $"{run}/a"), WriteAsync(store, $"{run}/b"), SequenceAsync(store));
                return 0;

            case ["work", _, string owner]:
                await WorkAsync(store, owner, Task.CompletedTask);
                return 0;

            case ["work", _, string owner, "slowly"]: // its leases are over before it goes on
                await WorkAsync(store, owner, Told.Task);
                return 0;

            default:
                return 2;
        }
    }

    // Forever: state and entry under one name; said to be done only when it is.
    private static async Task WriteAsync(SqliteStateStore store, string name)
    {
        await Task.Yield();
        for (int i = 0; ; i++)
        {
            string target = string.Create(CultureInfo.InvariantCulture, $"{name}/{i}");
            try
            {
                await PutAsync(store, target);
                Console.WriteLine($"ack {target}");
            }
            catch (StateStoreException failure)
            {
                Console.WriteLine($"failed {target} {failure.Message}");
                await Assert.ThrowsAsync<StateStoreException>(() => PutAsync(store, target));
                Console.WriteLine("refused");
                return;
            }
        }
    }

    public static Task PutAsync(StateStore store, string target) => store.ChangeAsync(async (change, cancel) =>
    {
        await change.PutSettingAsync(target, "1", cancel);
        await change.AppendAsync(Samples.Entry(store.Time.GetUtcNow(), target), cancel);
    }, CancellationToken.None);

    private static async Task SequenceAsync(SqliteStateStore store)
    {
        await Task.Yield();
        AuditLog log = new(store);
        using LogSigner signer = new();
        while (true)
        {
            try
            {
                StoredCheckpoint? checkpoint = await log.SequenceAsync(signer.Checkpoints, CancellationToken.None);
                if (checkpoint is not null) Console.WriteLine($"signed {checkpoint.Size}");
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }
            catch (StateStoreException failure)
            {
                Console.WriteLine($"failed checkpoint {failure.Message}");
                return;
            }
        }
    }

    // Until the queue is empty: counts each item, so that one done twice would show.
    private static async Task WorkAsync(SqliteStateStore store, string owner, Task goOn)
    {
        TimeSpan lease = TimeSpan.FromMilliseconds(300);
        int idle = 0;
        while (idle < 10)
        {
            IReadOnlyList<WorkLease> claimed = await store.ClaimAsync(owner, null, 5, lease, CancellationToken.None);
            idle = claimed.Count == 0 ? idle + 1 : 0;
            Console.WriteLine($"claimed {claimed.Count}");
            if (claimed.Count == 0) await Task.Delay(lease / 5, TimeProvider.System);
            else await goOn;

            foreach (WorkLease item in claimed)
            {
                try
                {
                    await store.ChangeAsync(async (change, cancel) =>
                    {
                        string count = await change.FindSettingAsync(item.Subject, cancel) ?? "0";
                        await change.PutSettingAsync(item.Subject,
                            $"{int.Parse(count, CultureInfo.InvariantCulture) + 1}", cancel);
                        await change.CompleteAsync(item, null, cancel);
                        await change.AppendAsync(Samples.Entry(store.Time.GetUtcNow(), item.Subject), cancel);
                    }, CancellationToken.None);
                    Console.WriteLine($"done {item.Subject}");
                }
                catch (LeaseLostException)
                {
                    Console.WriteLine($"late {item.Subject}");
                }
            }
        }
    }

    private static void EndWithParent()
    {
        while (Console.ReadLine() is not null) Told.TrySetResult();

        Environment.Exit(3);
    }
}
