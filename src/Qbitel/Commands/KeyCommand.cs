using System.CommandLine;
using Qbitel.Cryptography.Encodings;
using Qbitel.KeyFiles;
using Qbitel.Printing;

namespace Qbitel.Commands;

internal static class KeyCommand
{
    public static Command Create(GlobalOptions global) =>
        new("key", "Keys in files of your own: make, look at and convert them. The platform's keys are under 'keys'.")
        {
            KeyGenerateCommand.Create(global), Show(global), KeyConvertCommand.Create(global),
        };

    private static Verb Show(GlobalOptions global)
    {
        Argument<string> file = new("FILE")
        {
            Description = "A key or a certificate: PEM, DER, JWK or COSE_Key, found out by itself",
        };
        PassphraseOptions passphrase = new(isNew: false);
        Verb verb = new("show",
            "What a key file holds: algorithm, sizes, category, fingerprint and what to beware of; never its secret.",
            new("qbitel key show payments.key", "of a private key, with its public half's fingerprint"),
            new("qbitel key show payments.key.pub --json", "of a public key, for a program"))
        {
            file,
        };
        foreach (Option option in passphrase.All) verb.Add(option);
        return verb.Does(global, (line, output) =>
        {
            string path = line.GetRequiredValue(file);
            using StoredKey key = KeyReader.Read(path, passphrase.Of(line, path));
            KeyDescription description = KeyDescription.Of(key, path);
            output.Document(description, KeyFilesJson.Default.KeyDescription, console =>
            {
                foreach ((string name, string value) in description.Lines()) console.Line($"{name + ":",-13}{value}");
            });
            return ExitCode.Done;
        });
    }
}
