namespace Qbitel.Hsm.Pools;

/// <summary>What a pool can do at this moment.</summary>
public enum HsmPoolMode
{
    /// <summary>Enough active members are well.</summary>
    Normal,

    /// <summary>It verifies, decrypts and decapsulates, and protects nothing new.</summary>
    ReadOnly,

    /// <summary>No member answers; signatures are still verified, which needs none.</summary>
    Down,
}

/// <summary>How a member is.</summary>
public enum HsmMemberState
{
    /// <summary>Not opened yet.</summary>
    Closed,

    /// <summary>Gets calls.</summary>
    Healthy,

    /// <summary>Its breaker is open: no calls, no probes until the break is over.</summary>
    Out,

    /// <summary>On trial: one probe at a time, no calls.</summary>
    Trial,

    /// <summary>Its PIN or passphrase was refused. It is left alone until somebody has seen to it.</summary>
    Barred,
}

/// <summary>One member, as it is.</summary>
/// <param name="Name">In the pool.</param>
/// <param name="Provider">Of what kind it is; null where it was never opened.</param>
/// <param name="Role">What it is trusted with.</param>
/// <param name="State">How it is.</param>
/// <param name="Reason">Why it is not healthy; null where it is.</param>
/// <param name="ProbeLatency">Of the last probes, smoothed; null before the first good one.</param>
/// <param name="InFlight">Calls with it now, those that were given up included.</param>
/// <param name="Calls">Calls it answered or failed.</param>
/// <param name="Failures">Of these, failed.</param>
public sealed record HsmMemberStatus(
    string Name, string? Provider, HsmPoolRole Role, HsmMemberState State, string? Reason, TimeSpan? ProbeLatency,
    int InFlight, long Calls, long Failures);

/// <summary>Something about a pool that a person should know.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Member">Whose; null for the pool.</param>
/// <param name="Message">In words, without secrets.</param>
public sealed record HsmPoolAlert(HsmPoolAlertKind Kind, string? Member, string Message);

public enum HsmPoolAlertKind
{
    MemberOut,

    MemberBack,

    /// <summary>The PIN or passphrase is wrong; nothing is tried again.</summary>
    MemberBarred,

    /// <summary>A member has another key of the same name, or more than one; it is not used.</summary>
    KeyConflict,

    /// <summary>A member no longer has a key that it had.</summary>
    KeyLost,

    /// <summary>The pool verifies and decrypts only.</summary>
    ReadOnly,

    /// <summary>No member answers.</summary>
    Down,

    /// <summary>The pool protects again.</summary>
    Normal,
}
