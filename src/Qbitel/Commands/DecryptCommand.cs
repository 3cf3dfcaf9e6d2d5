using System.CommandLine;
using System.IO.Pipelines;
using System.Text;
using Qbitel.Cryptography.Encodings;
using Qbitel.Cryptography.Envelopes;
using Qbitel.KeyFiles;
using Qbitel.Printing;

namespace Qbitel.Commands;

internal static class DecryptCommand
{
    public static Verb Create(GlobalOptions global)
    {
        Argument<string> named = new("FILE")
        {
            Description = "What 'qbitel encrypt' or another program's CMS encrypted; - reads standard input",
        };
        Option<string?> key = new("--key") { Description = "The private key of one recipient", HelpName = "FILE" };
        Option<string?> target = new("--output", "-o")
        {
            Description = "Where it goes; - is standard output [default: FILE without .sealed or .p7m]",
            HelpName = "FILE",
        };
        Option<string?> associated = new("--associated-data")
        {
            Description = "As it was given when encrypting",
            HelpName = "TEXT",
        };
        Option<bool> list = new("--recipients") { Description = "Only say to which keys it is encrypted" };
        Option<bool> force = new("--force") { Description = "Replace a file that is there" };
        PassphraseOptions passphrase = new(isNew: false);

        Verb verb = new("decrypt",
            "Decrypt a file. It appears, for its owner alone, only when it is authentic to its end; standard output "
                + "gets it piece by piece, so there only exit code 0 means whole.",
            new("qbitel decrypt ledger.csv.sealed --key archive.key", "ledger.csv"),
            new("qbitel decrypt ledger.sealed --key auditor.key --passphrase-env QBITEL_SECRET -o ledger.csv",
                "with an encrypted key"),
            new("qbitel decrypt ledger.csv.p7m --key archive.key", "CMS, which another program may have made"),
            new("qbitel decrypt ledger.sealed --recipients", "which keys can open it"))
        {
            named, key, target, associated, list, force,
        };
        foreach (Option option in passphrase.All) verb.Add(option);
        verb.Validators.Add(result =>
        {
            if (result.GetValue(key) is null == !result.GetValue(list))
                result.AddError("Give the private key with --key, or ask for --recipients.");
        });
        return verb.Does(global, async (line, output, cancellation) =>
        {
            string path = line.GetRequiredValue(named);
            await using Stream file = path == Input.StandardInput ? Console.OpenStandardInput() : File.OpenRead(path);
            (Stream source, bool isCms) = await RecogniseAsync(file, cancellation);
            if (line.GetValue(list))
            {
                Print(output, new(path, null, null, isCms
                    ? [.. CmsFile.Recipients(await Input.ReadAsync(source, cancellation))
                        .Select(name => new RecipientKey(name, null))]
                    : [.. SealedFile.ReadRecipients(source).Select(each =>
                        new RecipientKey(each.Algorithm, each.Fingerprint.ToString()))]));
                return ExitCode.Done;
            }

            string destination = line.GetValue(target) ?? Destination(path), keyPath = line.GetValue(key)!;
            bool isPiped = destination == Input.StandardInput;
            if (!isPiped) SafeFile.Require(destination, line.GetValue(force));

            using StoredKey stored = KeyReader.Read(keyPath, passphrase.Of(line, keyPath));
            if (stored.Kem is not { HasPrivateKey: true } kem)
            {
                throw new RefusedException(
                    $"{keyPath} holds a {(stored.HasPrivateKey ? "" : "public ")}key of {stored.AlgorithmName}, which "
                        + $"cannot decrypt.",
                    "Give the private key of one of the recipients: --recipients says which they are.");
            }

            byte[] bound = Encoding.UTF8.GetBytes(line.GetValue(associated) ?? "");
            long size = await output.WorkAsync($"Decrypting {path}", async progress =>
            {
                BytesDone done = new(progress, file);
                async Task Open(Stream stream)
                {
                    if (!isCms)
                    {
                        await SealedFile.OpenAsync(source, stream, kem, bound, done, cancellation);
                        return;
                    }

                    byte[] content = CmsFile.Decrypt(await Input.ReadAsync(source, cancellation), kem);
                    await stream.WriteAsync(content, cancellation);
                    done.Report(content.Length);
                }

                if (!isPiped) await SafeFile.WriteAsync(destination, Open, SafeFile.OwnerOnly, line.GetValue(force));
                else await using (Stream stream = Output.RawStream()) await Open(stream);
                return done.Bytes;
            });
            if (!isPiped)
            {
                Print(output, new(path, destination, size,
                    [new(stored.AlgorithmName, stored.Fingerprint.ToString()!)]));
            }

            return ExitCode.Done;
        });
    }

    // DER begins with a sequence, PEM with a dash; whatever else comes is for the reader of sealed files to judge.
    private static async Task<(Stream Source, bool IsCms)> RecogniseAsync(Stream file, CancellationToken cancellation)
    {
        PipeReader reader = PipeReader.Create(file);
        ReadResult first = await reader.ReadAsync(cancellation);
        bool isCms = !first.Buffer.IsEmpty && first.Buffer.FirstSpan[0] is 0x30 or (byte)'-';
        reader.AdvanceTo(first.Buffer.Start);
        return (reader.AsStream(), isCms);
    }

    private static string Destination(string path) =>
        path == Input.StandardInput ? path
        : new[] { EncryptCommand.Extension, CmsFile.EnvelopeExtension }
            .FirstOrDefault(extension =>
                path.EndsWith(extension, StringComparison.Ordinal) && Path.GetFileName(path) != extension) is { } own
                ? path[..^own.Length]
        : throw new MisusedException($"Name the file that {path} is decrypted to with -o FILE.");

    private static void Print(Output output, DecryptedFile decrypted) =>
        output.Document(decrypted, KeyFilesJson.Default.DecryptedFile, console =>
        {
            console.Line(decrypted.Output is null ? $"{decrypted.File} is encrypted to:"
                : $"{decrypted.Output}: {decrypted.Size} bytes, authentic to the end, with");
            foreach (RecipientKey key in decrypted.Recipients) console.Line($"  {key}");
        });
}
