using System.CommandLine;
using Qbitel.Cards;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Emv;
using Qbitel.Hsm;
using Qbitel.Hsm.Cards;
using Qbitel.Printing;
using Qbitel.Protocols;
using Qbitel.Protocols.Emv;

namespace Qbitel.Commands;

/// <summary>The cryptograms of chip cards.</summary>
internal static class CardEmvCommands
{
    public static IEnumerable<Verb> All(GlobalOptions global) => [VerifyArqc(global), Arpc(global)];

    private static Verb VerifyArqc(GlobalOptions global)
    {
        Inputs inputs = new();
        Verb verb = new("verify-arqc", "Verify a chip card's cryptogram. Exit 1 where it is not valid.",
            new Example("qbitel card verify-arqc --key token:imk-visa --pan env:PAN --chip 9F100706011203A0B800",
                "the version is read from the issuer application data (9F10)"),
            new Example("qbitel card verify-arqc --key file:imk.hex --pan - --chip file:field55.hex --json",
                "the card number from standard input, the chip data from a file"));
        foreach (Option option in inputs.All) verb.Add(option);
        return verb.Does(global, async (line, output, cancellation) =>
        {
            await using CardBox box = new(global.Folder(line), line.GetValue(inputs.Unsafe));
            (CardIdentity card, EmvCryptogramData chip, CryptogramVersion version) = inputs.Read(line);
            (HsmProvider hsm, HsmKey key) = await box.KeyAsync(
                line.GetRequiredValue(inputs.Key), "issuer key", CardKeyUse.Cryptograms, null, cancellation);
            ArqcVerification result = await new EmvCryptogramVerifier(hsm).VerifyArqcAsync(
                chip, card, version, key, inputs.DataObjects(line), cancellation);
            CardVerdict verdict = new($"{result.Status}",
                result.Reason == VerificationReason.None ? null : $"{result.Reason}", result.Detail, result.Card,
                result.Version, result.Counter);
            output.Document(verdict, CardJson.Default.CardVerdict, console =>
                console.Line($"{verdict.Status}: {verdict.Detail} ({verdict.Card}, {verdict.Version}, "
                    + $"{(verdict.Counter is { } counter ? $"counter {counter}" : "no counter")})"));
            return result.Status == VerificationStatus.Valid ? ExitCode.Done : ExitCode.Refused;
        });
    }

    private static Verb Arpc(GlobalOptions global)
    {
        Inputs inputs = new();
        Option<string> code = new("--response-code")
        {
            Description = "The two characters of the authorisation's response",
            HelpName = "CODE",
            DefaultValueFactory = _ => "00",
        };
        Option<string> update = new("--status-update")
        {
            Description = "The card status update of method 2, 4 bytes in hexadecimal",
            HelpName = "HEX",
            DefaultValueFactory = _ => "00800000",
        };
        Verb verb = new("arpc", "Answer a chip card's cryptogram, after it has been verified.",
            new Example("qbitel card arpc --key token:imk-visa --pan env:PAN --chip file:field55.hex",
                "the value of tag 91"));
        foreach (Option option in inputs.All) verb.Add(option);
        verb.Add(code);
        verb.Add(update);
        return verb.Does(global, async (line, output, cancellation) =>
        {
            await using CardBox box = new(global.Folder(line), line.GetValue(inputs.Unsafe));
            (CardIdentity card, EmvCryptogramData chip, CryptogramVersion version) = inputs.Read(line);
            byte[] status = CardOptions.Hex(line.GetRequiredValue(update), "card status update");
            if (status.Length != 4 || line.GetRequiredValue(code).Length != 2)
                throw new MisusedException("A response code has two characters, a card status update four bytes.");

            (HsmProvider hsm, HsmKey key) = await box.KeyAsync(
                line.GetRequiredValue(inputs.Key), "issuer key", CardKeyUse.Cryptograms, null, cancellation);
            EmvCryptogramVerifier verifier = new(hsm);
            ArqcVerification result = await verifier.VerifyArqcAsync(
                chip, card, version, key, inputs.DataObjects(line), cancellation);
            if (result.Status != VerificationStatus.Valid)
            {
                throw new RefusedException($"The cryptogram is not valid: {result.Detail}.",
                    "A cryptogram that does not hold is not answered.");
            }

            byte[] answer = await verifier.GenerateArpcAsync(
                chip, card, version, key, line.GetRequiredValue(code), status, cancellation);
            CardAnswer document = new($"{card}", version.Name, Convert.ToHexString(answer));
            output.Document(document, CardJson.Default.CardAnswer, console =>
                console.Line($"{document.IssuerAuthenticationData} ({document.Card}, {document.Version})"));
            return ExitCode.Done;
        });
    }

    /// <summary>What both commands are given.</summary>
    private sealed class Inputs
    {
        private const string InFile = "file:";

        public Option<string> Key { get; } = CardOptions.Source("--key", "The issuer's master key for cryptograms");

        public Option<bool> Unsafe { get; } = CardOptions.Unsafe();

        private Option<string> Pan { get; } = CardOptions.Source("--pan", "The card number");

        private Option<string> Chip { get; } = new("--chip")
        {
            Description = "The chip data (field 55) in hexadecimal, or file:PATH that holds it",
            HelpName = "HEX",
            Required = true,
        };

        private Option<CardScheme> Scheme { get; } = new("--scheme")
        {
            Description = "Visa, Mastercard … [default: told by the application or the card number]",
            HelpName = "NAME",
        };

        private Option<string> Cdol { get; } = new("--cdol")
        {
            Description = "The card's CDOL1 (8C), in hexadecimal [default: the data that the cryptogram version says]",
            HelpName = "HEX",
        };

        public IEnumerable<Option> All => [Key, Pan, Chip, Scheme, Cdol, Unsafe];

        /// <summary>Null where the version's own list counts.</summary>
        public DataObjectList? DataObjects(ParseResult line) =>
            line.GetValue(Cdol) is { } hex ? CardOptions.DataObjects(hex) : null;

        public (CardIdentity Card, EmvCryptogramData Chip, CryptogramVersion Version) Read(ParseResult line)
        {
            string given = line.GetRequiredValue(Chip);
            string text = given.StartsWith(InFile, StringComparison.Ordinal)
                ? File.ReadAllText(given[InFile.Length..]).Trim() : given;
            byte[] bytes = CardOptions.Hex(text, "chip data");
            if (!EmvCryptogramData.TryParse(bytes, ParseMode.Lenient, out EmvCryptogramData chip, out ParseError error))
                throw new RefusedException($"The chip data cannot be read: {error}", "Give the value of field 55.");

            string pan = CardSource.Digits(line.GetRequiredValue(Pan), "card number", line.GetValue(Unsafe));
            CardScheme scheme = line.GetValue(Scheme);
            if (scheme == CardScheme.Unknown && chip[EmvTag.DedicatedFileName] is { } application)
                scheme = CardScheme.OfApplication(application.Span);
            if (scheme == CardScheme.Unknown) scheme = CardScheme.OfPan(pan);
            if (!IssuerApplicationData.TryParse(
                scheme, chip.IssuerApplicationData.Span, out IssuerApplicationData issuerData)
                || CryptogramVersion.Find(CryptogramVersion.Standard, scheme, issuerData.Version) is not { } version)
            {
                throw new RefusedException(
                    $"The cryptogram version of this {scheme} card is not known.",
                    "Known: " + string.Join(", ", CryptogramVersion.Standard.Select(v => v.Name).Distinct())
                    + ". --scheme says whose card it is.");
            }

            return (CardIdentity.Of(pan, chip), chip, version);
        }
    }
}
