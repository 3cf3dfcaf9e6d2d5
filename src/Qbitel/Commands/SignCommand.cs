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
        Option<string> key = new("--key") { Description = "The private key: PEM, DER, JWK or COSE_Key", HelpName = "FILE", Required = true };
        Option<string?> target = new("--output", "-o") { Description = "Where the signature goes; - is standard output [default: FILE.sig]", HelpName = "FILE" };
        Option<bool> raw = new("--raw") { Description = "The bytes of the signature and nothing else, as OpenSSL's pkeyutl -rawin writes them" };
        Option<bool> force = new("--force") { Description = "Replace a signature that is there" };
        SignatureContext context = new();
        PassphraseOptions passphrase = new(isNew: false);

        Verb verb = new("sign", "Sign a file with a key in a file. The signature is detached: the file stays as it is.",
            new("qbitel sign payment.xml --key payments.key", "payment.xml.sig, which says by which algorithm and key"),
            new("qbitel sign payment.xml --key payments.key --context fednow --raw -o payment.raw", "bound to a use, for other programs"),
            new("qbitel sign - --key payments.key < payment.xml > payment.sig", "in a pipe"))
        {
            file, key, target, raw, force, context.Text, context.Hex,
        };
        foreach (Option option in passphrase.All) verb.Add(option);
        return verb.Does(global, async (line, output, cancellation) =>
        {
            string path = line.GetRequiredValue(file), keyPath = line.GetRequiredValue(key);
            string destination = line.GetValue(target)
                ?? (path == Input.StandardInput ? Input.StandardInput : path + SignatureFile.Extension);
            bool isPiped = destination == Input.StandardInput, replace = line.GetValue(force);
            if (!isPiped) SafeFile.Require(destination, replace);

            using StoredKey stored = KeyReader.Read(keyPath, passphrase.Of(line, keyPath));
            SignatureKey signer = SignatureContext.KeyFor(stored, keyPath, "sign");
            if (!signer.HasPrivateKey) throw new RefusedException($"{keyPath} is a public key: it verifies.", "Give the private key that was made with it.");

            byte[] signature = await FileSignature.SignAsync(signer, path, context.Read(line, signer.Algorithm), cancellation);
            byte[] content = line.GetValue(raw) ? signature
                : Encoding.ASCII.GetBytes(new SignatureFile(signer.Algorithm, stored.Fingerprint!.Value, signature).ToText());
            if (isPiped)
            {
                await Output.RawAsync(content, isSecret: false, isText: !line.GetValue(raw), cancellation);
                return ExitCode.Done;
            }

            await SafeFile.WriteAsync(destination, content, SafeFile.Ordinary, replace, cancellation);
            SignedFile signed = new(path, destination, line.GetValue(raw) ? "raw" : "qbitel", signer.Algorithm.Name, stored.Fingerprint?.ToString(), signature.Length);
            output.Document(signed, KeyFilesJson.Default.SignedFile, console =>
                console.Line($"{signed.Signature}: {signed.Algorithm}, {signed.Size} bytes, by key sha256:{signed.Fingerprint}"));
            return ExitCode.Done;
        });
    }
}
