using System.Runtime.InteropServices;
using Qbitel.Printing;
using Qbitel.Views;

namespace Qbitel.Commands;

internal static class VersionCommand
{
    public static Verb Create(GlobalOptions global) =>
        new Verb("version", "Which Qbitel this is, and what it runs on.",
            new("qbitel version", "release and runtime"),
            new("qbitel version --json", "the same for a program"))
        .Does(global, (_, output) =>
        {
            VersionView version = new(Product.Version, RuntimeInformation.FrameworkDescription,
                RuntimeInformation.OSDescription);
            output.Document(version, ViewsJson.Default.VersionView, console =>
            {
                console.Line($"{Product.Name} {version.Version}");
                console.Line($"{version.Runtime} on {version.System}");
            });
            return ExitCode.Done;
        });
}
