using System.CommandLine;
using Qbitel.Cards;
using Qbitel.Cryptography.Cards;
using Qbitel.Cryptography.Cards.Dukpt;
using Qbitel.Hsm;
using Qbitel.Hsm.Cards;
using Qbitel.Printing;

namespace Qbitel.Commands;

/// <summary>Card values, PIN blocks and the keys of terminals.</summary>
internal static class CardValueCommands
{
    public static IEnumerable<Verb> All(GlobalOptions global) => [Value(global), PinBlocks(global), Dukpt(global)];

    private static Verb Value(GlobalOptions global)
    {
        Option<string> key = CardOptions.Source("--key", "The card verification key");
        Option<string> pan = CardOptions.Source("--pan", "The card number");
        Option<string> expiry = new("--expiry")
        {
            Description = "Four digits, in the order of the scheme",
            HelpName = "DIGITS",
            Required = true,
        };
        Option<string> service = new("--service-code")
        {
            Description = "Three digits; 000 for a CVV2, 999 for an iCVV",
            HelpName = "DIGITS",
            Required = true,
        };
        Option<string?> verify = CardOptions.OptionalSource("--verify", "The value to verify");
        Option<bool> unsafeKeys = CardOptions.Unsafe();
        Verb verb = new("cvv", "Verify a CVV, CVC, CVV2 or iCVV. Exit 1 where it is wrong.",
            new Example(
                "qbitel card cvv --key token:cvk --pan env:PAN --expiry 2812 --service-code 000 --verify env:CVV2",
                "a CVV2"),
            new Example("qbitel card cvv --key 0123456789ABCDEFFEDCBA9876543210 --pan 4123456789012345 --expiry 8701 "
                + "--service-code 101 --unsafe-test-keys", "computes and shows one, with test values only"))
        {
            key, pan, expiry, service, verify, unsafeKeys,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            await using CardBox box = new(global.Folder(line), line.GetValue(unsafeKeys));
            string number = CardSource.Digits(line.GetRequiredValue(pan), "card number", box.IsTest);
            CardValueData data = new(number.AsMemory(), line.GetRequiredValue(expiry).AsMemory(),
                line.GetRequiredValue(service).AsMemory());
            (HsmProvider hsm, HsmKey cvk) = await box.KeyAsync(
                line.GetRequiredValue(key), "card verification key", CardKeyUse.CardVerification, false, cancellation);
            if (line.GetValue(verify) is { } source)
            {
                string value = CardSource.Digits(source, "value", box.IsTest);
                bool isRight = await hsm.Cards.VerifyCardValueAsync(cvk, data, value.AsMemory(), cancellation);
                CardVerdict verdict = new(isRight ? "Valid" : "Invalid", isRight ? null : "WrongValue",
                    isRight ? "the key makes this value" : "the value is not the one the key makes",
                    MaskedPan.Of(number), null, null);
                output.Document(verdict, CardJson.Default.CardVerdict, console =>
                    console.Line($"{verdict.Status}: {verdict.Detail} ({verdict.Card})"));
                return isRight ? ExitCode.Done : ExitCode.Refused;
            }

            if (!box.IsTest)
            {
                throw new MisusedException(
                    "Give --verify. A value is computed and shown with --unsafe-test-keys only.");
            }

            char[] digits = new char[3];
            await hsm.Cards.ComputeCardValueAsync(cvk, data, digits, cancellation);
            CardBlock computed = new("card verification value", new string(digits));
            output.Document(computed, CardJson.Default.CardBlock, console => console.Line(computed.Value));
            return ExitCode.Done;
        });
    }

    private static Verb PinBlocks(GlobalOptions global)
    {
        Option<string> block = new("--block")
        {
            Description = "The encrypted PIN block in hexadecimal",
            HelpName = "HEX",
            Required = true,
        };
        Option<string> pan = CardOptions.Source("--pan", "The card number");
        Option<string> from = CardOptions.Source("--from", "The key of the block given");
        Option<int> fromFormat = Format("--from-format", "The format of the block given");
        Option<string?> ksn = new("--ksn")
        {
            Description = "The key of the block given is a base derivation key, and this the serial number",
            HelpName = "HEX",
        };
        Option<string> to = CardOptions.Source("--to", "The key of the block wanted");
        Option<int> toFormat = Format("--to-format", "The format of the block wanted");
        Option<bool> weaker =
            new("--allow-weaker") { Description = "Allow a block under AES to become one under TDEA" };
        Option<bool> unsafeKeys = CardOptions.Unsafe();
        Verb verb = new("pinblock",
            "Translate an encrypted PIN block to another key or format, for the same card. The PIN is never shown.",
            new Example(
                "qbitel card pinblock --block 1B9C1845EB993A7A --pan env:PAN --from token:bdk "
                + "--ksn FFFF9876543210E00001 --to token:zone-pek --to-format 4",
                "from a terminal's DUKPT key to an AES zone key"))
        {
            block, pan, from, fromFormat, ksn, to, toFormat, weaker, unsafeKeys,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            await using CardBox box = new(global.Folder(line), line.GetValue(unsafeKeys));
            byte[] given = CardOptions.Hex(line.GetRequiredValue(block), "PIN block");
            string number = CardSource.Digits(line.GetRequiredValue(pan), "card number", box.IsTest);
            PinBlockFormat source = CardOptions.Format(line.GetValue(fromFormat)),
                target = CardOptions.Format(line.GetValue(toFormat));
            byte[] serial = line.GetValue(ksn) is { } text ? CardOptions.Hex(text, "serial number") : [];
            (HsmProvider hsm, HsmKey one) = await box.KeyAsync(line.GetRequiredValue(from), "source key",
                serial.Length > 0 ? CardKeyUse.BaseDerivation : CardKeyUse.PinEncryption,
                source == PinBlockFormat.Iso4, cancellation);
            (HsmProvider other, HsmKey two) = await box.KeyAsync(line.GetRequiredValue(to), "target key",
                CardKeyUse.PinEncryption, target == PinBlockFormat.Iso4, cancellation);
            byte[] translated = new byte[target == PinBlockFormat.Iso4 ? 16 : 8];
            await CardBox.Same(hsm, other).Cards.TranslatePinAsync(
                new CardPinKey(one, source, serial), given, new CardPinKey(two, target), number.AsMemory(), translated,
                line.GetValue(weaker), cancellation);
            CardBlock document = new($"encrypted PIN block of format {(int)target}", Convert.ToHexString(translated));
            output.Document(document, CardJson.Default.CardBlock, console => console.Line(document.Value));
            return ExitCode.Done;
        });
    }

    private static Verb Dukpt(GlobalOptions global)
    {
        Option<string> bdk = CardOptions.Source("--bdk", "The base derivation key");
        Option<string> ksn = new("--ksn")
        {
            Description = "A serial number of the device: 10 bytes of TDEA, 12 of AES, in hexadecimal",
            HelpName = "HEX",
            Required = true,
        };
        Option<string> protection = CardOptions.Source("--kbpk", "The key that protects the key block");
        Option<bool> unsafeKeys = CardOptions.Unsafe();
        Verb verb = new("dukpt", "Derive the initial key of a DUKPT device, as a key block for its loading.",
            new Example("qbitel card dukpt --bdk token:bdk --ksn FFFF9876543210E00001 --kbpk token:kbpk-zone1",
                "a key block of use B1"))
        {
            bdk, ksn, protection, unsafeKeys,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            await using CardBox box = new(global.Folder(line), line.GetValue(unsafeKeys));
            byte[] serial = CardOptions.Hex(line.GetRequiredValue(ksn), "serial number");
            bool isAes = serial.Length == AesKsn.Size;
            (HsmProvider hsm, HsmKey key) = await box.KeyAsync(
                line.GetRequiredValue(bdk), "base derivation key", CardKeyUse.BaseDerivation, isAes, cancellation);
            (HsmProvider other, HsmKey kbpk) = await box.KeyAsync(line.GetRequiredValue(protection), "protection key",
                CardKeyUse.KeyBlockProtection, null, cancellation);
            string derived =
                await CardBox.Same(hsm, other).Cards.DeriveInitialKeyAsync(key, serial, kbpk, cancellation);
            CardBlock document = new("key block of the initial key", derived);
            output.Document(document, CardJson.Default.CardBlock, console => console.Line(document.Value));
            return ExitCode.Done;
        });
    }

    private static Option<int> Format(string name, string description) => new(name)
    {
        Description = $"{description}: 0, 3 or 4",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };
}
