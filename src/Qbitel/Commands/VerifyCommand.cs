using System.CommandLine;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Encodings;
using Qbitel.KeyFiles;
using Qbitel.Printing;

namespace Qbitel.Commands;

internal static class VerifyCommand
{
    public static Verb Create(GlobalOptions global)
    {
        Argument<string> file = new("FILE") { Description = "What was signed; - reads standard input" };
        Option<string> key = new("--key")
        {
            Description = "The signer's public key or certificate, as you got it by a way you trust",
            HelpName = "FILE",
            Required = true,
        };
        Option<string?> source = new("--signature")
        {
            Description = "The signature: ours, CMS or raw, told apart by itself [default: FILE.sig, else FILE.p7s]",
            HelpName = "FILE",
        };
        SignatureContext context = new();

        Verb verb = new("verify",
            "Check a detached signature. Exit 1 when it is not by this key over exactly this file and context.",
            new("qbitel verify payment.xml --key payments.key.pub", "the signature is in payment.xml.sig"),
            new("qbitel verify payment.xml --key payments.key.pub --signature payment.xml.p7s", "one in CMS"),
            new("qbitel verify payment.xml --key payments.key.pub --context fednow --signature payment.raw --json",
                "a raw one, for a program"))
        {
            file, key, source, context.Text, context.Hex,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            string path = line.GetRequiredValue(file), keyPath = line.GetRequiredValue(key);
            string signaturePath = line.GetValue(source) ?? (path == Input.StandardInput
                ? throw new MisusedException("Name the signature with --signature: standard input is the file.")
                    : Beside(path));
            using StoredKey stored = KeyReader.ReadPublic(keyPath);
            SignatureKey signer = SignatureContext.KeyFor(stored, keyPath, "verify");
            byte[] bound = context.Read(line, signer.Algorithm);
            string? reason = await FileSignature.CheckAsync(signer, stored.Fingerprint!.Value, path, signaturePath,
                bound, cancellation);

            SignatureVerdict verdict =
                new(path, reason is null, signer.Algorithm.Name, stored.Fingerprint?.ToString(), reason);
            output.Document(verdict, KeyFilesJson.Default.SignatureVerdict, console => console.Line(verdict.Valid
                ? $"valid: {path}, signed with {verdict.Algorithm} by key sha256:{verdict.Fingerprint}"
                : $"NOT valid: {path}: {verdict.Reason}"));
            return verdict.Valid ? ExitCode.Done : ExitCode.Refused;
        });
    }

    private static string Beside(string path)
    {
        string own = path + SignatureFile.Extension, cms = path + CmsFile.SignatureExtension;
        return !File.Exists(own) && File.Exists(cms) ? cms : own;
    }
}
