using System.Security.Cryptography;

namespace Qbitel.Cryptography.HashSignatures;

/// <summary>SLH-DSA (FIPS 205) as a <see cref="SignatureKey"/>.</summary>
internal sealed class SlhDsaKey : SignatureKey
{
    private readonly ManagedSlhDsa _key;

    private SlhDsaKey(SignatureAlgorithm algorithm, ManagedSlhDsa key)
        : base(algorithm, key.HasPrivateKey) => _key = key;

    public static bool IsOf(SignatureAlgorithm algorithm) => SlhDsaParameters.Of(algorithm.Oid!) is not null;

    public static SlhDsaKey Generate(SignatureAlgorithm algorithm) =>
        new(algorithm, ManagedSlhDsa.GenerateKey(ParametersOf(algorithm)));

    public static SlhDsaKey ImportPrivate(SignatureAlgorithm algorithm, ReadOnlySpan<byte> privateKey) =>
        new(algorithm, ManagedSlhDsa.ImportSlhDsaPrivateKey(ParametersOf(algorithm), privateKey));

    public static SlhDsaKey ImportPublic(SignatureAlgorithm algorithm, ReadOnlySpan<byte> publicKey) =>
        new(algorithm, ManagedSlhDsa.ImportSlhDsaPublicKey(ParametersOf(algorithm), publicKey));

    protected override byte[] SignCore(ReadOnlySpan<byte> data, ReadOnlySpan<byte> context)
    {
        byte[] signature = new byte[Algorithm.SignatureSize];
        _key.SignData(data, signature, context);
        return signature;
    }

    protected override bool VerifyCore(
        ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> context) =>
        _key.VerifyData(data, signature, context);

    protected override byte[] ExportPublicKeyCore() => _key.ExportSlhDsaPublicKey();

    protected override byte[] ExportPrivateKeyCore() => _key.ExportSlhDsaPrivateKey();

    protected override void Dispose(bool disposing) => _key.Dispose();

    private static SlhDsaAlgorithm ParametersOf(SignatureAlgorithm algorithm) =>
        SlhDsaParameters.Of(algorithm.Oid!)?.Algorithm
        ?? throw new ArgumentException($"{algorithm} is not SLH-DSA.", nameof(algorithm));
}
