using System.CommandLine;
using System.Text;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Encodings;
using Qbitel.KeyFiles;
using Qbitel.Printing;

namespace Qbitel.Commands;

internal static class SignCommand
{
    public static Verb Create(GlobalOptions global)
    {
        Argument<string> file = new("FILE") { Description = "What to sign; - reads standard input" };
        Option<string> key = new("--key")
        {
            Description = "The private key: PEM, DER, JWK or COSE_Key",
            HelpName = "FILE",
            Required = true,
        };
        Option<string?> target = new("--output", "-o")
        {
            Description = "Where the signature goes; - is standard output [default: FILE.sig, or FILE.p7s]",
            HelpName = "FILE",
        };
        Option<bool> raw = new("--raw")
        {
            Description = "The bytes of the signature and nothing else, as OpenSSL's pkeyutl -rawin writes them",
        };
        Option<bool> cms = new("--cms")
        {
            Description = "As CMS SignedData, for exchange; it signs a digest, so a file of any size with any "
                + "algorithm",
        };
        Option<string?> certificate = new("--certificate")
        {
            Description = "The signer's certificate, which goes into the CMS",
            HelpName = "FILE",
        };
        Option<bool> force = new("--force") { Description = "Replace a signature that is there" };
        SignatureContext context = new();
        PassphraseOptions passphrase = new(isNew: false);

        Verb verb = new("sign", "Sign a file with a key in a file. The signature is detached: the file stays as it is.",
            new("qbitel sign payment.xml --key payments.key", "payment.xml.sig, which says by which algorithm and key"),
            new("qbitel sign payment.xml --key payments.key --context fednow --raw -o payment.raw",
                "bound to a use, for other programs"),
            new("qbitel sign payment.xml --key payments.key --cms", "payment.xml.p7s, which openssl cms -verify reads"),
            new("qbitel sign - --key payments.key < payment.xml > payment.sig", "in a pipe"))
        {
            file, key, target, raw, cms, certificate, force, context.Text, context.Hex,
        };
        foreach (Option option in passphrase.All) verb.Add(option);
        verb.Validators.Add(result =>
        {
            if (result.GetValue(cms)
                && (result.GetValue(raw) || result.GetValue(context.Text) is not null
                || result.GetValue(context.Hex) is not null))
            {
                result.AddError("CMS has no raw form and no context.");
            }

            if (!result.GetValue(cms) && result.GetValue(certificate) is not null)
                result.AddError("--certificate is for --cms.");
        });
        return verb.Does(global, async (line, output, cancellation) =>
        {
            string path = line.GetRequiredValue(file), keyPath = line.GetRequiredValue(key);
            string destination = line.GetValue(target)
                ?? (path == Input.StandardInput ? Input.StandardInput
                    : path + (line.GetValue(cms) ? CmsFile.SignatureExtension : SignatureFile.Extension));
            bool isPiped = destination == Input.StandardInput, replace = line.GetValue(force);
            if (!isPiped) SafeFile.Require(destination, replace);

            using StoredKey stored = KeyReader.Read(keyPath, passphrase.Of(line, keyPath));
            SignatureKey signer = SignatureContext.KeyFor(stored, keyPath, "sign");
            if (!signer.HasPrivateKey)
            {
                throw new RefusedException($"{keyPath} is a public key: it verifies.",
                    "Give the private key that was made with it.");
            }

            (byte[] content, int size) = line.GetValue(cms)
                ? await CmsAsync(stored, line.GetValue(certificate), path, cancellation)
                : await DetachedAsync(stored, path, context.Read(line, signer.Algorithm), line.GetValue(raw),
                    cancellation);
            if (isPiped)
            {
                await Output.RawAsync(content, isSecret: false, isText: !line.GetValue(raw) && !line.GetValue(cms),
                    cancellation);
                return ExitCode.Done;
            }

            await SafeFile.WriteAsync(destination, content, SafeFile.Ordinary, replace, cancellation);
            SignedFile signed = new(path, destination, line.GetValue(cms) ? "cms" : line.GetValue(raw) ? "raw"
                : "qbitel",
                signer.Algorithm.Name, stored.Fingerprint?.ToString(), size);
            output.Document(signed, KeyFilesJson.Default.SignedFile, console =>
                console.Line($"{signed.Signature}: {signed.Algorithm}, {signed.Size} bytes, by key "
                    + $"sha256:{signed.Fingerprint}"));
            return ExitCode.Done;
        });
    }

    private static async Task<(byte[] Content, int Size)> DetachedAsync(StoredKey key, string path, byte[] context,
        bool isRaw,
        CancellationToken cancellation)
    {
        byte[] signature = await FileSignature.SignAsync(key.Signature!, path, context, cancellation);
        return (isRaw ? signature
            : Encoding.ASCII.GetBytes(new SignatureFile(key.Signature!.Algorithm, key.Fingerprint!.Value, signature)
            .ToText()),
            signature.Length);
    }

    private static async Task<(byte[] Content, int Size)> CmsAsync(StoredKey key, string? certificate, string path,
        CancellationToken cancellation)
    {
        await using Stream message = FileSignature.Open(path);
        byte[] content = await CmsFile.SignAsync(key, certificate, message, cancellation);
        return (content, content.Length);
    }
}
