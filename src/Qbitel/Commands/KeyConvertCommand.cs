using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography.Encodings;
using Qbitel.Cryptography.Keys;
using Qbitel.KeyFiles;
using Qbitel.Printing;

namespace Qbitel.Commands;

internal static class KeyConvertCommand
{
    private const string Pem = "pem";
    private const string Der = "der";
    private const string Jwk = "jwk";
    private const string Cose = "cose";
    private const string Pkcs8Name = "pkcs8";
    private const string Spki = "spki";

    public static Verb Create(GlobalOptions global)
    {
        Argument<string> file = new("FILE") { Description = "A key or a certificate in any format" };
        Option<string> to = new("--to")
        {
            Description = "pkcs8 and spki are DER of the private and of the public key; pem and der are either; jwk "
                + "and cose are for ML-DSA",
            HelpName = "FORMAT",
            DefaultValueFactory = _ => Pem,
        };
        to.AcceptOnlyFromAmong(Pem, Der, Pkcs8Name, Spki, Jwk, Cose);
        Option<string?> target = new("--output", "-o")
        {
            Description = "Where it goes; - is standard output [default for public keys]",
            HelpName = "FILE",
        };
        Option<bool> publicOnly = new("--public") { Description = "The public half only" };
        Option<bool> seed = new("--seed") { Description = "A private key of ML-DSA or ML-KEM as its seed [default]" };
        Option<bool> expanded = new("--expanded")
        {
            Description = "As its expanded form, from which no seed can be had back",
        };
        Option<bool> both = new("--both") { Description = "As seed and expanded form" };
        Option<bool> clear = new("--no-passphrase") { Description = "Write an encrypted private key in the clear" };
        Option<bool> force = new("--force") { Description = "Replace a file that is there" };
        PassphraseOptions old = new(isNew: false), renewed = new(isNew: true, prefix: "new-");

        Verb verb = new("convert", "Write a key in another format, its public half, or under another passphrase.",
            new("qbitel key convert payments.key --public", "the public half, as PEM"),
            new("qbitel key convert payments.key --public --to jwk -o payments.jwk", "the same for JOSE"),
            new("qbitel key convert payments.key --expanded --to pkcs8 -o device.der",
                "for a device that wants no seed"),
            new("qbitel key convert payments.key --new-passphrase-file secret.txt -o sealed.key",
                "encrypt a key that is in the clear"))
        {
            file, to, target, publicOnly, seed, expanded, both, clear, force,
        };
        foreach (Option option in old.All.Concat(renewed.All)) verb.Add(option);
        return verb.Does(global, async (line, output, cancellation) =>
        {
            string path = line.GetRequiredValue(file), format = line.GetRequiredValue(to);
            if ((line.GetValue(seed) ? 1 : 0) + (line.GetValue(expanded) ? 1 : 0) + (line.GetValue(both) ? 1 : 0) > 1)
                throw new MisusedException("--seed, --expanded and --both exclude one another.");

            PrivateKeyForm form = line.GetValue(expanded) ? PrivateKeyForm.Expanded : line.GetValue(both)
                ? PrivateKeyForm.Both : PrivateKeyForm.Shortest;
            using StoredKey key = KeyReader.Read(path, old.Of(line, path));
            bool isPrivate = key.HasPrivateKey && !line.GetValue(publicOnly) && format != Spki;
            string destination = line.GetValue(target) ?? (isPrivate
                ? throw new MisusedException(
                    "Name the file the private key goes to with -o FILE; --public writes the public half.")
                : Input.StandardInput);
            if (format == Pkcs8Name && !isPrivate)
            {
                throw new RefusedException($"{path}: PKCS#8 is for private keys, and this is a public one.",
                    "--to spki or --to pem writes it.");
            }

            using Passphrase? secret = isPrivate ? renewed.New(line, destination) : null;
            if (isPrivate && key.Format == KeyFileFormat.EncryptedPkcs8 && secret is null && !line.GetValue(clear))
            {
                throw new RefusedException($"{path} is encrypted, and {destination} would not be.",
                    "Give it a passphrase with --new-passphrase-file or --new-passphrase-env, or say --no-passphrase.");
            }

            byte[] content = Encode(key, format, isPrivate, form, secret);
            try
            {
                if (destination == Input.StandardInput)
                {
                    await Output.RawAsync(content, isSecret: isPrivate, isText: format is Pem or Jwk, cancellation);
                    return ExitCode.Done;
                }

                await SafeFile.WriteAsync(destination, content, isPrivate ? SafeFile.OwnerOnly : SafeFile.Ordinary,
                    line.GetValue(force), cancellation);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(content);
            }

            WrittenKey written = new(key.AlgorithmName, key.Fingerprint?.ToString(), isPrivate ? destination : null,
                isPrivate ? null : destination, secret is not null);
            output.Document(written, KeyFilesJson.Default.WrittenKey, console =>
                console.Line($"{written.Algorithm} {(isPrivate ? "private" : "public")} key "
                    + $"sha256:{written.Fingerprint} as {format} in {destination}"));
            return ExitCode.Done;
        });
    }

    private static byte[] Encode(StoredKey key, string format, bool isPrivate, PrivateKeyForm form,
        Passphrase? passphrase)
    {
        if (format is Jwk or Cose)
        {
            if (passphrase is not null || form != PrivateKeyForm.Shortest)
            {
                throw new MisusedException(
                    $"A key as {format} is a seed without a passphrase: --to pem can hold more.");
            }

            if (key.Signature is not { } signature)
            {
                throw new RefusedException($"No standard has a {format} of {key.AlgorithmName}.",
                    "ML-DSA keys have one; --to pem writes every key.");
            }

            return Translated(() => format == Jwk ? [.. JsonWebKey.Encode(signature, isPrivate), (byte)'\n']
                : CoseKey.Encode(signature, isPrivate));
        }

        if (!isPrivate)
        {
            SubjectPublicKey publicKey = key.Algorithm is { } algorithm
                ? Translated(() => new SubjectPublicKey(algorithm, key.ExportPublicKey()))
                : throw new RefusedException($"The public half of {key.AlgorithmName} is not written alone.",
                    "It is a part of hybrid keys.");
            return format == Pem ? Encoding.ASCII.GetBytes(KeyFile.WritePublicPem(publicKey)) : publicKey.Encode();
        }

        return Translated(() =>
        {
            if (format == Pem)
            {
                char[] pem = KeyFile.WritePrivatePem(key, passphrase is null ? default : passphrase.Text, form);
                byte[] text = Encoding.ASCII.GetBytes(pem);
                Array.Clear(pem);
                return text;
            }

            byte[] pkcs8 = Pkcs8.Encode(key, form);
            if (passphrase is null) return pkcs8;

            try
            {
                return EncryptedPkcs8.Encrypt(pkcs8, passphrase.Text);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(pkcs8);
            }
        });
    }

    // What the algorithm has no encoding for is a matter of the key, not of the program.
    private static T Translated<T>(Func<T> encode)
    {
        try
        {
            return encode();
        }
        catch (ArgumentException none)
        {
            throw new RefusedException(none.Message,
                "--to pem without --expanded or --both writes every key that has an identifier.", none);
        }
    }
}
