namespace Qbitel.Testing;

/// <summary>
/// How long a long test runs: a sample in the gate, the whole in a named run of <c>build/soak.sh</c>.
/// </summary>
/// <remarks>Such a test carries <c>[Trait("Soak", "name-of-the-run")]</c>.</remarks>
public static class Soak
{
    public static bool IsOn => Environment.GetEnvironmentVariable("QBITEL_SOAK") == "1";

    public static int Times(int gate, int soak) => IsOn ? soak : gate;
}
