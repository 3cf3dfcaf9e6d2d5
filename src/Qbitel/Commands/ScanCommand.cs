using System.CommandLine;
using System.Globalization;
using System.Text;
using Qbitel.Automation.Estate;
using Qbitel.Discovery.Tls;
using Qbitel.Printing;

namespace Qbitel.Commands;

internal static class ScanCommand
{
    public static Verb Create(GlobalOptions global)
    {
        Argument<string[]> endpoints = new("HOST:PORT")
        {
            Description = "Endpoints that speak TLS",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<int> timeout = new("--timeout")
        {
            Description = "Seconds one connection may take",
            HelpName = "N",
            DefaultValueFactory = _ => 10,
            CustomParser = result => Number.Between(result, 1, 600),
        };

        Verb verb = new("scan",
            "Ask endpoints how they speak TLS: version, group, cipher, certificates. Exit 1 when one did not answer.",
            new("qbitel scan pay.bank.example:443", "what it prefers and what it also accepts"),
            new("qbitel scan 127.0.0.1:8443 127.0.0.1:9443 --json", "several, for a program"))
        {
            endpoints, timeout,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            List<EndpointScan> scans = [];
            EndpointScanner scanner = new(TimeProvider.System, TimeSpan.FromSeconds(line.GetValue(timeout)));
            foreach (string text in line.GetRequiredValue(endpoints))
            {
                if (!EndpointAddress.TryParse(text, out EndpointAddress? address))
                {
                    throw new MisusedException(
                        $"'{text}' is no endpoint: write HOST:PORT, e.g. pay.bank.example:443 or [::1]:8443.");
                }

                scans.Add(await scanner.ScanAsync(address, cancellation));
            }

            if (output.IsJson) output.Text(Json(scans));
            else foreach (EndpointScan scan in scans) output.Text(Words(scan));
            return scans.All(scan => scan.Preferred.Completed) ? ExitCode.Done : ExitCode.Refused;
        });
    }

    private static string Json(List<EndpointScan> scans)
    {
        return IndentedJson.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("endpoints");
            foreach (EndpointScan scan in scans) EndpointScanDocument.Write(writer, scan);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static string Words(EndpointScan scan)
    {
        TlsEndpointReport report = scan.Preferred;
        if (!report.Completed) return $"{scan.Address}  no TLS seen: {report.Failure}";

        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{scan.Address}  {report.VersionName}  {report.CipherSuiteName}\n");
        text.Append(CultureInfo.InvariantCulture,
            $"  key exchange  {(report.Group is { } group ? $"0x{group:X4} {report.GroupName}" : report.KeyExchange)}");
        text.Append(report.IsKeyExchangeQuantumSafe ? ", quantum-safe"
            : ", NOT quantum-safe (X25519MLKEM768 was offered)");
        text.Append(CultureInfo.InvariantCulture, $"\n  also accepts  {Also(scan)}");
        foreach (CertificateSummary certificate in report.Chain)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\n  certificate   {certificate.Subject}, {certificate.KeyAlgorithm} {certificate.KeySizeBits}, ");
            text.Append(CultureInfo.InvariantCulture,
                $"signed with {certificate.SignatureAlgorithm} by {certificate.Issuer}, ends "
                + $"{certificate.NotAfter:yyyy-MM-dd}");
        }

        return text.ToString();
    }

    private static string Also(EndpointScan scan)
    {
        List<string> words = [];
        if (scan.Preferred.IsKeyExchangeQuantumSafe && scan.AcceptsClassicalKeyExchange == true)
            words.Add("classical key exchange");
        if (scan.Preferred.Version == TlsNumbers.Tls13 && scan.AcceptsTls12OrOlder == true)
            words.Add("TLS 1.2 or older");
        return words.Count > 0 ? string.Join(", ", words) : "nothing weaker";
    }
}
