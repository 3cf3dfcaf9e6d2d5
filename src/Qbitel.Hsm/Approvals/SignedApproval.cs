using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance;

namespace Qbitel.Hsm.Approvals;

/// <summary>A person's signature under one request.</summary>
/// <param name="Id">Named by the audit entries.</param>
/// <param name="RequestHash">What was approved.</param>
/// <param name="Approver">Who, <c>user:…</c>; bound by the signature.</param>
/// <param name="At">UTC, by the approver's clock, to the millisecond.</param>
/// <param name="Signature">Over all of the above, in canonical form.</param>
public sealed record SignedApproval(
    Guid Id, Digest RequestHash, string Approver, DateTimeOffset At, ReadOnlyMemory<byte> Signature)
{
    private static ReadOnlySpan<byte> Context => "qbitel hsm approval 1"u8;

    /// <summary>Signs a request that the person has read.</summary>
    public static async ValueTask<SignedApproval> SignAsync(
        ApprovalRequest request, string approver, Signer signer, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(time);
        DateTimeOffset now = ApprovalRequest.Milliseconds(time.GetUtcNow());
        SignedApproval unsigned = new(Guid.CreateVersion7(now), request.Hash, approver, now, default);
        byte[] context = Context.ToArray();
        return unsigned with
        {
            Signature = await signer.SignAsync(unsigned.SignedBytes(), context, cancellationToken),
        };
    }

    /// <summary>Whether it is by this person's key; false whatever else is wrong with it.</summary>
    public bool IsBy(Approver approver)
    {
        ArgumentNullException.ThrowIfNull(approver);
        if (approver.Name != Approver) return false;
        try
        {
            using SignatureKey key = SignatureKeys.ImportPublic(approver.Algorithm, approver.PublicKey.Span);
            return key.Verify(SignedBytes(), Signature.Span, Context);
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return false; // a key that is none, or a name that has no canonical form
        }
    }

    public bool Equals(SignedApproval? other) => other is not null && Id == other.Id
        && RequestHash == other.RequestHash && Approver == other.Approver && At == other.At
        && Signature.Span.SequenceEqual(other.Signature.Span);

    public override int GetHashCode() => Id.GetHashCode();

    public override string ToString() => $"{Approver} at {ApprovalRequest.Text(At)}";

    private byte[] SignedBytes() => CanonicalJson.Serialize(JsonSerializer.SerializeToElement(new JsonObject
    {
        ["v"] = 1,
        ["id"] = Id.ToString("D"),
        ["request_hash"] = RequestHash.ToString(),
        ["approver"] = Approver,
        ["at"] = ApprovalRequest.Text(At),
    }));
}
