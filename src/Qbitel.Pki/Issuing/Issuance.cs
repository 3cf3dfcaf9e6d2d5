using System.Diagnostics.CodeAnalysis;

namespace Qbitel.Pki.Issuing;

/// <summary>A certificate, or the rule that refused it.</summary>
public sealed class Issuance
{
    private Issuance(IssuedCertificate? certificate, Objection? refusal)
    {
        Certificate = certificate;
        Refusal = refusal;
    }

    [MemberNotNullWhen(true, nameof(Certificate))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsIssued => Certificate is not null;

    public IssuedCertificate? Certificate { get; }

    public Objection? Refusal { get; }

    internal static Issuance Of(IssuedCertificate certificate) => new(certificate, null);

    internal static Issuance Refused(Objection objection) => new(null, objection);
}
