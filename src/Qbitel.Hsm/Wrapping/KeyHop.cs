namespace Qbitel.Hsm.Wrapping;

/// <summary>
/// How far the last step of a key into its target is safe from whoever records it and computes later.
/// </summary>
public enum HopSafety
{
    /// <summary>Under a KEM up to the inside of the token.</summary>
    QuantumSafe,

    /// <summary>Under a KEM up to this process, and the target is this process.</summary>
    InProcess,

    /// <summary>
    /// Under a KEM up to this process, then by the module's own interface: in the machine with some modules, over a
    /// network with others, and how the vendor protects that cannot be seen from here.
    /// </summary>
    ModuleInterface,

    /// <summary>Under RSA: whoever records it and breaks RSA later has the key.</summary>
    Classical,
}

/// <summary>What protects one key on its last step into its target.</summary>
/// <param name="Safety">How far that holds.</param>
/// <param name="Protection">In words: algorithms, and whose.</param>
public sealed record KeyHop(HopSafety Safety, string Protection)
{
    /// <summary>Nobody who keeps what goes over a wire can open it later, as far as can be shown.</summary>
    public bool IsQuantumSafe => Safety is HopSafety.QuantumSafe or HopSafety.InProcess;

    public override string ToString() => $"{Safety}: {Protection}";
}
