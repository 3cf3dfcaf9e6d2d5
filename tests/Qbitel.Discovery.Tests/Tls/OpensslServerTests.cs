using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Discovery.Tls;

namespace Qbitel.Discovery.Tests.Tls;

/// <summary>The probe against a server that is not .NET's: <c>openssl s_server</c>.</summary>
public sealed class OpensslServerTests
{
    [Theory]
    [InlineData("-tls1_3 -groups P-384", TlsNumbers.Tls13, "secp384r1", true)]
    [InlineData("-tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256 -groups X25519", TlsNumbers.Tls13, "x25519", false)]
    [InlineData("-tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256 -groups P-256", TlsNumbers.Tls13, "secp256r1", false)]
    [InlineData("-tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384 -groups P-521", TlsNumbers.Tls12, "secp521r1", false)]
    [InlineData("-tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256", TlsNumbers.Tls12, null, false)]
    [InlineData("-tls1_2 -cipher AES256-GCM-SHA384", TlsNumbers.Tls12, null, false)]
    public async Task Probe_reads_what_the_server_was_told_to_choose(string options, int version, string? group,
        bool retried)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"),
            "openssl is not installed: install the package openssl to run this comparison");
        string folder = Directory.CreateTempSubdirectory("qbitel-openssl-").FullName;
        using var key = RSA.Create(2048);
        CertificateRequest request = new("CN=openssl.bank.internal", key, HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1);
        DateTimeOffset start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using X509Certificate2 certificate = request.CreateSelfSigned(start, start.AddYears(10));
        string pem = Path.Combine(folder, "server.pem");
        await File.WriteAllTextAsync(pem,
            certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n",
            TestContext.Current.CancellationToken);

        using var server = Process.Start(new ProcessStartInfo("/usr/bin/openssl",
            $"s_server -accept 127.0.0.1:0 -cert {pem} -key {pem} {options}")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            TlsEndpointReport report = await TlsServer.ProbeAsync(await PortOf(server),
                TlsHello.Everything("openssl.bank.internal"), pieces: 700);

            Assert.True(report.Completed, report.Failure);
            Assert.Equal((version, group, retried), (report.Version!.Value, report.GroupName, report.Retried));
            Assert.True(report.SignatureValid ?? report.KeyExchange == "RSA");
            Assert.Equal("CN=openssl.bank.internal", Assert.Single(report.Chain).Subject);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> PortOf(Process server)
    {
        while (await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("ACCEPT", StringComparison.Ordinal))
                return int.Parse(line[(line.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
        }

        throw new InvalidOperationException(
            await server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
    }
}
