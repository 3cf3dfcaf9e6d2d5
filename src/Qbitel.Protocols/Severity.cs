namespace Qbitel.Protocols;

/// <summary>How much a finding matters: only an error makes a message invalid.</summary>
public enum Severity
{
    Info,
    Warning,
    Error,
}
