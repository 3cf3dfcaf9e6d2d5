namespace Qbitel.Cryptography.Classical;

/// <summary>The keys of the classical signature algorithms.</summary>
internal static class ClassicalKeys
{
    public static SignatureKey Generate(SignatureAlgorithm algorithm) =>
        new ClassicalKey(algorithm, SchemeOf(algorithm).Generate(), hasPrivateKey: true);

    public static SignatureKey ImportPrivate(SignatureAlgorithm algorithm, ReadOnlySpan<byte> privateKey) =>
        new ClassicalKey(algorithm, SchemeOf(algorithm).ImportPrivate(privateKey), hasPrivateKey: true);

    public static SignatureKey ImportPublic(SignatureAlgorithm algorithm, ReadOnlySpan<byte> publicKey) =>
        new ClassicalKey(algorithm, SchemeOf(algorithm).ImportPublic(publicKey), hasPrivateKey: false);

    private static SigningScheme SchemeOf(SignatureAlgorithm algorithm) =>
        algorithm == SignatureAlgorithm.Ed25519 ? SigningScheme.Ed25519
        : algorithm == SignatureAlgorithm.EcdsaP256 ? SigningScheme.EcdsaP256
        : algorithm == SignatureAlgorithm.EcdsaP384 ? SigningScheme.EcdsaP384
        : throw new ArgumentException($"{algorithm} is not a classical signature algorithm.", nameof(algorithm));
}
