using System.Diagnostics;
using System.Security.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Cryptography.Tests.Keys;

/// <summary>
/// Every algorithm in a process whose random generator fails: an operation that needs random bytes refuses and writes
/// nothing. No seam is built in for it: OpenSSL, from which .NET takes random bytes, is told to use a generator
/// that does not exist.
/// </summary>
public sealed class RandomFailureTests
{
    private const string KeyFile = "QBITEL_KEYS_WITHOUT_RANDOMNESS";

    private const string Configuration = """
        openssl_conf = openssl_init
        [openssl_init]
        random = random
        [random]
        random = NO-SUCH-GENERATOR

        """;

    private static readonly string? Keys = Environment.GetEnvironmentVariable(KeyFile);

    [Fact]
    public async Task Every_algorithm_refuses_without_randomness()
    {
        Assert.SkipWhen(Keys is not null, "this is the process without randomness");
        string folder = Directory.CreateTempSubdirectory("qbitel-random").FullName;
        try
        {
            string keys = Path.Combine(folder, "keys"), configuration = Path.Combine(folder, "openssl.cnf");
            await File.WriteAllLinesAsync(keys, MadeKeys(), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(configuration, Configuration, TestContext.Current.CancellationToken);
            ProcessStartInfo start = new(Environment.ProcessPath!)
            {
                ArgumentList = { "-noLogo", "-noColor", "-class", typeof(RandomFailureTests).FullName! },
                Environment = { [KeyFile] = keys, ["OPENSSL_CONF"] = configuration },
                RedirectStandardOutput = true,
                UseShellExecute = false,
            };
            using Process process = Process.Start(start)!;
            string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, output);
            Assert.Contains("Total: 4, Errors: 0, Failed: 0, Skipped: 1", output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void No_key_is_made()
    {
        RequireChild();
        foreach (SignatureAlgorithm algorithm in SignatureAlgorithm.All)
            Assert.True(Damage.Refuses(() => SignatureKeys.Generate(algorithm)), algorithm.Name);
        foreach (KemAlgorithm algorithm in KemAlgorithm.All)
            Assert.True(Damage.Refuses(() => KemKeys.Generate(algorithm)), algorithm.Name);
    }

    // ML-KEM stays closed: its self-test makes a fresh pair. Outputs are untouched or zero, never half written.
    [Fact]
    public void Nothing_is_encapsulated()
    {
        RequireChild();
        foreach ((KeyAlgorithm algorithm, byte[] publicKey) in Read())
        {
            if (algorithm is not KemAlgorithm kem) continue;

            byte[] ciphertext = new byte[kem.CiphertextSize], secret = new byte[kem.SharedSecretSize];
            bool refused = Damage.Refuses(() =>
            {
                KemKey key = KemKeys.ImportPublic(kem, publicKey);
                key.Encapsulate(ciphertext, secret);
                return key;
            });
            Assert.True(refused, kem.Name);
            Assert.All(ciphertext, b => Assert.Equal(0, b));
            Assert.All(secret, b => Assert.Equal(0, b));
        }
    }

    // Only Ed25519 needs no random bytes; on a curve OpenSSL blinds even the import.
    [Fact]
    public void Nothing_hedged_is_signed()
    {
        RequireChild();
        foreach ((KeyAlgorithm algorithm, byte[] privateKey) in Read())
        {
            if (algorithm is not SignatureAlgorithm signature) continue;

            bool refused = Damage.Refuses(() =>
            {
                SignatureKey key = SignatureKeys.ImportPrivate(signature, privateKey);
                key.Sign([1, 2, 3]);
                return key;
            });
            Assert.Equal((signature, signature != SignatureAlgorithm.Ed25519), (signature, refused));
        }
    }

    private static void RequireChild()
    {
        Assert.SkipWhen(Keys is null, "runs as a child of Every_algorithm_refuses_without_randomness");
        Assert.ThrowsAny<CryptographicException>(() => RandomNumberGenerator.GetBytes(32));
    }

    private static IEnumerable<string> MadeKeys()
    {
        foreach (SignatureAlgorithm algorithm in SignatureAlgorithm.All)
        {
            using SignatureKey key = TestKeys.Signature(algorithm);
            yield return $"{algorithm} {Convert.ToBase64String(key.ExportPrivateKey())}";
        }

        foreach (KemAlgorithm algorithm in KemAlgorithm.All)
        {
            using KemKey key = TestKeys.Kem(algorithm);
            yield return $"{algorithm} {Convert.ToBase64String(key.ExportEncapsulationKey())}";
        }
    }

    private static IEnumerable<(KeyAlgorithm Algorithm, byte[] Key)> Read() =>
        File.ReadLines(Keys!).Select(line => line.Split(' '))
            .Select(part => (KeyAlgorithm.Parse(part[0]), Convert.FromBase64String(part[1])));
}
