namespace Qbitel.Protocols.Identification;

/// <summary>A message made of settings, and what is wrong with it or them.</summary>
/// <param name="Bytes">Null where no message could be made.</param>
/// <param name="Findings">Of the settings where they are wrong, else of reading what was made; paths are those of the
/// settings.</param>
public sealed record BuiltMessage(ReadOnlyMemory<byte>? Bytes, IReadOnlyList<Diagnostic> Findings)
{
    public bool IsValid => Bytes is not null && Findings.All(finding => finding.Severity != Severity.Error);
}
