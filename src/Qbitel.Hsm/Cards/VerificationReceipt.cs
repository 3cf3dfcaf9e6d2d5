using System.Text;
using System.Text.Json;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Hsm.Cards;

/// <summary>A result signed by a quantum-safe key, for whoever must show later what was found.</summary>
/// <param name="Statement">UTF-8 JSON: what was verified, with the card number masked, and what was found.</param>
/// <param name="Algorithm">Of the signature.</param>
/// <param name="PublicKey">Of the signer.</param>
/// <param name="Signature">Over the statement, under the context <c>qbitel card receipt 1</c>.</param>
public sealed record VerificationReceipt(
    ReadOnlyMemory<byte> Statement, SignatureAlgorithm Algorithm, ReadOnlyMemory<byte> PublicKey,
    ReadOnlyMemory<byte> Signature)
{
    private static readonly byte[] Context = "qbitel card receipt 1"u8.ToArray();

    /// <summary>True only for a statement that the holder of this key signed.</summary>
    /// <param name="trustedKey">The signer's public key, from a place that is trusted and not from the receipt.</param>
    public bool IsSignedBy(ReadOnlySpan<byte> trustedKey)
    {
        if (!PublicKey.Span.SequenceEqual(trustedKey)) return false;
        using SignatureKey key = SignatureKeys.ImportPublic(Algorithm, trustedKey);
        return key.Verify(Statement.Span, Signature.Span, Context);
    }

    public override string ToString() => Encoding.UTF8.GetString(Statement.Span);

    internal static async ValueTask<VerificationReceipt> SignAsync(
        Signer signer, CavvVerification result, DateTimeOffset at, CancellationToken cancellationToken)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteString("at", at.UtcDateTime);
            json.WriteString("card", result.Card);
            json.WriteString("eci", result.Eci);
            json.WriteBoolean("liabilityShifts", result.LiabilityShifts);
            json.WriteString("method", result.Method);
            json.WriteString("reason", result.Reason.ToString());
            json.WriteString("scheme", result.Scheme.ToString());
            json.WriteString("status", result.Status.ToString());
            json.WriteEndObject();
        }

        byte[] statement = bytes.ToArray();
        byte[] signature = await signer.SignAsync(statement, Context, cancellationToken);
        return new VerificationReceipt(statement, signer.Algorithm, signer.PublicKey, signature);
    }
}
