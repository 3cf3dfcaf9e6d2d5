namespace Qbitel.Architecture.Tests;

public sealed class FloorTests
{
    // A project may reference only projects on a lower floor.
    private static readonly Dictionary<string, int> Floors = new(StringComparer.Ordinal)
    {
        ["Qbitel.Cryptography"] = 0,
        ["Qbitel.Protocols"] = 0,
        ["Qbitel.Discovery"] = 1,
        ["Qbitel.Governance"] = 1,
        ["Qbitel.Hsm"] = 2,
        ["Qbitel.Store"] = 2,
        ["Qbitel.Pki"] = 3,
        ["Qbitel.Automation"] = 4,
        ["Qbitel.Gateway"] = 4,
        ["Qbitel"] = 5,
    };

    [Fact]
    public void Every_project_has_a_floor() =>
        Assert.Equal(Floors.Keys.Order(StringComparer.Ordinal), Solution.Rooms());

    [Fact]
    public void References_go_down() =>
        Assert.All(Solution.ProjectReferences(),
            r => Assert.True(Floors[r.To] < Floors[r.From], $"{r.From} must not reference {r.To}"));
}
