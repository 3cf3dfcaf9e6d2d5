using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Qbitel.Governance;
using Qbitel.Governance.Audit;

namespace Qbitel.Hsm.Approvals;

/// <summary>One request on disk, with the audit entries that are not in the audit log yet.</summary>
internal sealed record ApprovalFile(ApprovalState State, IReadOnlyList<AuditEntry> Undelivered)
{
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(new ApprovalLines
    {
        V = 1,
        Request = Encoding.UTF8.GetString(State.Request.ToBytes().Span),
        Approvals = [.. State.Approvals.Select(a => new ApprovalLine(
            a.Id, a.RequestHash.ToString(), a.Approver, a.At, Convert.ToBase64String(a.Signature.Span)))],
        Use = State.Use,
        Outcome = State.Outcome,
        Undelivered = [.. Undelivered.Select(entry => Encoding.UTF8.GetString(entry.ToLeaf().Span))],
    }, ApprovalJson.Default.ApprovalLines);

    /// <summary>Null where the bytes are not what <see cref="ToBytes"/> writes.</summary>
    public static ApprovalFile? TryRead(ReadOnlySpan<byte> bytes)
    {
        try
        {
            ApprovalLines? lines = JsonSerializer.Deserialize(bytes, ApprovalJson.Default.ApprovalLines);
            if (lines is not { V: 1 }
                || !ApprovalRequest.TryParse(Encoding.UTF8.GetBytes(lines.Request), out ApprovalRequest? request))
            {
                return null;
            }

            List<AuditEntry> undelivered = [];
            foreach (string leaf in lines.Undelivered)
            {
                if (!AuditEntry.TryParse(Encoding.UTF8.GetBytes(leaf), out AuditEntry? entry, out _)) return null;
                undelivered.Add(entry);
            }

            return new ApprovalFile(new ApprovalState(request, [.. lines.Approvals.Select(a => new SignedApproval(
                a.Id, Digest.Parse(a.RequestHash), a.Approver, a.At, Convert.FromBase64String(a.Signature)))],
                lines.Use, lines.Outcome), undelivered);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }
}

internal sealed record ApprovalLines
{
    public required int V { get; init; }

    public required string Request { get; init; }

    public required List<ApprovalLine> Approvals { get; init; }

    public ApprovalUse? Use { get; init; }

    public string? Outcome { get; init; }

    public required List<string> Undelivered { get; init; }
}

internal sealed record ApprovalLine(
    Guid Id, string RequestHash, string Approver, DateTimeOffset At, string Signature);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, WriteIndented = true)]
[JsonSerializable(typeof(ApprovalLines))]
internal sealed partial class ApprovalJson : JsonSerializerContext;
