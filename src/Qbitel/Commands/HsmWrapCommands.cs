using System.CommandLine;
using System.Security.Cryptography;
using Qbitel.Cryptography.Encodings;
using Qbitel.Governance.Audit;
using Qbitel.Hsm;
using Qbitel.Hsm.Approvals;
using Qbitel.Hsm.Wrapping;
using Qbitel.KeyFiles;
using Qbitel.Machine;
using Qbitel.Printing;
using Qbitel.Sources;
using Qbitel.Store;

namespace Qbitel.Commands;

/// <summary>One key of an HSM into a file, wrapped for a KEM key, and back.</summary>
internal static class HsmWrapCommands
{
    public static Verb Wrap(GlobalOptions global)
    {
        Argument<string?> name = HsmCommand.Named(isRequired: true);
        Argument<string> key = new("KEY") { Description = "The key, by its label or its identifier" };
        Option<string> recipient = new("--recipient")
        {
            Description =
                "Whom it is for: a file with a KEM's public key, or HSM:KEY for a KEM key in a configured HSM",
            HelpName = "WHO",
            Required = true,
        };
        Option<string> target = Target("Where the wrapped key goes");
        Option<bool> force = new("--force") { Description = "Replace a file that is there" };
        Option<Guid?> approval = HsmCommand.Approval();
        Option<bool> ask = HsmCommand.AskApproval();
        Option<string?> file = HsmCommand.Configuration();
        return new Verb("wrap",
            "Wrap an extractable key of an HSM for a KEM key, as CMS; says what left the HSM. "
            + "A key that was made to stay is refused.",
            new("qbitel hsm wrap vault ZONE-MAC --recipient archive:593e1f5ee1e189d3135a85b9373c54ee -o zone.key",
                "for an ML-KEM key in another HSM"),
            new("qbitel hsm wrap vault ZONE-MAC --recipient partner.pub -o zone.key --json", "for somebody else's key"))
        {
            name, key, recipient, target, force, approval, ask, file,
        }
        .Does(global, async (line, output, cancellation) =>
        {
            HsmConfiguration all = HsmCommand.Read(global, line, file);
            string hsm = line.GetValue(name)!, path = line.GetRequiredValue(target);
            SafeFile.Require(path, line.GetValue(force));
            using TransferRecipient whom = await RecipientAsync(all, line.GetRequiredValue(recipient), cancellation);
            await using HsmProvider provider = await all.OpenAsync(hsm, cancellation);
            TransferPort port = HsmTransfer.Port(provider, hsm);
            TransferKey found = await HsmTransfer.KeyAsync(port, line.GetRequiredValue(key), cancellation);
            if (await port.WhyNotWrapAsync(found, cancellation) is { } why)
            {
                throw new RefusedException($"{found} does not leave {hsm}: {why}.",
                    "Make a new key where it is needed, re-encrypt, and retire this one.");
            }

            ControlledOperation export = new()
            {
                Operation = "key.export",
                Target = hsm,
                Parameters = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["key"] = found.ToString(),
                    ["check_value"] = found.CheckValue,
                    ["recipient_sha256"] = Convert.ToHexStringLower(SHA256.HashData(whom.PublicKey.Span)),
                },
            };
            PqcWrappedKey? wrapped = await HsmApprovals.ControlledAsync(
                all, global.Folder(line), export, line.GetValue(approval),
                line.GetValue(ask) ? row => HsmApproveCommand.Write(output, row) : null,
                cancel => port.WrapAsync(found, whom, cancel), cancellation);
            if (wrapped is null) return ExitCode.Done;

            await using (StateStore store = await PlatformStore.OpenAsync(
                global.Folder(line), TimeProvider.System, cancellation))
            {
                await HsmTransfer.AuditAsync(store, "key.wrap", $"hsm:{hsm}", AuditOutcome.Done, cancellation,
                    new("key", found.ToString()), new("check-value", found.CheckValue),
                    new("recipient", whom.ToString()), new("boundary", wrapped.Boundary.ToString()));
            }

            await SafeFile.WriteAsync(path, wrapped.ToJson(), SafeFile.Ordinary, line.GetValue(force), cancellation);
            WrappedKeyFile document = new(
                path, found.Name, found.Kind, found.CheckValue, whom.Algorithm.Name, wrapped.Boundary);
            output.Document(document, HsmTransferJson.Default.WrappedKeyFile, console =>
            {
                console.Line($"{path}: {found}, check value {found.CheckValue}, for {whom}");
                console.Line($"boundary: {wrapped.Boundary}");
                foreach (string step in wrapped.Boundary.Steps) console.Line($"  - {step}");
            });
            return ExitCode.Done;
        });
    }

    public static Verb Unwrap(GlobalOptions global)
    {
        Argument<string?> name = HsmCommand.Named(isRequired: true);
        Argument<string> source = new("FILE") { Description = "The wrapped key" };
        Option<string> receiver = new("--receiver")
        {
            Description = "The KEM key it is for: its identifier in the HSM, or a file with the private key",
            HelpName = "WHO",
            Required = true,
        };
        Option<string?> expected = new("--check-value")
        {
            Description = "What the sender says the key's check value is, by another way than the file",
            HelpName = "VALUE",
        };
        Option<bool> extractable = new("--extractable") { Description = "It may leave again" };
        Option<string?> file = HsmCommand.Configuration();
        PassphraseOptions passphrase = new(isNew: false);
        Verb verb = new("unwrap",
            "Take a wrapped key into an HSM and let it prove itself. Who sent it is not shown by the file: compare its "
            + "check value.",
            new("qbitel hsm unwrap archive zone.key --receiver 593e1f5ee1e189d3135a85b9373c54ee",
                "with an ML-KEM key of the HSM"),
            new("qbitel hsm unwrap archive zone.key --receiver kem.key --check-value cmac:6443bd7221 --json",
                "with a key in a file, and the check value the sender read out"))
        {
            name, source, receiver, expected, extractable, file,
        };
        foreach (Option option in passphrase.All) verb.Add(option);
        return verb.Does(global, async (line, output, cancellation) =>
        {
            string hsm = line.GetValue(name)!, path = line.GetRequiredValue(source),
                who = line.GetRequiredValue(receiver);
            if (!PqcWrappedKey.TryParse(await HsmBackupCommands.ReadAsync(path, PqcWrappedKey.MaxSize, cancellation),
                out PqcWrappedKey? wrapped, out string? error))
            {
                throw new RefusedException($"{path} is no wrapped key: {error}.", "'qbitel hsm wrap' makes one.");
            }

            if (line.GetValue(expected) is { } value && value != wrapped!.Key.CheckValue)
            {
                throw new RefusedException(
                    $"The key in {path} has the check value {wrapped.Key.CheckValue}, expected was {value}.",
                    "Ask the sender: this is another key.");
            }

            await using HsmProvider provider = await HsmCommand.Read(global, line, file).OpenAsync(hsm, cancellation);
            TransferPort port = HsmTransfer.Port(provider, hsm);
            using StoredKey? stored = TokenKeyId.TryParse(who, out TokenKeyId id) ? null
                : KeyReader.Read(who, passphrase.Of(line, who));
            TransferRecipient with = stored is null
                ? TransferRecipient.OfToken(await provider.FindAsync(id, cancellation)
                    ?? throw new RefusedException($"There is no key {id} in {hsm}.",
                        "'qbitel hsm list' shows the keys."))
                : TransferRecipient.OfKey(stored.Kem is { HasPrivateKey: true } kem ? kem
                    : throw new RefusedException($"{who} holds no private key of a KEM.", "Give the receiver's key."));
            TakenKey taken = await port.TakeAsync(with, wrapped!, line.GetValue(extractable), cancellation);
            await using (StateStore store = await PlatformStore.OpenAsync(
                global.Folder(line), TimeProvider.System, cancellation))
            {
                await HsmTransfer.AuditAsync(store, "key.unwrap", $"hsm:{hsm}", AuditOutcome.Done, cancellation,
                    new("key", taken.Key.ToString()), new("check-value", taken.Key.CheckValue),
                    new("proof", taken.Proof), new("boundary", taken.Boundary?.ToString() ?? "it was there already"));
            }

            UnwrappedKey document = new(hsm, taken.Key.Name, taken.Key.Kind, taken.Key.CheckValue, taken.WasThere,
                taken.Proof, taken.Wider.ToString(), taken.Boundary);
            output.Document(document, HsmTransferJson.Default.UnwrappedKey, console =>
            {
                console.Line($"{taken.Key} in {hsm}{(taken.WasThere ? ", where it was already" : "")}: {taken.Proof}");
                if (taken.Boundary is not null) console.Line($"boundary: {taken.Boundary}");
                if (taken.Wider != KeyUses.None) console.Line($"wider: the HSM also lets it {taken.Wider}");
            });
            return ExitCode.Done;
        });
    }

    internal static Option<string> Target(string what) => new("--output", "-o")
    {
        Description = what,
        HelpName = "FILE",
        Required = true,
    };

    private static async Task<TransferRecipient> RecipientAsync(
        HsmConfiguration all, string who, CancellationToken cancellation)
    {
        if (who.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
            && TokenKeyId.TryParse(who[(colon + 1)..], out TokenKeyId id))
        {
            await using HsmProvider other = await all.OpenAsync(who[..colon], cancellation);
            HsmKey key = await other.FindAsync(id, cancellation) ?? throw new RefusedException(
                $"There is no key {id} in {who[..colon]}.", "'qbitel hsm list' shows the keys.");
            return TransferRecipient.OfToken(key);
        }

        using StoredKey stored = KeyReader.ReadPublic(who);
        return stored.Kem is { } kem ? TransferRecipient.OfPublicKey(kem.Algorithm, kem.ExportEncapsulationKey())
            : throw new RefusedException($"{who} holds no public key of a KEM.",
                "'qbitel key generate ML-KEM-1024' makes a pair.");
    }
}
