using System.CommandLine;
using System.Text;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Encodings;
using Qbitel.Cryptography.Keys;
using Qbitel.KeyFiles;
using Qbitel.Printing;

namespace Qbitel.Commands;

internal static class KeyGenerateCommand
{
    // A key is written as PKCS#8, which needs an identifier; the others live for one handshake or message.
    private static readonly KeyAlgorithm[] Storable =
        [.. KeyAlgorithm.All.Where(known => known is { Oid: not null } and not CipherAlgorithm)];

    public static Verb Create(GlobalOptions global)
    {
        Argument<KeyAlgorithm> algorithm = new("ALGORITHM")
        {
            Description = "For example ML-DSA-65, ML-KEM-768, X-Wing; a wrong one lists them all",
            HelpName = "ALGORITHM",
            CustomParser = result =>
            {
                string name = result.Tokens[0].Value;
                if (KeyAlgorithm.TryParse(name, out KeyAlgorithm? found) && Storable.Contains(found)) return found;

                string known = string.Join(", ", Storable.Select(each => each.Name));
                result.AddError($"'{name}' is no algorithm of keys in files. Known: {known}.");
                return null!;
            },
        };
        algorithm.CompletionSources.Add(_ =>
            Storable.Select(known => new System.CommandLine.Completions.CompletionItem(known.Name)));
        Option<string?> target = new("--output", "-o")
        {
            Description = "Where the private key goes [default: the algorithm's name and .key]",
            HelpName = "FILE",
        };
        Option<string?> publicTarget = new("--public")
        {
            Description = "Where the public key goes [default: beside it, with .pub]",
            HelpName = "FILE",
        };
        Option<bool> force = new("--force") { Description = "Replace files that are there" };
        PassphraseOptions passphrase = new(isNew: true);

        Verb verb = new("generate",
            "Make a key pair: the private key for its owner alone (mode 0600), the public key beside it.",
            new("qbitel key generate ML-DSA-65 -o payments.key", "a signing key, and payments.key.pub"),
            new("qbitel key generate X-Wing -o archive.key", "an encryption key, hybrid of ML-KEM-768 and X25519"),
            new("qbitel key generate ML-KEM-1024 -o auditor.key --passphrase-file secret.txt",
                "one that is encrypted itself"),
            new("qbitel key generate Ed25519-ML-DSA-65 -o both.key --public both.pub",
                "a composite signing key: both halves must verify"))
        {
            algorithm, target, publicTarget, force,
        };
        foreach (Option option in passphrase.All) verb.Add(option);
        return verb.Does(global, async (line, output, cancellation) =>
        {
            KeyAlgorithm chosen = line.GetRequiredValue(algorithm);
            string path = line.GetValue(target) ?? $"{chosen.Name.ToLowerInvariant()}.key";
            string publicPath = line.GetValue(publicTarget) ?? $"{path}.pub";
            bool replace = line.GetValue(force);
            if (Path.GetFullPath(path) == Path.GetFullPath(publicPath))
                throw new MisusedException("Private and public key cannot be the same file.");

            SafeFile.Require(path, replace);
            SafeFile.Require(publicPath, replace);
            using Passphrase? secret = passphrase.New(line, path);
            (char[] pem, SubjectPublicKey publicKey) = Make(chosen, secret);
            try
            {
                await SafeFile.WritePrivateAsync(path, pem, replace, cancellation);
            }
            finally
            {
                Array.Clear(pem);
            }

            await SafeFile.WriteAsync(publicPath, Encoding.ASCII.GetBytes(KeyFile.WritePublicPem(publicKey)),
                SafeFile.Ordinary, replace, cancellation);
            WrittenKey written = new(chosen.Name, KeyFingerprint.Of(chosen, publicKey.Key.Span).ToString(), path,
                publicPath, secret is not null);
            output.Document(written, KeyFilesJson.Default.WrittenKey, console =>
            {
                console.Line($"{written.Algorithm} key sha256:{written.Fingerprint}");
                console.Line(written.Encrypted ? $"private key: {path}, encrypted"
                    : $"private key: {path}, NOT encrypted: --passphrase-file, -env or -ask does that");
                console.Line($"public key:  {publicPath}");
            });
            return ExitCode.Done;
        });
    }

    private static (char[] Pem, SubjectPublicKey PublicKey) Make(KeyAlgorithm algorithm, Passphrase? passphrase)
    {
        ReadOnlySpan<char> secret = passphrase is null ? default : passphrase.Text;
        if (algorithm is SignatureAlgorithm signature)
        {
            using SignatureKey key = SignatureKeys.Generate(signature);
            return (KeyFile.WritePrivatePem(key, secret), SubjectPublicKey.Of(key));
        }

        using KemKey kem = KemKeys.Generate((KemAlgorithm)algorithm);
        return (KeyFile.WritePrivatePem(kem, secret), SubjectPublicKey.Of(kem));
    }
}
