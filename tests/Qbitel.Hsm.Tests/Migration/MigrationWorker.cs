using Qbitel.Hsm.Migration;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Pkcs11.Configuration;
using Qbitel.Hsm.Tests.Pkcs11;
using Qbitel.Hsm.Wrapping;

namespace Qbitel.Hsm.Tests.Migration;

/// <summary>
/// A migration in a process of its own, which is killed; the next one goes on where the journal ends.
/// </summary>
internal static class MigrationWorker
{
    public const string Name = "migrate-until-killed";

    public static async Task<int> RunAsync(string softHsmLabel, string nssDatabase, string nssModule, string journal)
    {
        CancellationToken stop = CancellationToken.None;
        await using Pkcs11Token from = await Pkcs11Token.OpenAsync("softhsm2",
            new Pkcs11Options { TokenLabel = softHsmLabel, AskPin = Pin, Sessions = 1 }, TimeProvider.System, null,
            stop);
        await using Pkcs11Token to = await Pkcs11Token.OpenAsync("nss", new Pkcs11Options
        {
            Module = nssModule,
            DatabaseFolder = nssDatabase,
            TokenLabel = "NSS Certificate DB",
            AskPin = Pin,
            Sessions = 1,
        }, TimeProvider.System, null, stop);
        TransferPort source = TransferPort.Of(from, "old"), target = TransferPort.Of(to, "new");
        KeyMigration migration = new(source, target, journal, TimeProvider.System)
        {
            Activate = (_, key, _) =>
            {
                Console.WriteLine($"activate {key.Id}");
                return ValueTask.CompletedTask;
            },
            Progress = (key, at, of) => Console.WriteLine($"{key.State} {at} {of} {key.Problem}"),
        };
        Console.WriteLine("ready 0 0");
        MigrationReport report;
        if (File.Exists(journal) && new FileInfo(journal).Length > 0 && HasBegun(journal))
        {
            report = await migration.ResumeAsync(stop);
        }
        else
        {
            File.Delete(journal);
            report = await migration.ApplyAsync(await MigrationPlan.MakeAsync(
                source, target, new MigrationPolicy(), TimeProvider.System, stop), stop);
        }

        Console.WriteLine($"{report.Phase}");
        return report.Phase == "done" ? 0 : 1;

        static Pkcs11Pin Pin() => Pkcs11Pin.FromText(ModuleFixture.Pin);
    }

    private static bool HasBegun(string journal) => File.ReadAllBytes(journal).Contains((byte)'\n');
}
