using System.CommandLine;
using System.Security.Cryptography;
using Qbitel.Commands;

namespace Qbitel.Tests.Commands;

/// <summary>The examples in the help of the file commands, typed into a shell one after the other as they
/// stand.</summary>
public sealed class ExampleTests
{
    private static readonly string[] InOrder =
        ["key generate", "key show", "key convert", "sign", "verify", "encrypt", "decrypt"];

    [Fact]
    public async Task They_do_what_they_say_in_the_order_of_the_guide()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["payment.xml"], "<Document/>", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder["secret.txt"], "six random words of your own\n",
            TestContext.Current.CancellationToken);
        byte[] ledger = RandomNumberGenerator.GetBytes(100_000);

        RootCommand root = CommandLine.Create();
        foreach (string name in InOrder)
        {
            Command command = name.Split(' ').Aggregate((Command)root, (parent, word) =>
                parent.Subcommands.Single(sub => sub.Name == word));
            foreach (Example example in ((Verb)command).Examples)
            {
                if (name == "encrypt")
                    await File.WriteAllBytesAsync(folder["ledger.csv"], ledger, TestContext.Current.CancellationToken);
                else File.Delete(folder["ledger.csv"]);

                Shell.Result result = await Shell.RunAsync("/usr/bin/env", ["bash", "-euc", example.Line],
                    [new("PATH", $"{Path.GetDirectoryName(Shell.Program)}:/usr/bin:/bin"),
                        new("QBITEL_SECRET", "six random words of your own")],
                    folder.Path);

                Assert.True((result.ExitCode, result.Notes) == (0, ""),
                    $"'{example.Line}' answered {result.ExitCode}: {result.Notes}");
                if (!File.Exists(folder["ledger.csv"])) continue;

                Assert.Equal(ledger,
                    await File.ReadAllBytesAsync(folder["ledger.csv"], TestContext.Current.CancellationToken));
            }
        }

        Assert.True(File.Exists(folder["device.der"]) && File.Exists(folder["payments.jwk"])
            && File.Exists(folder["ledger.piped"]));
    }
}
