using System.Text;
using System.Text.Json;
using Qbitel.Discovery.Tls;

namespace Qbitel.Automation.Estate;

/// <summary>A scan as a JSON document: what <c>qbitel scan --json</c> prints and the store keeps.</summary>
public static class EndpointScanDocument
{
    public static string ToJson(EndpointScan scan)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes)) Write(writer, scan);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    public static void Write(Utf8JsonWriter writer, EndpointScan scan)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(scan);

        TlsEndpointReport report = scan.Preferred;
        writer.WriteStartObject();
        writer.WriteString("endpoint", scan.Address.ToString());
        writer.WriteString("at", scan.At);
        writer.WriteBoolean("completed", report.Completed);
        if (report.Failure is not null) writer.WriteString("failure", report.Failure);
        Number(writer, "protocol", report.Version, report.VersionName);
        Number(writer, "cipherSuite", report.CipherSuite, report.CipherSuiteName);
        Number(writer, "group", report.Group, report.GroupName);
        if (report.KeyExchange is not null) writer.WriteString("keyExchange", report.KeyExchange);
        writer.WriteBoolean("hybridOffered", report.HybridOffered);
        if (report.Completed) writer.WriteBoolean("quantumSafeKeyExchange", report.IsKeyExchangeQuantumSafe);
        Boolean(writer, "acceptsClassicalKeyExchange", scan.AcceptsClassicalKeyExchange);
        Boolean(writer, "acceptsTls12OrOlder", scan.AcceptsTls12OrOlder);
        Number(writer, "signatureScheme", report.SignatureScheme, report.SignatureSchemeName);
        Boolean(writer, "signatureValid", report.SignatureValid);
        writer.WriteStartArray("chain");
        foreach (CertificateSummary certificate in report.Chain) Write(writer, certificate);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, CertificateSummary certificate)
    {
        writer.WriteStartObject();
        writer.WriteString("subject", certificate.Subject);
        writer.WriteString("issuer", certificate.Issuer);
        writer.WriteString("serialNumber", certificate.SerialNumber);
        writer.WriteString("notBefore", certificate.NotBefore);
        writer.WriteString("notAfter", certificate.NotAfter);
        writer.WriteString("keyAlgorithm", certificate.KeyAlgorithm);
        writer.WriteString("keyOid", certificate.KeyOid);
        if (certificate.KeySizeBits is { } bits) writer.WriteNumber("keySizeBits", bits);
        writer.WriteString("signatureAlgorithm", certificate.SignatureAlgorithm);
        writer.WriteString("signatureOid", certificate.SignatureOid);
        writer.WriteBase64String("der", certificate.Der.Span);
        writer.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter writer, string name, int? number, string? words)
    {
        if (number is not { } value) return;
        writer.WriteStartObject(name);
        writer.WriteNumber("number", value);
        writer.WriteString("name", words);
        writer.WriteEndObject();
    }

    private static void Boolean(Utf8JsonWriter writer, string name, bool? value)
    {
        if (value is { } known) writer.WriteBoolean(name, known);
    }
}
