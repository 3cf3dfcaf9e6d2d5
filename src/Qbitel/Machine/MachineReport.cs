namespace Qbitel.Machine;

/// <summary>What the machine offers, as <c>qbitel doctor</c> prints it and the console shows it.</summary>
public sealed record MachineReport(string Version, DateTimeOffset At, IReadOnlyList<Finding> Findings)
{
    public bool Works => Findings.All(finding => finding.State != FindingState.Problem);
}
