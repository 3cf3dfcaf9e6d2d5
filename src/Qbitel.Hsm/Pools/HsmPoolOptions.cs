using System.ComponentModel.DataAnnotations;

namespace Qbitel.Hsm.Pools;

/// <summary>Section <c>Qbitel:HsmPool</c>: how a pool routes, when it gives a member up, and when it stops protecting.</summary>
public sealed record HsmPoolOptions
{
    /// <summary>Default <see cref="HsmPoolRouting.RoundRobin"/>.</summary>
    public HsmPoolRouting Routing { get; init; }

    /// <summary>
    /// Members, the key's home among them, that must have said they have no such key before it is made. Default 0: all.
    /// </summary>
    /// <remarks>
    /// A name is made at its home only, which follows from the names of the members; so fewer is safe as long as the list
    /// of members does not change.
    /// </remarks>
    [Range(0, 32)]
    public int CreationQuorum { get; init; }

    /// <summary>Healthy active members below which the pool verifies and decrypts only. Default 1.</summary>
    [Range(1, 32)]
    public int MinimumToProtect { get; init; } = 1;

    /// <summary>How long one member may take before the next is asked. Default 5 seconds.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The share of calls that fail within <see cref="Sampling"/> and open the breaker. Default 0.5.</summary>
    [Range(0.01, 1)]
    public double FailureRatio { get; init; } = 0.5;

    /// <summary>Fewer calls than that open no breaker; the health probe does. Default 10.</summary>
    [Range(2, 1_000_000)]
    public int MinimumCalls { get; init; } = 10;

    /// <summary>Default 10 seconds, at least half a second.</summary>
    public TimeSpan Sampling { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a member is left alone before its first trial; doubled with every failed one. Default 2 s.</summary>
    public TimeSpan Break { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Default 1 minute.</summary>
    public TimeSpan LongestBreak { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often each member does a real operation with a test key. Default 5 seconds.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long that may take. Default 2 seconds.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Failed probes in a row that take a member out. Default 2.</summary>
    [Range(1, 100)]
    public int ProbesToOpen { get; init; } = 2;

    /// <summary>Good probes in a row, one at a time, that bring it back. Default 3.</summary>
    [Range(1, 100)]
    public int ProbesToClose { get; init; } = 3;

    /// <summary>Told of every change somebody should know of, beside the log. It must not block.</summary>
    public Action<HsmPoolAlert>? Alert { get; init; }
}

/// <summary>Which of the members that hold a key and are well gets a call.</summary>
public enum HsmPoolRouting
{
    RoundRobin,

    /// <summary>The one whose probes are fastest, weighed by the calls it has to do already.</summary>
    LowestLatency,
}
