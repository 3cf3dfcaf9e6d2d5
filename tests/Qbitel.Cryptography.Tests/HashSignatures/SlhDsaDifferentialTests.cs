using System.Diagnostics;
using System.Security.Cryptography;
using Qbitel.Cryptography.HashSignatures;

namespace Qbitel.Cryptography.Tests.HashSignatures;

/// <summary>Our keys and signatures in the platform's hands and back, where it has such keys (OpenSSL 3.5).</summary>
public sealed class SlhDsaDifferentialTests
{
    public static readonly TheoryData<string> Names = [.. SlhDsaParameters.All.Select(set => set.Algorithm.Name)];

    private static readonly byte[] Data = "pay 5,000,000.00 USD"u8.ToArray(), Context = "wire"u8.ToArray();

    [Theory, MemberData(nameof(Names))]
    public void Keys_and_signatures_agree_with_the_platform(string name)
    {
        Assert.SkipUnless(SlhDsa.IsSupported, "the platform has no SLH-DSA: its OpenSSL is older than 3.5");
        SlhDsaAlgorithm algorithm = Algorithm(name);
        const string sha512 = "2.16.840.1.101.3.4.2.3", shake256 = "2.16.840.1.101.3.4.2.12";
        byte[] digest = SHA512.HashData(Data);
        for (int i = 0; i < (name[^1] == 'f' ? 4 : 1); i++)
        {
            using ManagedSlhDsa ours = ManagedSlhDsa.GenerateKey(algorithm);
            using SlhDsa theirs = SlhDsa.ImportSlhDsaPrivateKey(algorithm, ours.ExportSlhDsaPrivateKey());
            Assert.Equal(theirs.ExportSlhDsaPublicKey(), ours.ExportSlhDsaPublicKey());
            Assert.Equal(theirs.ExportPkcs8PrivateKey(), ours.ExportPkcs8PrivateKey());
            Assert.Equal(theirs.ExportSubjectPublicKeyInfo(), ours.ExportSubjectPublicKeyInfo());

            Assert.True(theirs.VerifyData(Data, ours.SignData(Data, Context), Context));
            Assert.True(ours.VerifyData(Data, theirs.SignData(Data, Context), Context));
            Assert.True(theirs.VerifyPreHash(digest, ours.SignPreHash(digest, sha512, Context), sha512, Context));
            Assert.True(ours.VerifyPreHash(digest, theirs.SignPreHash(digest, shake256), shake256));

            using SlhDsa madeThere = SlhDsa.GenerateKey(algorithm);
            using ManagedSlhDsa read = ManagedSlhDsa.ImportPkcs8PrivateKey(madeThere.ExportPkcs8PrivateKey());
            Assert.Equal(madeThere.ExportSlhDsaPublicKey(), read.ExportSlhDsaPublicKey());
        }
    }

    [Theory, MemberData(nameof(Names))]
    public async Task Deterministic_signatures_are_those_of_openssl(string name)
    {
        Assert.SkipUnless(SlhDsa.IsSupported, "the platform has no SLH-DSA: its OpenSSL is older than 3.5");
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            string keyFile = Path.Combine(folder.FullName, "key.pem"), dataFile = Path.Combine(folder.FullName, "data");
            string signatureFile = Path.Combine(folder.FullName, "signature");
            using ManagedSlhDsa key = ManagedSlhDsa.GenerateKey(Algorithm(name));
            string pem = key.ExportPkcs8PrivateKeyPem();
            await File.WriteAllTextAsync(keyFile, pem, TestContext.Current.CancellationToken);
            await File.WriteAllBytesAsync(dataFile, Data, TestContext.Current.CancellationToken);

            await OpenSslAsync(
                "pkeyutl", "-sign", "-rawin", "-inkey", keyFile, "-in", dataFile, "-out", signatureFile,
                "-pkeyopt", "deterministic:1", "-pkeyopt", $"hexcontext-string:{Convert.ToHexString(Context)}");

            byte[] made = await File.ReadAllBytesAsync(signatureFile, TestContext.Current.CancellationToken);
            Assert.Equal(made, key.SignDataDeterministic(Data, Context));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static SlhDsaAlgorithm Algorithm(string name) =>
        SlhDsaParameters.All.Single(set => set.Algorithm.Name == name).Algorithm;

    private static async Task OpenSslAsync(params string[] arguments)
    {
        using Process? process = Process.Start(
            new ProcessStartInfo("openssl", arguments)
            {
                RedirectStandardError = true,
                RedirectStandardInput = true,
                UseShellExecute = false,
            });
        Assert.NotNull(process);
        process.StandardInput.Close();
        string errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, errors);
    }
}
