namespace Qbitel.Governance.Tests;

public sealed class KeyStatesTests
{
    [Fact]
    public void Transitions_are_those_of_the_table()
    {
        HashSet<(KeyState, KeyState)> allowed =
        [
            (KeyState.PreActive, KeyState.Active), (KeyState.PreActive, KeyState.Compromised),
            (KeyState.PreActive, KeyState.Destroyed),
            (KeyState.Active, KeyState.Suspended), (KeyState.Active, KeyState.Deactivated),
            (KeyState.Active, KeyState.Compromised),
            (KeyState.Suspended, KeyState.Active), (KeyState.Suspended, KeyState.Deactivated),
            (KeyState.Suspended, KeyState.Compromised),
            (KeyState.Deactivated, KeyState.Compromised), (KeyState.Deactivated, KeyState.Destroyed),
            (KeyState.Compromised, KeyState.DestroyedCompromised), (KeyState.Destroyed, KeyState.DestroyedCompromised),
        ];
        Assert.All(
            from @from in Enum.GetValues<KeyState>() from to in Enum.GetValues<KeyState>() select (@from, to),
            step => Assert.Equal(allowed.Contains(step), KeyStates.CanTransition(step.@from, step.to)));
    }

    [Fact]
    public void Only_an_active_version_protects() =>
        Assert.Equal([KeyState.Active], Enum.GetValues<KeyState>().Where(s => s.MayProtect()));

    [Fact]
    public void Old_versions_still_process_and_held_back_ones_only_under_an_override()
    {
        Assert.Equal([KeyState.Active, KeyState.Deactivated], Enum.GetValues<KeyState>().Where(s => s.MayProcess()));
        Assert.Equal([KeyState.Active, KeyState.Suspended, KeyState.Deactivated, KeyState.Compromised],
            Enum.GetValues<KeyState>().Where(s => s.MayProcess(overridden: true)));
    }

    // A1 of the traps: marking a key compromised once ended in Deactivated.
    [Fact]
    public void A_compromised_version_never_becomes_anything_that_hides_it()
    {
        HashSet<KeyState> reached = [KeyState.Compromised];
        while (Enum.GetValues<KeyState>()
            .Where(to => !reached.Contains(to) && reached.Any(from => KeyStates.CanTransition(from, to))).ToArray()
                is { Length: > 0 } more)
        {
            reached.UnionWith(more);
        }

        Assert.Equal([KeyState.Compromised, KeyState.DestroyedCompromised], reached.Order());
        Assert.All(Enum.GetValues<KeyState>().Where(s => s.HasMaterial() && s != KeyState.Compromised),
            from => Assert.True(KeyStates.CanTransition(from, KeyState.Compromised)));
    }

    [Fact]
    public void What_has_no_material_neither_protects_nor_processes() =>
        Assert.All(
            Enum.GetValues<KeyState>().Where(s => !s.HasMaterial()), s =>
                Assert.False(s.MayProtect() || s.MayProcess(overridden: true)));
}
