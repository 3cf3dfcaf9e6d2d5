using System.Globalization;
using System.Text.RegularExpressions;

namespace Qbitel.ConstantTime;

/// <summary>One report of memcheck: where, and which method of ours it was in or called from.</summary>
/// <param name="Library">The library or the method of .NET that it was in; null where it was in ours.</param>
internal sealed record Finding(string Section, string Kind, string Method, string? Library)
{
    public override string ToString() => Library is null ? $"{Kind} in {Method}" : $"{Kind} in {Library}, for {Method}";
}

/// <summary>Reads what memcheck wrote between the marks of the sections, with the names of the methods in it.</summary>
internal static partial class Findings
{
    /// <summary>Written before each section to the stream that memcheck writes to.</summary>
    public const string Mark = "## section: ";

    public static IReadOnlyList<Finding> Read(IEnumerable<string> log, IEnumerable<string> perfMap)
    {
        (ulong Start, ulong End, string Name)[] methods = [.. perfMap.Select(Method).Where(m => m.End > 0)];
        List<Finding> findings = [];
        string section = "", library = "";
        string? kind = null;
        foreach (string line in log)
        {
            if (line.StartsWith(Mark, StringComparison.Ordinal))
            {
                section = line[Mark.Length..];
            }
            else if (Report().Match(line) is { Success: true } report)
            {
                kind = report.Groups["kind"].Value == "Use" ? "an address" : "a branch";
                library = "";
            }
            else if (kind is not null && Frame().Match(line) is { Success: true } frame)
            {
                // The first frame says where; where that is a library, the first of ours says for whom.
                if (frame.Groups["at"].Value == "at") library = frame.Groups["library"].Value;
                ulong address = Hex(frame.Groups["address"].Value);
                string? name = methods.FirstOrDefault(m => address >= m.Start && address < m.End).Name;
                bool isOurs = name?.StartsWith("Qbitel.", StringComparison.Ordinal) == true;
                if (frame.Groups["at"].Value == "at" && name is not null && !isOurs) library = name;
                if (!isOurs && library.Length > 0) continue;

                if (section.Length > 0 && !IsRuntime(library))
                {
                    string? place = library.Length > 0 ? library : null;
                    findings.Add(new(section, kind, name ?? "code without a name", place));
                }

                kind = null;
            }
        }

        return findings;
    }

    // The compiler and the collector read memory before they write it; neither ever computes with a secret.
    private static bool IsRuntime(string library) => library is "libclrjit.so" or "libcoreclr.so";

    // Whether it gives a truth value is kept: such a method of the arithmetic exists to be branched on.
    // "0x5f261e90 1b1 int32 [Assembly] Namespace.Type::Name(int32)[Optimized]"
    private static (ulong Start, ulong End, string Name) Method(string line)
    {
        string[] part = line.Split(' ', 3);
        if (part.Length < 3 || !part[2].Contains("::", StringComparison.Ordinal)) return default;

        ulong start = Hex(part[0].Replace("0x", "", StringComparison.Ordinal));
        string name = part[2].Split("] ")[^1].Replace("::", ".", StringComparison.Ordinal).Split('(')[0];
        bool answers = part[2].StartsWith("bool ", StringComparison.Ordinal)
            || part[2].StartsWith("instance bool ", StringComparison.Ordinal);
        return (start, start + Hex(part[1]), answers ? $"{name}: bool" : name);
    }

    private static ulong Hex(string digits) =>
        ulong.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        "^==[0-9]+== (?<kind>Conditional|Use) (jump|of uninitialised)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Report();

    [GeneratedRegex(
        @"^==[0-9]+==    (?<at>at|by) 0x(?<address>[0-9A-F]+): [^(]*(\(in .*/(?<library>[^/)]+)\))?",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Frame();
}
