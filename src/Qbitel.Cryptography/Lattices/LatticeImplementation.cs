using System.Security.Cryptography;

namespace Qbitel.Cryptography.Lattices;

/// <summary>The implementation of ML-KEM and ML-DSA in force: ours, or the platform's (OpenSSL 3.5).</summary>
/// <remarks>
/// The process chooses once, by the runtime setting <see cref="SwitchName"/> (<c>runtimeconfig.json</c>, or
/// <see cref="AppContext.SetData"/> before the first key). It holds for plain keys, for the lattice halves of hybrids
/// and for the hash that joins them in a KEM; what is in force is never another than <see cref="KeyEncapsulation"/>
/// and <see cref="Signatures"/> say.
/// </remarks>
public sealed class LatticeImplementation
{
    /// <summary>The runtime setting: the name of an <see cref="ImplementationChoice"/>.</summary>
    public const string SwitchName = "Qbitel.Cryptography.Implementation";

    private static readonly Lazy<LatticeImplementation> Chosen =
        new(() => new LatticeImplementation(Parse(AppContext.GetData(SwitchName))));

    private readonly bool _isPlatformKem;
    private readonly bool _isPlatformDsa;

    /// <exception cref="PlatformNotSupportedException">The platform is required and lacks an algorithm.</exception>
    internal LatticeImplementation(ImplementationChoice choice)
        : this(choice, MLKem.IsSupported, MLDsa.IsSupported)
    {
    }

    /// <summary>On a platform that has these algorithms.</summary>
    internal LatticeImplementation(ImplementationChoice choice, bool hasKem, bool hasDsa)
    {
        if (choice == ImplementationChoice.PlatformRequired && !(hasKem && hasDsa))
        {
            throw new PlatformNotSupportedException(
                $"The setting {SwitchName} requires the platform's ML-KEM and ML-DSA, and this system's OpenSSL is "
                + "older than 3.5. Run on a system with OpenSSL 3.5 or newer (Debian 13), or choose Platform or "
                + "Managed.");
        }

        Choice = choice;
        _isPlatformKem = choice != ImplementationChoice.Managed && hasKem;
        _isPlatformDsa = choice != ImplementationChoice.Managed && hasDsa;
    }

    /// <summary>What this process chose; made at first use.</summary>
    /// <exception cref="PlatformNotSupportedException">The platform is required and lacks an algorithm.</exception>
    /// <exception cref="InvalidOperationException">The setting is none of the choices.</exception>
    public static LatticeImplementation Current => Chosen.Value;

    public ImplementationChoice Choice { get; }

    /// <summary>Managed or Platform: what makes ML-KEM keys, also those within hybrids.</summary>
    public ImplementationChoice KeyEncapsulation => Of(_isPlatformKem);

    /// <summary>Managed or Platform: what makes ML-DSA keys, also those within composites.</summary>
    public ImplementationChoice Signatures => Of(_isPlatformDsa);

    /// <exception cref="InvalidOperationException">Not the name of a choice.</exception>
    internal static ImplementationChoice Parse(object? setting)
    {
        if (setting is null or "") return ImplementationChoice.Managed;

        string? name = Enum.GetNames<ImplementationChoice>()
            .FirstOrDefault(known => string.Equals(known, setting as string, StringComparison.OrdinalIgnoreCase));
        return name is not null
            ? Enum.Parse<ImplementationChoice>(name)
            : throw new InvalidOperationException($"The setting {SwitchName} is '{setting}'. Known: "
                + $"{string.Join(", ", Enum.GetNames<ImplementationChoice>())}.");
    }

    public override string ToString() => $"{Choice}: ML-KEM {KeyEncapsulation}, ML-DSA {Signatures}";

    internal MLKem GenerateKey(MLKemAlgorithm algorithm) => _isPlatformKem
        ? MLKem.GenerateKey(algorithm)
        : ManagedMLKem.GenerateKey(algorithm);

    internal MLKem ImportPrivateSeed(MLKemAlgorithm algorithm, ReadOnlySpan<byte> seed) => _isPlatformKem
        ? MLKem.ImportPrivateSeed(algorithm, seed)
        : ManagedMLKem.ImportPrivateSeed(algorithm, seed);

    internal MLKem ImportEncapsulationKey(MLKemAlgorithm algorithm, ReadOnlySpan<byte> key) => _isPlatformKem
        ? MLKem.ImportEncapsulationKey(algorithm, key)
        : ManagedMLKem.ImportEncapsulationKey(algorithm, key);

    internal MLDsa GenerateKey(MLDsaAlgorithm algorithm) => _isPlatformDsa
        ? MLDsa.GenerateKey(algorithm)
        : ManagedMLDsa.GenerateKey(algorithm);

    internal MLDsa ImportPrivateSeed(MLDsaAlgorithm algorithm, ReadOnlySpan<byte> seed) => _isPlatformDsa
        ? MLDsa.ImportMLDsaPrivateSeed(algorithm, seed)
        : ManagedMLDsa.ImportMLDsaPrivateSeed(algorithm, seed);

    internal MLDsa ImportPublicKey(MLDsaAlgorithm algorithm, ReadOnlySpan<byte> key) => _isPlatformDsa
        ? MLDsa.ImportMLDsaPublicKey(algorithm, key)
        : ManagedMLDsa.ImportMLDsaPublicKey(algorithm, key);

    private static ImplementationChoice Of(bool isPlatform) =>
        isPlatform ? ImplementationChoice.Platform : ImplementationChoice.Managed;
}
