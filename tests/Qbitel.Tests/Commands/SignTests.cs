using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Qbitel.Cryptography;

namespace Qbitel.Tests.Commands;

public sealed class SignTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static readonly TheoryData<string> Algorithms =
        [.. SignatureAlgorithm.All.Where(known => known.Oid is not null)
        .Where(known => !known.Name.StartsWith("SLH-DSA", StringComparison.Ordinal)
            || known.Name.EndsWith("128f", StringComparison.Ordinal))
        .Select(known => known.Name)];

    public SignTests() => File.WriteAllText(_folder["payment.xml"], "<Document/>");

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Algorithms))]
    public async Task A_file_is_signed_and_verified_with_every_algorithm(string algorithm)
    {
        await KeyAsync(algorithm);
        string[] verify = ["verify", _folder["payment.xml"], "--key", _folder["a.key.pub"]];

        await Line.DoneAsync("sign", _folder["payment.xml"], "--key", _folder["a.key"]);
        Assert.StartsWith("valid: ", await Line.DoneAsync(verify), StringComparison.Ordinal);

        await File.AppendAllTextAsync(_folder["payment.xml"], " ", TestContext.Current.CancellationToken);
        Shell.Result changed = await Line.RunAsync([.. verify, "--json"]);
        Assert.Equal((1, ""), (changed.ExitCode, changed.Notes));
        using JsonDocument verdict = JsonDocument.Parse(changed.Data);
        Assert.False(verdict.RootElement.GetProperty("valid").GetBoolean());
    }

    [Fact]
    public async Task A_signature_counts_for_its_context_only()
    {
        await KeyAsync("ML-DSA-44");
        await Line.DoneAsync("sign", _folder["payment.xml"], "--key", _folder["a.key"], "--context", "fednow");
        string[] verify = ["verify", _folder["payment.xml"], "--key", _folder["a.key.pub"]];

        await Line.DoneAsync([.. verify, "--context", "fednow"]);
        await Line.DoneAsync([.. verify, "--context-hex", "6665646E6F77"]);
        Assert.Equal(1, (await Line.RunAsync(verify)).ExitCode);
        Assert.Equal(1, (await Line.RunAsync([.. verify, "--context", "swift"])).ExitCode);
    }

    [Fact]
    public async Task A_raw_signature_is_its_bytes_and_is_told_apart_by_itself()
    {
        await KeyAsync("ML-DSA-44");
        await Line.DoneAsync("sign", _folder["payment.xml"], "--key", _folder["a.key"], "--raw", "-o", _folder["raw"]);

        Assert.Equal(SignatureAlgorithm.MLDsa44.SignatureSize, new FileInfo(_folder["raw"]).Length);
        await Line.DoneAsync("verify", _folder["payment.xml"], "--key", _folder["a.key.pub"], "--signature",
            _folder["raw"]);
    }

    [Theory, MemberData(nameof(Algorithms))]
    public async Task A_signature_in_CMS_is_found_beside_the_file_and_verifies_for_it_alone(string algorithm)
    {
        await KeyAsync(algorithm);
        string[] verify = ["verify", _folder["payment.xml"], "--key", _folder["a.key.pub"]];

        await Line.DoneAsync("sign", _folder["payment.xml"], "--key", _folder["a.key"], "--cms");

        Assert.StartsWith("valid: ", await Line.DoneAsync(verify), StringComparison.Ordinal);
        Assert.Equal(2, (await Line.RunAsync([.. verify, "--context", "fednow"])).ExitCode);
        await File.AppendAllTextAsync(_folder["payment.xml"], " ", TestContext.Current.CancellationToken);
        Assert.Equal(1, (await Line.RunAsync(verify)).ExitCode);
    }

    [Fact]
    public async Task CMS_has_no_raw_form_no_context_and_no_certificate_of_others()
    {
        await KeyAsync("ML-DSA-44");
        string[] sign = ["sign", _folder["payment.xml"], "--key", _folder["a.key"], "--cms"];
        using RSA other = RSA.Create(2048);
        using X509Certificate2 certificate = new CertificateRequest(
            "CN=other", other, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
        await File.WriteAllTextAsync(_folder["other.pem"], certificate.ExportCertificatePem(),
            TestContext.Current.CancellationToken);

        await Line.MisusedAsync([.. sign, "--raw"]);
        await Line.MisusedAsync([.. sign, "--context", "x"]);
        await Line.MisusedAsync([.. sign[..^1], "--certificate", _folder["other.pem"]]);
        await Line.RefusedAsync([.. sign, "--certificate", _folder["other.pem"]]);
    }

    [Fact]
    public async Task A_signature_by_another_key_or_algorithm_is_named_as_such()
    {
        await KeyAsync("ML-DSA-44");
        await Line.DoneAsync("sign", _folder["payment.xml"], "--key", _folder["a.key"]);
        await Line.DoneAsync("key", "generate", "ML-DSA-44", "-o", _folder["b.key"]);
        await Line.DoneAsync("key", "generate", "ML-DSA-65", "-o", _folder["c.key"]);

        Shell.Result other = await Line.RunAsync("verify", _folder["payment.xml"], "--key", _folder["b.key.pub"]);
        Shell.Result another = await Line.RunAsync("verify", _folder["payment.xml"], "--key", _folder["c.key.pub"]);

        Assert.Equal((1, 1), (other.ExitCode, another.ExitCode));
        Assert.Contains("by another key", other.Data, StringComparison.Ordinal);
        Assert.Contains("the key is of ML-DSA-65", another.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pipes_carry_message_and_signature()
    {
        await KeyAsync("ML-DSA-65");
        Shell.Result piped = await Shell.RunAsync("/usr/bin/env", ["bash", "-euo", "pipefail", "-c",
            $"'{Shell.Program}' sign - --key a.key <payment.xml >p.sig && '{Shell.Program}' verify - --key a.key.pub "
                + $"--signature p.sig <payment.xml"],
            [], _folder.Path);

        Assert.Equal((0, ""), (piped.ExitCode, piped.Notes));
        Assert.StartsWith("valid: -", piped.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_signed_or_verified_is_refused_or_misuse()
    {
        await KeyAsync("Ed25519");
        await Line.DoneAsync("key", "generate", "ML-KEM-512", "-o", _folder["kem.key"]);
        string payment = _folder["payment.xml"];

        Assert.Contains("no context",
            await Line.MisusedAsync("sign", payment, "--key", _folder["a.key"], "--context", "x"),
            StringComparison.Ordinal);
        Assert.Contains("hexadecimal",
            await Line.MisusedAsync("sign", payment, "--key", _folder["a.key"], "--context-hex", "x"),
            StringComparison.Ordinal);
        Assert.Contains("--key", await Line.MisusedAsync("sign", payment), StringComparison.Ordinal);
        Assert.Contains("public key", await Line.RefusedAsync("sign", payment, "--key", _folder["a.key.pub"]),
            StringComparison.Ordinal);
        Assert.Contains("ML-KEM-512", await Line.RefusedAsync("sign", payment, "--key", _folder["kem.key"]),
            StringComparison.Ordinal);
        await Line.RefusedAsync("verify", payment, "--key", _folder["a.key.pub"]); // no signature
        await Line.RefusedAsync("sign", _folder["absent"], "--key", _folder["a.key"]);
        await Line.DoneAsync("sign", payment, "--key", _folder["a.key"]);
        Assert.Contains("--force", await Line.RefusedAsync("sign", payment, "--key", _folder["a.key"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ML_DSA_signs_more_than_fits_into_memory()
    {
        await KeyAsync("ML-DSA-44");
        const long Size = 300L << 20; // more than what other algorithms may take
        using (FileStream sparse = File.Create(_folder["large"])) sparse.SetLength(Size);

        Shell.Result signed = await Shell.RunAsync(Shell.Program, ["sign", _folder["large"], "--key", _folder["a.key"]],
            [new("DOTNET_GCHeapHardLimit", "0x6000000")]);
        Assert.Equal((0, ""), (signed.ExitCode, signed.Notes));
        await Line.DoneAsync("verify", _folder["large"], "--key", _folder["a.key.pub"]);

        await Line.DoneAsync("key", "generate", "Ed25519", "-o", _folder["b.key"]);
        Assert.Contains("--cms",
            await Line.RefusedAsync("sign", _folder["large"], "--key", _folder["b.key"], "-o", _folder["b.sig"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenSSL_and_we_verify_one_another()
    {
        Assert.SkipUnless(MLDsa.IsSupported, "the platform's ML-DSA needs OpenSSL 3.5");
        await KeyAsync("ML-DSA-65");
        await Line.DoneAsync("sign", _folder["payment.xml"], "--key", _folder["a.key"], "--raw", "-o", _folder["ours"]);

        string[] openssl = ["pkeyutl", "-rawin", "-in", _folder["payment.xml"]];
        Shell.Result verified = await Shell.RunAsync("/usr/bin/openssl",
            [.. openssl, "-verify", "-pubin", "-inkey", _folder["a.key.pub"], "-sigfile", _folder["ours"]], []);
        Shell.Result signed = await Shell.RunAsync("/usr/bin/openssl",
            [.. openssl, "-sign", "-inkey", _folder["a.key"], "-out", _folder["theirs"]], []);

        Assert.Equal((0, 0), (verified.ExitCode, signed.ExitCode));
        await Line.DoneAsync("verify", _folder["payment.xml"], "--key", _folder["a.key.pub"], "--signature",
            _folder["theirs"]);
    }

    private Task<string> KeyAsync(string algorithm) =>
        Line.DoneAsync("key", "generate", algorithm, "-o", _folder["a.key"]);
}
