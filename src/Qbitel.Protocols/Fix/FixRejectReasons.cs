namespace Qbitel.Protocols.Fix;

/// <summary>From a finding to the number a session-level Reject carries.</summary>
public static class FixRejectReasons
{
    /// <summary>The reason of a rule that has one; null for frame errors, which are dropped and not answered.</summary>
    public static FixRejectReason? Of(Diagnostic diagnostic)
    {
        ArgumentNullException.ThrowIfNull(diagnostic);
        return diagnostic.Code.StartsWith("Fix.", StringComparison.Ordinal)
            && Enum.TryParse(diagnostic.Code.AsSpan(4), out FixRejectReason reason) ? reason : null;
    }
}
