using System.Security.Cryptography;
using Qbitel.Cryptography.Classical;

namespace Qbitel.Cryptography.Hybrid;

/// <summary>
/// Diffie–Hellman as a KEM: the ciphertext is an ephemeral public key (draft-ietf-lamps-pq-composite-kem-18,
/// section 2.2).
/// </summary>
/// <remarks>
/// Private keys on a curve are the ECPrivateKey of RFC 5915 in composites (<paramref name="isSec1"/>), elsewhere the
/// scalar alone.
/// </remarks>
internal sealed class AgreementKem(NominalGroup group, bool isSec1 = false) : ClassicalKem
{
    public NominalGroup Group => group;

    public override int PublicKeySize => group.ElementSize;

    public override int CiphertextSize => group.ElementSize;

    public override int SecretSize => group.SecretSize;

    public override byte[] NewPrivateKey()
    {
        byte[] scalar = group.NewScalar();
        if (!isSec1 || group.Curve is null) return scalar;

        byte[] encoded = Sec1.Write(group.Curve, scalar);
        CryptographicOperations.ZeroMemory(scalar);
        return encoded;
    }

    public override AgreementKemKey ImportPrivate(ReadOnlySpan<byte> encoded)
    {
        if (!isSec1 || group.Curve is null) return new(group, group.ImportScalar(encoded));

        ReadOnlySpan<byte> scalar = Sec1.Read(group.Curve, encoded, out ReadOnlySpan<byte> point);
        return point.IsEmpty
            ? new(group, group.ImportScalar(scalar))
            : throw new CryptographicException($"{group.Curve.Name} private key: expected none with its public key.");
    }

    public override AgreementKemKey ImportPublic(ReadOnlySpan<byte> encoded) => new(group, encoded);
}

/// <summary>A key of <see cref="AgreementKem"/>.</summary>
internal sealed class AgreementKemKey : ClassicalKemKey
{
    private readonly NominalGroup _group;
    private readonly IAgreementKey? _own;
    private readonly AgreementPeer _asPeer;
    private readonly X25519Reserve? _reserve;

    public AgreementKemKey(NominalGroup group, ReadOnlySpan<byte> publicKey, X25519Reserve? reserve = null)
    {
        _group = group;
        _reserve = reserve;
        _asPeer = group.ImportPeer(publicKey);
        PublicKey = publicKey.ToArray();
    }

    public AgreementKemKey(NominalGroup group, IAgreementKey own)
        : this(group, own.PublicKey.Span) => _own = own;

    public override ReadOnlyMemory<byte> PublicKey { get; }

    public override void Encapsulate(Span<byte> ciphertext, Span<byte> secret)
    {
        using IAgreementKey ephemeral = _reserve?.Take() ?? _group.Generate();
        Encapsulate(ephemeral, ciphertext, secret);
    }

    /// <summary>With an ephemeral key of the caller's: from a seed for vectors, or made beforehand.</summary>
    public void Encapsulate(IAgreementKey ephemeral, Span<byte> ciphertext, Span<byte> secret)
    {
        ephemeral.DeriveSecret(_asPeer, secret);
        ephemeral.PublicKey.Span.CopyTo(ciphertext);
    }

    public override void Decapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> secret)
    {
        using AgreementPeer sender = _group.ImportPeer(ciphertext);
        _own!.DeriveSecret(sender, secret);
    }

    public override void Dispose()
    {
        _own?.Dispose();
        _asPeer.Dispose();
    }
}
