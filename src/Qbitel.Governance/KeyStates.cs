namespace Qbitel.Governance;

/// <summary>What a key version may do in each state, and which state follows which.</summary>
/// <remarks>
/// NIST SP 800-57 part 1, section 7, with one rule made stricter: a compromised version stays known as compromised, so
/// its material is destroyed into <see cref="KeyState.DestroyedCompromised"/>, never into plain
/// <see cref="KeyState.Destroyed"/>.
/// </remarks>
public static class KeyStates
{
    /// <summary>Whether a version in this state may sign, encrypt or wrap.</summary>
    public static bool MayProtect(this KeyState state) => state == KeyState.Active;

    /// <summary>
    /// Whether a version in this state may verify, decrypt or unwrap. A suspended or compromised one only under an
    /// explicit override, which the caller authorises and writes to the audit log.
    /// </summary>
    public static bool MayProcess(this KeyState state, bool overridden = false) => state switch
    {
        KeyState.Active or KeyState.Deactivated => true,
        KeyState.Suspended or KeyState.Compromised => overridden,
        _ => false,
    };

    /// <summary>Whether the material may still exist.</summary>
    public static bool HasMaterial(this KeyState state) =>
        state is not (KeyState.Destroyed or KeyState.DestroyedCompromised);

    /// <summary>Whether one step leads from <paramref name="from"/> to <paramref name="to"/>.</summary>
    public static bool CanTransition(KeyState from, KeyState to) => from switch
    {
        KeyState.PreActive => to is KeyState.Active or KeyState.Compromised or KeyState.Destroyed,
        KeyState.Active => to is KeyState.Suspended or KeyState.Deactivated or KeyState.Compromised,
        KeyState.Suspended => to is KeyState.Active or KeyState.Deactivated or KeyState.Compromised,
        KeyState.Deactivated => to is KeyState.Compromised or KeyState.Destroyed,
        KeyState.Compromised => to is KeyState.DestroyedCompromised,
        KeyState.Destroyed => to is KeyState.DestroyedCompromised,
        _ => false,
    };
}
