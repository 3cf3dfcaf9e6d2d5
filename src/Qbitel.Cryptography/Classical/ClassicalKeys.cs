namespace Qbitel.Cryptography.Classical;

/// <summary>The keys of the classical signature algorithms.</summary>
internal static class ClassicalKeys
{
    public static SignatureKey Generate(SignatureAlgorithm algorithm) =>
        algorithm == SignatureAlgorithm.Ed25519 ? Ed25519Key.Generate()
        : EcdsaKey.Generate(CurveOf(algorithm));

    public static SignatureKey ImportPrivate(SignatureAlgorithm algorithm, ReadOnlySpan<byte> privateKey) =>
        algorithm == SignatureAlgorithm.Ed25519 ? Ed25519Key.ImportPrivate(privateKey)
        : EcdsaKey.ImportPrivate(CurveOf(algorithm), privateKey);

    public static SignatureKey ImportPublic(SignatureAlgorithm algorithm, ReadOnlySpan<byte> publicKey) =>
        algorithm == SignatureAlgorithm.Ed25519 ? Ed25519Key.ImportPublic(publicKey)
        : EcdsaKey.ImportPublic(CurveOf(algorithm), publicKey);

    private static NamedCurve CurveOf(SignatureAlgorithm algorithm) =>
        algorithm == SignatureAlgorithm.EcdsaP256 ? NamedCurve.P256
        : algorithm == SignatureAlgorithm.EcdsaP384 ? NamedCurve.P384
        : throw new ArgumentException($"{algorithm} is not a classical signature algorithm.", nameof(algorithm));
}
