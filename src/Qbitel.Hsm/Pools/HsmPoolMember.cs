namespace Qbitel.Hsm.Pools;

/// <summary>One box of a pool: its name there, how it is opened, and what it is trusted with.</summary>
/// <param name="Name">Its own in the pool; it decides where new keys are made, so it stays when the box is replaced.</param>
/// <param name="OpenAsync">Opens the provider, once; again only after <see cref="HsmPool.ReinstateAsync"/>.</param>
public sealed record HsmPoolMember(string Name, Func<CancellationToken, ValueTask<HsmProvider>> OpenAsync)
{
    /// <summary>Default <see cref="HsmPoolRole.Active"/>.</summary>
    public HsmPoolRole Role { get; init; }

    /// <summary>How many calls are with it at once; one more goes to another member. Default 256.</summary>
    public int Concurrency { get; init; } = 256;
}

/// <summary>What a member is trusted with.</summary>
public enum HsmPoolRole
{
    /// <summary>Everything.</summary>
    Active,

    /// <summary>
    /// Copies of keys, as at a second site: it decrypts and decapsulates when no active member can, and protects nothing
    /// new.
    /// </summary>
    Standby,
}
