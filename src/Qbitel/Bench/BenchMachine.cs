using System.Runtime.InteropServices;

namespace Qbitel.Bench;

/// <summary>What a figure is worth nothing without.</summary>
internal sealed record BenchMachine(
    string Processor, int Processors, string System, string Runtime, string OpenSsl,
        IReadOnlyList<string> InstructionSets)
{
    public static BenchMachine Here() => new(
        Line("/proc/cpuinfo", "model name")?.TrimStart(':', ' ', '\t')
            ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        (Line("/etc/os-release", "PRETTY_NAME=")?
            .Trim('"') ?? RuntimeInformation.OSDescription) + ", Linux " + Environment.OSVersion.Version,
        RuntimeInformation.FrameworkDescription,
        OpenSslCases.Version() ?? "none",
        Machine.InstructionSets.Found());

    /// <summary>Threads that ran or wanted to, on average of 1, 5 and 15 minutes.</summary>
    public static string Load() =>
        File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]) : "unknown";

    private static string? Line(string file, string start) => !File.Exists(file) ? null
        : File.ReadLines(file).FirstOrDefault(line =>
            line.StartsWith(start, StringComparison.Ordinal))?[start.Length..].Trim();
}
