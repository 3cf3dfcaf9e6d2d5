namespace Qbitel.Automation;

/// <summary>Who acts, as the audit log names them.</summary>
/// <param name="Name">A person or a loop, e.g. <c>automation/keys</c>.</param>
/// <param name="OnBehalfOf">The person for whom a service acts, if any.</param>
public sealed record Actor(string Name, string? OnBehalfOf = null)
{
    /// <summary>The loop that rotates keys.</summary>
    public static Actor KeyLoop { get; } = new("automation/keys");

    /// <summary>The platform itself, at start.</summary>
    public static Actor Platform { get; } = new("automation/platform");
}
