using System.CommandLine;
using System.Text;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Encodings;
using Qbitel.Cryptography.Envelopes;
using Qbitel.KeyFiles;
using Qbitel.Printing;

namespace Qbitel.Commands;

internal static class EncryptCommand
{
    public const string Extension = ".sealed";

    public static Verb Create(GlobalOptions global)
    {
        Argument<string> file = new("FILE") { Description = "What to encrypt, of any size; - reads standard input" };
        Option<string[]> to = new("--to")
        {
            Description = "A recipient's public key or certificate; each of several can decrypt",
            HelpName = "FILE",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string?> target = new("--output", "-o")
        {
            Description = "Where it goes; - is standard output [default: FILE.sealed, or FILE.p7m]",
            HelpName = "FILE",
        };
        Option<string?> associated = new("--associated-data")
        {
            Description = "Authenticated and not stored: whoever decrypts must know it",
            HelpName = "TEXT",
        };
        Option<bool> cms = new("--cms")
        {
            Description = "As CMS AuthEnvelopedData, for exchange; the file is held in memory",
        };
        Option<bool> force = new("--force") { Description = "Replace a file that is there" };

        Verb verb = new("encrypt",
            "Encrypt a file of any size to the holders of one or more keys. Who encrypted it is not shown: sign it "
                + "where that matters.",
            new("qbitel encrypt ledger.csv --to archive.key.pub", "ledger.csv.sealed"),
            new("qbitel encrypt ledger.csv --to archive.key.pub auditor.key.pub -o ledger.sealed",
                "two recipients, either can open it"),
            new("qbitel encrypt ledger.csv --to archive.key.pub --cms",
                "ledger.csv.p7m, which openssl cms -decrypt reads"),
            new("qbitel encrypt - --to archive.key.pub < ledger.csv > ledger.piped", "in a pipe, in constant memory"))
        {
            file, to, target, associated, cms, force,
        };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(cms) && result.GetValue(associated) is not null)
                result.AddError("CMS has no associated data.");
        });
        return verb.Does(global, async (line, output, cancellation) =>
        {
            string path = line.GetRequiredValue(file);
            string destination = line.GetValue(target) ?? (path == Input.StandardInput ? Input.StandardInput
                : path + (line.GetValue(cms) ? CmsFile.EnvelopeExtension : Extension));
            bool isPiped = destination == Input.StandardInput;
            if (!isPiped) SafeFile.Require(destination, line.GetValue(force));

            List<StoredKey> recipients = [];
            try
            {
                foreach (string recipient in line.GetRequiredValue(to)) recipients.Add(Recipient(recipient));
                if (recipients.DistinctBy(key => key.Fingerprint).Count() < recipients.Count)
                    throw new MisusedException("One recipient is named twice.");

                byte[] bound = Encoding.UTF8.GetBytes(line.GetValue(associated) ?? "");
                KemKey[] keys = [.. recipients.Select(key => key.Kem!)];
                await using Stream source = path == Input.StandardInput ? Console.OpenStandardInput()
                    : File.OpenRead(path);
                long size = await output.WorkAsync($"Encrypting {path}", async progress =>
                {
                    BytesDone done = new(progress, source);
                    async Task Seal(Stream stream)
                    {
                        if (!line.GetValue(cms))
                        {
                            await SealedFile.SealAsync(source, stream, keys, bound, done,
                                cancellationToken: cancellation);
                            return;
                        }

                        byte[] content = await Input.ReadAsync(source, cancellation);
                        await stream.WriteAsync(CmsFile.Encrypt(content, line.GetRequiredValue(to).Zip(recipients)),
                            cancellation);
                        done.Report(content.Length);
                    }

                    if (!isPiped) await SafeFile.WriteAsync(destination, Seal, SafeFile.Ordinary, line.GetValue(force));
                    else await using (Stream stream = Output.RawStream()) await Seal(stream);
                    return done.Bytes;
                });
                if (isPiped) return ExitCode.Done;

                EncryptedFile encrypted = new(path, destination, line.GetValue(cms) ? "cms" : "sealed-file", size,
                    [.. recipients.Select(key => new RecipientKey(key.AlgorithmName, key.Fingerprint.ToString()!))]);
                output.Document(encrypted, KeyFilesJson.Default.EncryptedFile, console =>
                {
                    console.Line($"{destination}: {size} bytes encrypted to {encrypted.Recipients.Count} "
                        + $"{(encrypted.Recipients.Count == 1 ? "key" : "keys")}");
                    foreach (RecipientKey key in encrypted.Recipients) console.Line($"  {key}");
                });
                return ExitCode.Done;
            }
            finally
            {
                foreach (StoredKey key in recipients) key.Dispose();
            }
        });
    }

    private static StoredKey Recipient(string path)
    {
        StoredKey key = KeyReader.ReadPublic(path);
        if (key.Kem is not null) return key;

        string name = key.AlgorithmName;
        key.Dispose();
        throw new RefusedException($"{path} holds a key of {name}, which cannot be encrypted to.",
            "'qbitel key generate X-Wing' makes an encryption key.");
    }
}
