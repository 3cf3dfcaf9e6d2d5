namespace Qbitel.Hsm.Approvals;

/// <summary>What somebody wants to do with a key, exactly: approvals are of this and of nothing like it.</summary>
public sealed record ControlledOperation
{
    /// <summary>Noun and verb, as in the audit log: <c>key.destroy</c>, <c>key.export</c>, <c>key.restore</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>Where it happens, such as the configured name of a provider.</summary>
    public required string Target { get; init; }

    /// <summary>The key object; null for what is done to many keys or to none.</summary>
    public TokenKeyId? Key { get; init; }

    /// <summary>
    /// Everything else that makes it this operation: the key's check value, the token's serial number, who receives a
    /// copy. What is left out can be changed after the approval. No secret and no personal data.
    /// </summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } =
        new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>As the audit log names what it was done to.</summary>
    public string AuditTarget => Key is { } key ? $"hsm:{Target}/{key}" : $"hsm:{Target}";

    public bool IsSameAs(ControlledOperation other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Operation == other.Operation && Target == other.Target && Key == other.Key
            && Parameters.Count == other.Parameters.Count
            && Parameters.All(p => other.Parameters.TryGetValue(p.Key, out string? value) && value == p.Value);
    }

    public override string ToString() => Key is { } key ? $"{Operation} {key} at {Target}" : $"{Operation} at {Target}";
}
