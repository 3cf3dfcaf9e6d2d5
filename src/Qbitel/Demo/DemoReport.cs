namespace Qbitel.Demo;

/// <summary>What the demo did and whether it held: the document of <c>qbitel demo --headless --json</c>.</summary>
/// <remarks>Ok: every step held. What this machine cannot do says so and does not count.</remarks>
public sealed record DemoReport(bool Ok, IReadOnlyList<DemoStep> Steps);

/// <summary>One step of the main job.</summary>
/// <remarks>Named see, understand, protect, keep or prove.</remarks>
public sealed record DemoStep(string Name, string Title, bool Held, IReadOnlyList<DemoCheck> Checks);

/// <summary>One thing that was done and looked at.</summary>
/// <remarks>
/// The outcome is held, failed, or unavailable where this machine lacks what it needs; the detail is what was seen.
/// </remarks>
public sealed record DemoCheck(string Name, string Outcome, string Detail)
{
    public static DemoCheck Of(string name, bool held, string detail) => new(name, held ? "held" : "failed", detail);

    public static DemoCheck Unavailable(string name, string reason) => new(name, "unavailable", reason);
}
