namespace Qbitel.Protocols;

/// <summary>What is asked of a list of findings again and again.</summary>
internal static class Findings
{
    public static Diagnostic? FirstError(this IEnumerable<Diagnostic> findings) =>
        findings.FirstOrDefault(finding => finding.Severity == Severity.Error);
}
