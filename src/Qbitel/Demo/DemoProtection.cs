using System.Globalization;
using System.Security.Cryptography;
using Qbitel.Automation.Engine;
using Qbitel.Automation.Keys;
using Qbitel.Automation.Protection;
using Qbitel.Cryptography;
using Qbitel.Governance;
using Qbitel.Governance.Profiles;
using Qbitel.Protocols;
using Qbitel.Protocols.Identification;
using Qbitel.Store;

namespace Qbitel.Demo;

/// <summary>
/// Two payment messages on their way: parsed, protected under the wire-transfer profile and its policy, archived,
/// opened, attacked.
/// </summary>
internal sealed class DemoProtection(AutomationPlatform platform)
{
    // One bit in each of so many places, spread over the whole of what is archived.
    private const int Flips = 64;

    public async Task<IReadOnlyList<DemoCheck>> RunAsync(CancellationToken cancellation)
    {
        var profile = BankingPqcProfile.ForSubdomain(BankingSubdomain.WireTransfers);
        var minimum = EffectiveSecurity.Select(profile);
        var raised = EffectiveSecurity.Select(profile, BankingSecurityPolicy.ForWireTransfer());
        List<DemoCheck> checks =
        [
            DemoCheck.Of("profile", minimum.Signature == SignatureAlgorithm.MLDsa65Ed25519
                && minimum.Kem == KemAlgorithm.XWing,
                $"wire transfers need at least {minimum.Signature} and {minimum.Kem}"),
            DemoCheck.Of("policy", raised.Adjustments.Count > 0,
                $"WIRE-001 raises: "
                + $"{string.Join("; ", raised.Adjustments.Select(a => $"{a.What} from {a.From} to {a.To}"))}"),
        ];

        await ProtectAsync(checks, "mt103", "swift-mt", DemoMessages.Mt103Reference, DemoMessages.Mt103(), minimum,
            cancellation);
        await ProtectAsync(checks, "pacs.008", "iso20022", DemoMessages.Pacs008Reference, DemoMessages.Pacs008(),
            minimum, cancellation);
        await ProtectAsync(checks, "mt103 under WIRE-001", "swift-mt", DemoMessages.Mt103Reference + "/WIRE-001",
            DemoMessages.Mt103(), raised, cancellation);
        return checks;
    }

    private async Task ProtectAsync(
        List<DemoCheck> checks, string name, string protocol, string reference, byte[] message,
        EffectiveSecurity security, CancellationToken cancellation)
    {
        ParseReport report = MessageParser.Parse(message, protocol);
        checks.Add(DemoCheck.Of($"{name}: parse", report.IsValid,
            report.IsValid ? $"{report.Protocol} {report.MessageType}, valid" : string.Join("; ", report.Errors)));

        ArchivedMessage archived = await ArchivedAsync(protocol, reference, message, security, cancellation);
        checks.Add(DemoCheck.Of($"{name}: protect", true,
            $"signed with {archived.SignatureAlgorithm} ({Text(archived.Signature.Length)} bytes), sealed with "
            + $"{archived.KemAlgorithm} and {archived.CipherAlgorithm} "
            + $"({Text(archived.Sealed.Length)} bytes), bound to {archived.Reference}"));

        byte[] opened = await platform.Engine.Messages.OpenAsync(archived, consent: null, cancellation);
        checks.Add(DemoCheck.Of($"{name}: open", opened.AsSpan().SequenceEqual(message),
            "decrypted and both signatures verified"));

        (int refused, int tried) = await AttackAsync(archived, cancellation);
        checks.Add(DemoCheck.Of($"{name}: attack", refused == tried,
            $"{Text(refused)} of {Text(tried)} flipped bits were refused"));
    }

    // A run that was stopped after the message was archived finds it again.
    private async Task<ArchivedMessage> ArchivedAsync(
        string protocol, string reference, byte[] message, EffectiveSecurity security, CancellationToken cancellation)
    {
        IReadOnlyList<ArchivedMessage> earlier = await platform.Store.ReadAsync(
            (s, ct) => s.ReadArchiveAsync(reference, ct), cancellation);
        if (earlier.Count > 0) return earlier[0];

        KeyRecord signing = await KeyAsync(
            "demo-bank/message-signing", KeyType.Signing, security.Signature, cancellation);
        KeyRecord recipient = await KeyAsync(
            "correspondent-bank/transport", KeyType.Transport, security.Kem, cancellation);
        return await platform.Engine.Messages.ProtectAsync(new MessageToProtect
        {
            Reference = reference,
            Protocol = protocol,
            Content = message,
            SigningKey = signing.Id,
            RecipientKey = recipient.Id,
            Retention = security.Retention,
        }, DemoBank.Presenter, cancellation);
    }

    private async Task<(int Refused, int Tried)> AttackAsync(ArchivedMessage archived, CancellationToken cancellation)
    {
        int refused = 0, tried = 0;
        foreach (ArchivedMessage changed in Changes(archived))
        {
            tried++;
            try
            {
                await platform.Engine.Messages.OpenAsync(changed, consent: null, cancellation);
            }
            catch (CryptographicException)
            {
                refused++;
            }
        }

        return (refused, tried);
    }

    private static IEnumerable<ArchivedMessage> Changes(ArchivedMessage archived)
    {
        int total = archived.Sealed.Length + archived.Signature.Length;
        for (int i = 0; i < Flips; i++)
        {
            int at = (int)((long)i * (total - 1) / (Flips - 1));
            bool isSeal = at < archived.Sealed.Length;
            byte[] bytes = (isSeal ? archived.Sealed : archived.Signature).ToArray();
            bytes[isSeal ? at : at - archived.Sealed.Length] ^= (byte)(1 << (i % 8));
            yield return isSeal ? archived with { Sealed = bytes } : archived with { Signature = bytes };
        }

        yield return archived with { Reference = archived.Reference + "0" };
    }

    private Task<KeyRecord> KeyAsync(string name, KeyType type, KeyAlgorithm algorithm,
        CancellationToken cancellation) =>
        platform.Engine.Keys.GenerateKeyAsync(new KeySpecification
        {
            Name = $"{name}/{algorithm.Name}",
            Policy = KeyPolicy.Default(type).With(algorithm),
            PolicyId = $"profile/{BankingSubdomain.WireTransfers.PublishedName()}",
        }, DemoBank.Presenter, cancellation);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
