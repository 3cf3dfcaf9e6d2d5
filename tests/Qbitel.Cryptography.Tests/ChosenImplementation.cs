using System.Runtime.CompilerServices;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Tests;

/// <summary>Lets the whole suite run with another implementation:
/// <c>QBITEL_CRYPTOGRAPHY=PlatformRequired</c>.</summary>
internal static class ChosenImplementation
{
    [ModuleInitializer]
    public static void Choose()
    {
        if (Environment.GetEnvironmentVariable("QBITEL_CRYPTOGRAPHY") is { Length: > 0 } choice)
            AppContext.SetData(LatticeImplementation.SwitchName, choice);
    }
}
