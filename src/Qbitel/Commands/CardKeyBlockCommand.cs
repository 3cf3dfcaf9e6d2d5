using System.CommandLine;
using System.Security.Cryptography;
using Qbitel.Cards;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.KeyBlocks;
using Qbitel.Hsm;
using Qbitel.Hsm.Cards.Issuing;
using Qbitel.Printing;

namespace Qbitel.Commands;

/// <summary>Key blocks of X9.143 (TR-31).</summary>
internal static class CardKeyBlockCommand
{
    private const string InFile = "file:";

    public static Command Create(GlobalOptions global) =>
        new("tr31", "Key blocks of X9.143 (TR-31) and ISO 20038.") { Unwrap(global), Wrap(global) };

    private static Verb Unwrap(GlobalOptions global)
    {
        Argument<string> block = new("BLOCK") { Description = "The key block, or file:PATH that holds it" };
        Option<string> protection = CardOptions.Source("--kbpk", "The key that protects the block");
        Option<bool> unsafeKeys = CardOptions.Unsafe();
        Verb verb = new("unwrap",
            "Verify a key block and say what it holds: header and check value, and never the key.",
            new Example("qbitel card tr31 unwrap file:pek.tr31 --kbpk token:kbpk-zone1", "verified within the token"),
            new Example("qbitel card tr31 unwrap file:test.tr31 --kbpk file:kbpk.hex --json", "with a key from a file"))
        {
            block, protection, unsafeKeys,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            await using CardBox box = new(global.Folder(line), line.GetValue(unsafeKeys));
            string given = line.GetRequiredValue(block);
            string text = given.StartsWith(InFile, StringComparison.Ordinal)
                ? (await File.ReadAllTextAsync(given[InFile.Length..], cancellation)).Trim() : given;
            string source = line.GetRequiredValue(protection);
            if (CardSource.IsInToken(source, out _))
            {
                // The key must not stay, so it comes into the token under a name of its own and goes again.
                (HsmProvider token, HsmKey kbpk) = await box.KeyAsync(
                    source, "protection key", CardKeyUse.KeyBlockProtection, null, cancellation);
                TokenKeyId passing = TokenKeyId.OfCardKey($"passing {RandomNumberGenerator.GetHexString(32)}");
                HsmKey key = await token.Cards.ImportKeyBlockAsync(passing, kbpk, text, cancellation);
                await token.DestroyAsync(passing, cancellation);
                return Say(output, text, Convert.ToHexString(key.CheckValue.Span), key: null);
            }

            byte[] clear = CardSource.Key(source, "protection key", box.IsTest);
            try
            {
                using KeyBlock opened = KeyBlock.Unwrap(clear, text);
                bool isAes = opened.Header.Algorithm == 'A';
                string? check = !isAes && opened.Header.Algorithm is not ('T' or 'D') ? null
                    : Convert.ToHexString(
                        isAes ? KeyCheckValue.OfAes(opened.Key) : KeyCheckValue.OfTripleDes(opened.Key));
                return Say(output, text, check, box.IsTest ? Convert.ToHexString(opened.Key) : null);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(clear);
            }
        });
    }

    private static Verb Wrap(GlobalOptions global)
    {
        Option<string> key = CardOptions.Source("--key", "The key; one of the token must be exportable");
        Option<string> use = new("--use")
        {
            Description = "What the key is for: a code such as P0",
            HelpName = "CODE",
            Required = true,
        };
        Option<string> protection = CardOptions.Source("--kbpk", "The key that protects the block");
        Option<bool> exportable = new("--exportable") { Description = "The receiver may give the key on" };
        Option<bool> aes = new("--aes") { Description = "A key of 16 or 24 bytes is AES and not TDEA" };
        Option<bool> unsafeKeys = CardOptions.Unsafe();
        Verb verb = new("wrap", "Wrap a key: version D under AES, version B under TDEA.",
            new Example("qbitel card tr31 wrap --key token:zone-pek --use P0 --kbpk token:kbpk-zone1", "a key block"))
        {
            key, use, protection, exportable, aes, unsafeKeys,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            await using CardBox box = new(global.Folder(line), line.GetValue(unsafeKeys));
            bool? isAes = line.GetValue(aes) ? true : null;
            (HsmProvider hsm, HsmKey wrapped) = await box.KeyAsync(line.GetRequiredValue(key), "key",
                CardOptions.Use(line.GetRequiredValue(use)), isAes, cancellation);
            (HsmProvider other, HsmKey kbpk) = await box.KeyAsync(line.GetRequiredValue(protection), "protection key",
                CardKeyUse.KeyBlockProtection, null, cancellation);
            string block = await CardBox.Same(hsm, other).Cards.ExportKeyBlockAsync(
                kbpk, wrapped, line.GetValue(exportable), cancellation);
            CardBlock document = new("key block", block);
            output.Document(document, CardJson.Default.CardBlock, console => console.Line(document.Value));
            return ExitCode.Done;
        });
    }

    private static ExitCode Say(Output output, string block, string? checkValue, string? key)
    {
        KeyBlockLayout layout = KeyBlockLayout.Read(block);
        CardKeyBlock document = new(null, $"{layout.Version}", block[5..7], $"{layout.Algorithm}", $"{layout.Mode}",
            $"{layout.Exportability}", [], checkValue, key);
        output.Document(document, CardJson.Default.CardKeyBlock, console =>
        {
            console.Line($"version {document.Version}, usage {document.Usage}, algorithm {document.Algorithm}, "
                + $"mode {document.Mode}, exportability {document.Exportability}, check value {document.CheckValue}");
            if (key is not null) console.Line($"key {key} (shown because of --unsafe-test-keys)");
        });
        return ExitCode.Done;
    }
}
