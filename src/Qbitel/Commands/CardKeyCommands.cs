using System.CommandLine;
using System.Security.Cryptography;
using Qbitel.Cards;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cards;
using Qbitel.Hsm;
using Qbitel.Hsm.Cards.Issuing;
using Qbitel.KeyFiles;
using Qbitel.Printing;
using Spectre.Console;

namespace Qbitel.Commands;

/// <summary>Card keys and the token: into it, under an envelope or not, and what is there.</summary>
internal static class CardKeyCommands
{
    private const string TransportName = "card-transport";

    public static IEnumerable<Verb> All(GlobalOptions global) =>
        [List(global), Generate(global), Import(global), Transport(global), SealKey(global)];

    private static Verb List(GlobalOptions global) =>
        new Verb("keys",
            "The card keys in the token: names are not kept, so give those you know to see which is which.",
            new Example("qbitel card keys", "use, cipher and check value of each"),
            new Example("qbitel card keys --json", "the same for a program"))
        .Does(global, async (line, output, cancellation) =>
        {
            await using HsmProvider token = await CardBox.OpenTokenAsync(global.Folder(line), false, cancellation);
            List<CardKeyDocument> keys = [];
            await foreach (HsmKey key in token.ListAsync(cancellation))
                if (key.CardUse is not null) keys.Add(Describe(null, key));

            keys.Sort((one, other) => string.CompareOrdinal(one.Id, other.Id));
            output.Document(new CardKeyList(keys), CardJson.Default.CardKeyList, console => Print(keys, console));
            return ExitCode.Done;
        });

    private static Verb Generate(GlobalOptions global)
    {
        Argument<string> name = Name();
        Option<string> use = Use();
        Option<string> algorithm = new("--algorithm")
        {
            Description = "TDEA-2-KEY, TDEA-3-KEY, AES-128, AES-192 or AES-256",
            HelpName = "NAME",
            DefaultValueFactory = _ => CardKeyAlgorithm.Aes256.Name,
        };
        Option<bool> exportable = new("--exportable") { Description = "It may leave the token in a key block" };
        Verb verb = new("generate", "Make a card key in the token.",
            new Example("qbitel card generate kbpk-zone1 --use K1", "an AES-256 key that protects key blocks"))
        {
            name, use, algorithm, exportable,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            if (!CardKeyAlgorithm.TryParse(line.GetValue(algorithm), out CardKeyAlgorithm? chosen))
                throw new MisusedException($"There is no card key algorithm '{line.GetValue(algorithm)}'.");

            string named = line.GetRequiredValue(name);
            CardKeyUse chosenUse = CardOptions.Use(line.GetRequiredValue(use));
            await using HsmProvider token = await CardBox.OpenTokenAsync(global.Folder(line), true, cancellation);
            HsmKey key = await Try(() => token.Cards.GenerateAsync(
                TokenKeyId.OfCardKey(named), chosen, chosenUse, line.GetValue(exportable), cancellation));
            return Say(output, named, key);
        });
    }

    private static Verb Import(GlobalOptions global)
    {
        Argument<string> name = Name();
        Option<string?> use = new("--use") { Description = "What it is for: a code such as E0", HelpName = "CODE" };
        Option<string?> source = CardOptions.OptionalSource("--key", "The clear key, from components or a test");
        Option<string?> envelope = new("--sealed")
        {
            Description = "An envelope of 'qbitel card seal' that was sealed to this token",
            HelpName = "FILE",
        };
        Option<string?> block = new("--key-block") { Description = "A key block in a file", HelpName = "FILE" };
        Option<string?> protection = CardOptions.OptionalSource("--kbpk", "The key that protects the key block");
        Option<bool> aes = new("--aes") { Description = "A key of 16 or 24 bytes is AES and not TDEA" };
        Option<bool> unsafeKeys = CardOptions.Unsafe();
        Verb verb = new("import", "Take a card key into the token, where it stays.",
            new Example("qbitel card import imk-visa --use E0 --sealed imk-visa.sealed",
                "from a quantum-safe envelope"),
            new Example("qbitel card import pek-acq1 --key-block pek.tr31 --kbpk token:kbpk-zone1", "from a key block"),
            new Example("qbitel card import imk-visa --use E0 --key file:imk.hex", "from a file of the owner alone"))
        {
            name, use, source, envelope, block, protection, aes, unsafeKeys,
        };
        verb.Validators.Add(result =>
        {
            int given = (result.GetValue(source) is null ? 0 : 1) + (result.GetValue(envelope) is null ? 0 : 1)
                + (result.GetValue(block) is null ? 0 : 1);
            if (given != 1) result.AddError("Give one of --key, --sealed and --key-block.");
            if (result.GetValue(block) is not null && result.GetValue(protection) is null)
                result.AddError("A key block is opened with --kbpk.");
            if (result.GetValue(block) is null && result.GetValue(use) is null)
                result.AddError("--use says what the key is for.");
        });
        return verb.Does(global, async (line, output, cancellation) =>
        {
            string named = line.GetRequiredValue(name);
            TokenKeyId id = TokenKeyId.OfCardKey(named);
            DataFolder folder = global.Folder(line);
            await using HsmProvider token = await CardBox.OpenTokenAsync(folder, true, cancellation);
            if (line.GetValue(block) is { } blockFile)
            {
                if (!CardSource.IsInToken(line.GetValue(protection)!, out string protectionName))
                {
                    throw new MisusedException(
                        "The key that protects the block is token:NAME: both stay in the token.");
                }

                HsmKey kbpk = await token.FindAsync(TokenKeyId.OfCardKey(protectionName), cancellation)
                    ?? throw new RefusedException($"There is no key '{protectionName}' in the token.",
                        "'qbitel card keys' lists the card keys.");
                string text = (await File.ReadAllTextAsync(blockFile, cancellation)).Trim();
                return Say(output, named, await token.Cards.ImportKeyBlockAsync(id, kbpk, text, cancellation));
            }

            CardKeyUse chosen = CardOptions.Use(line.GetValue(use)!);
            if (line.GetValue(envelope) is { } sealedFile)
            {
                HsmKey recipient = await token.FindAsync(TokenKeyId.OfCardKey(TransportName), cancellation)
                    ?? throw new RefusedException("The token has no transport key, so nothing is sealed to it.",
                        "'qbitel card transport-key -o FILE' makes one; seal the key to it.");
                byte[] file = await File.ReadAllBytesAsync(sealedFile, cancellation);
                CardKeyAlgorithm algorithm = SealedAlgorithm(file, out byte[] content);
                return Say(output, named, await CardKeys.ImportSealedAsync(
                    token, recipient, id, algorithm, chosen, content, cancellation));
            }

            byte[] key = CardSource.Key(line.GetValue(source)!, "key", line.GetValue(unsafeKeys));
            try
            {
                CardKeyAlgorithm algorithm = AlgorithmOf(line.GetValue(aes), key.Length);
                return Say(output, named, await Try(() => token.Cards.ImportAsync(
                    id, algorithm, chosen, isExportable: false, key, cancellation)));
            }
            finally
            {
                CryptographicOperations.ZeroMemory(key);
            }
        });
    }

    private static Verb Transport(GlobalOptions global)
    {
        Option<string> target = new("--output", "-o")
        {
            Description = "Where the public key goes",
            HelpName = "FILE",
            Required = true,
        };
        Option<bool> force = new("--force") { Description = "Replace a file that is there" };
        Verb verb = new("transport-key",
            "Write the public half of the token's X-Wing key, to which others seal card keys; "
                + "made where it is missing.",
            new Example("qbitel card transport-key -o token.pub", "raw bytes, for 'qbitel card seal'"))
        {
            target, force,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            await using HsmProvider token = await CardBox.OpenTokenAsync(global.Folder(line), true, cancellation);
            HsmKey key = await token.GenerateKeyAsync(
                TokenKeyId.OfCardKey(TransportName), KemAlgorithm.XWing, cancellation);
            string path = line.GetRequiredValue(target);
            await SafeFile.WriteAsync(
                path, key.PublicKey, SafeFile.Ordinary, line.GetValue(force), cancellation);
            CardKeyDocument document = new(TransportName, $"{key.Id}", key.Algorithm.Name, "Transport", "",
                Convert.ToHexString(key.CheckValue.Span), false);
            output.Document(document, CardJson.Default.CardKeyDocument, console =>
                console.Line($"{path}: {key.Algorithm}, sha256:{document.CheckValue[..16]}"));
            return ExitCode.Done;
        });
    }

    private static Verb SealKey(GlobalOptions global)
    {
        Option<string> source = CardOptions.Source("--key", "The clear key");
        Option<string> use = Use();
        Option<string> recipient = new("--to")
        {
            Description = "The public key of 'qbitel card transport-key'",
            HelpName = "FILE",
            Required = true,
        };
        Option<string> target =
            new("--output", "-o") { Description = "The envelope", HelpName = "FILE", Required = true };
        Option<bool> aes = new("--aes") { Description = "A key of 16 or 24 bytes is AES and not TDEA" };
        Option<bool> force = new("--force") { Description = "Replace a file that is there" };
        Option<bool> unsafeKeys = CardOptions.Unsafe();
        Verb verb = new("seal",
            "Seal a card key to a token: X-Wing (ML-KEM-768 and X25519) with AES-256-GCM, bound to the key's use.",
            new Example("qbitel card seal --key - --use E0 --to token.pub -o imk-visa.sealed",
                "the key from standard input"))
        {
            source, use, recipient, target, aes, force, unsafeKeys,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            byte[] publicKey = await File.ReadAllBytesAsync(line.GetRequiredValue(recipient), cancellation);
            if (publicKey.Length != KemAlgorithm.XWing.EncapsulationKeySize)
            {
                throw new RefusedException("The recipient is no X-Wing public key.",
                    "Give the file of 'qbitel card transport-key'.");
            }

            CardKeyUse chosen = CardOptions.Use(line.GetRequiredValue(use));
            byte[] key = CardSource.Key(line.GetRequiredValue(source), "key", line.GetValue(unsafeKeys));
            try
            {
                CardKeyAlgorithm algorithm = AlgorithmOf(line.GetValue(aes), key.Length);
                byte[] envelope = CardKeys.Seal(KemAlgorithm.XWing, publicKey, algorithm, chosen, key);
                string path = line.GetRequiredValue(target);
                await SafeFile.WriteAsync(path, (byte[])[(byte)Index(algorithm), .. envelope], SafeFile.OwnerOnly,
                    line.GetValue(force), cancellation);
                CardBlock sealedKey = new($"sealed {algorithm} key for {chosen}", path);
                output.Document(sealedKey, CardJson.Default.CardBlock, console =>
                    console.Line($"{path}: {sealedKey.Kind}"));
                return ExitCode.Done;
            }
            finally
            {
                CryptographicOperations.ZeroMemory(key);
            }
        });
    }

    // The first byte of the file says the cipher; that it is right the envelope proves.
    private static CardKeyAlgorithm SealedAlgorithm(byte[] file, out byte[] content)
    {
        if (file.Length < 2 || file[0] < 1 || file[0] > CardKeyAlgorithm.All.Count)
            throw new RefusedException("The file is no sealed card key.", "'qbitel card seal' makes one.");

        content = file[1..];
        return CardKeyAlgorithm.All[file[0] - 1];
    }

    private static int Index(CardKeyAlgorithm algorithm)
    {
        for (int i = 0; i < CardKeyAlgorithm.All.Count; i++)
            if (CardKeyAlgorithm.All[i] == algorithm) return i + 1;

        throw new System.Diagnostics.UnreachableException();
    }

    private static CardKeyAlgorithm AlgorithmOf(bool isAes, int size) =>
        CardKeyAlgorithm.Of(isAes || size == 32, size)
        ?? throw new RefusedException($"There is no card key of {size} bytes.", "Check the source; it was not shown.");

    /// <summary>A key that cannot be for what was asked is the caller's mistake.</summary>
    private static async ValueTask<HsmKey> Try(Func<ValueTask<HsmKey>> act)
    {
        try
        {
            return await act();
        }
        catch (ArgumentException wrong)
        {
            throw new MisusedException(wrong.Message.Split(" (Parameter", 2)[0], wrong);
        }
    }

    private static Argument<string> Name() => new("NAME")
    {
        Description = $"What the key is called from now on, at most {CardKeys.MaxNameLength} characters",
    };

    private static Option<string> Use() => new("--use")
    {
        Description = "What it is for: a code such as E0, or a name such as cryptograms",
        HelpName = "CODE",
        Required = true,
    };

    private static ExitCode Say(Output output, string name, HsmKey key)
    {
        CardKeyDocument document = Describe(name, key);
        output.Document(document, CardJson.Default.CardKeyDocument, console => console.Line(
            $"{name}: {document.Algorithm} for {document.Use} ({document.Code}), check value {document.CheckValue}"));
        return ExitCode.Done;
    }

    private static CardKeyDocument Describe(string? name, HsmKey key) => new(
        name, $"{key.Id}", key.Algorithm.Name, $"{key.CardUse}", key.CardUse!.Value.Code,
        Convert.ToHexString(key.CheckValue.Span), key.IsExportable);

    private static void Print(List<CardKeyDocument> keys, IAnsiConsole console)
    {
        Table table = PeopleConsole.Table("Id", "Use", "Code", "Algorithm", "Check value", "Exportable");
        foreach (CardKeyDocument key in keys)
        {
            table.AddRow([
                PeopleConsole.Cell(key.Id), PeopleConsole.Cell(key.Use), PeopleConsole.Cell(key.Code),
                PeopleConsole.Cell(key.Algorithm), PeopleConsole.Cell(key.CheckValue),
                PeopleConsole.Cell(key.Exportable ? "yes" : "no")]);
        }

        if (keys.Count == 0) console.Line("There are no card keys.");
        else console.Write(table);
    }
}
