using Qbitel.Cryptography.Lattices;

namespace Qbitel.Machine;

/// <summary>Whose ML-KEM and ML-DSA this process uses, as its environment says.</summary>
internal static class LatticeChoice
{
    /// <summary>The environment variable: Managed, Platform or PlatformRequired.</summary>
    public const string Variable = "QBITEL_CRYPTOGRAPHY";

    /// <summary>Call before the first key is made.</summary>
    /// <exception cref="MisusedException">The variable is none of the choices.</exception>
    public static void Apply(Func<string, string?> environment)
    {
        if (environment(Variable) is not { Length: > 0 } choice) return;

        if (!Enum.GetNames<ImplementationChoice>().Contains(choice, StringComparer.OrdinalIgnoreCase))
        {
            throw new MisusedException($"{Variable} is '{choice}': it must be one of "
                + $"{string.Join(", ", Enum.GetNames<ImplementationChoice>())}.");
        }

        AppContext.SetData(LatticeImplementation.SwitchName, choice);
    }

    /// <summary>Refuses to go on where the platform is required and lacks an algorithm.</summary>
    /// <exception cref="RefusedException">It does.</exception>
    public static void Require()
    {
        try
        {
            _ = LatticeImplementation.Current;
        }
        catch (PlatformNotSupportedException missing)
        {
            throw new RefusedException(
                missing.Message, $"Set {Variable} to Managed or Platform, or run where OpenSSL is 3.5 or newer.");
        }
    }

    public static Finding Finding()
    {
        try
        {
            LatticeImplementation inForce = LatticeImplementation.Current;
            string value = inForce.KeyEncapsulation == inForce.Signatures
                ? $"{inForce.KeyEncapsulation}"
                : $"ML-KEM {inForce.KeyEncapsulation}, ML-DSA {inForce.Signatures}";
            bool isShort = inForce.Choice == ImplementationChoice.Platform
                && (inForce.KeyEncapsulation, inForce.Signatures)
                    != (ImplementationChoice.Platform, ImplementationChoice.Platform);
            return isShort
                ? new("lattices", "Implementation in force", value, FindingState.Limited,
                    $"{Variable} asks for the platform's algorithms, which this machine does not all have",
                    "OpenSSL 3.5 or newer brings them; PlatformRequired refuses to start without.")
                : new("lattices", "Implementation in force", value, FindingState.Note,
                    $"keys of ML-KEM and ML-DSA are made with it; {Variable} chooses");
        }
        catch (PlatformNotSupportedException)
        {
            return new("lattices", "Implementation in force", "none", FindingState.Problem,
                $"{Variable} requires the platform's ML-KEM and ML-DSA, which this machine does not have",
                $"Run where OpenSSL is 3.5 or newer, or set {Variable} to Platform or Managed.");
        }
    }
}
