using System.ComponentModel.DataAnnotations;

namespace Qbitel.Automation;

/// <summary>How often the loops look, and what they accept. Configuration section <c>Qbitel:Automation</c>.</summary>
public sealed record AutomationConfig
{
    /// <summary>How often the key loop looks for work that has come due. Default: one hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan KeyRotationInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How often pending audit entries are sequenced and a checkpoint is signed. Default: one second.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan AuditInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long one worker may hold a key for rotation before another takes over. Default: five minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The most keys one pass claims at once. Default: 100.</summary>
    [Range(1, 1000)]
    public int BatchSize { get; init; } = 100;

    /// <summary>
    /// Whether a key whose policy asks for hardware may live in the software token. Default: false, and such a key is
    /// refused.
    /// Where it is true, every such key says so in its audit entry and in the posture.
    /// </summary>
    public bool AcceptSoftwareToken { get; init; }
}
