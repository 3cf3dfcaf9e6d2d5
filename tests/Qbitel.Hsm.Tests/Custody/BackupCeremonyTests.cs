using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cms;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance;
using Qbitel.Hsm.Custody;
using Qbitel.Hsm.Migration;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Software;
using Qbitel.Hsm.Tests.Pkcs11;
using Qbitel.Hsm.Tests.Software;
using Qbitel.Hsm.Tests.Wrapping;
using Qbitel.Hsm.Wrapping;
using Qbitel.Testing;

namespace Qbitel.Hsm.Tests.Custody;

/// <summary>Backups of real tokens for custodians, lost tokens, and keys brought back.</summary>
[Collection(RealModules.Name)]
public sealed class BackupCeremonyTests(ITestOutputHelper output) : IDisposable
{
    private static readonly string[] Custodians = ["Ada", "Ben", "Cleo", "Dev", "Eve"];

    private readonly string _root = Directory.CreateTempSubdirectory("qbitel-backup-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Three_of_five_custodians_bring_the_keys_of_an_NSS_token_back()
    {
        KeyBackup backup;
        List<char[]> cards = [];
        IReadOnlyList<TransferKey> before;
        using SignatureKey officer = SignatureKeys.Generate(SignatureAlgorithm.MLDsa65);
        string transcriptFile = Path.Combine(_root, "ceremony");
        using (NssFixture nss = new())
        {
            await using Pkcs11Token token = await nss.OpenAsync();
            await LegacyKeys.MakeAsync(token, ["data-key", "zone-kek", "payments-ec", "pqc-dsa", "root-aes"], Stop);
            TransferPort port = TransferPort.Of(token, "vault");
            before = await port.ListAsync(Stop);
            using CeremonyTranscript transcript = CeremonyTranscript.Create(
                transcriptFile, new LocalSigner(officer), TimeProvider.System);
            using MadeBackup made = await BackupCeremony.BackUpAsync(
                port, Custodians, threshold: 3, transcript, TimeProvider.System, Stop);
            Assert.True(KeyBackup.TryParse(made.Backup.ToJson(), out KeyBackup? read, out string? error), error);
            backup = read!;
            Assert.Equal(made.Backup.Keys, backup.Keys);
            Assert.All(backup.Keys, key => Assert.True(key.Boundary.StaysInside));
            Assert.Single(backup.LeftOut, left => left.Key.Contains("ROOT-AES", StringComparison.Ordinal));
            cards.AddRange(made.Shares.Select(SecretSharingTests.Text));
        }

        using NssFixture empty = new();
        await using Pkcs11Token fresh = await empty.OpenAsync();
        TransferPort target = TransferPort.Of(fresh, "new vault");
        CustodianShare[] shares = [Read(cards[4]), Read(cards[1]), Read(cards[2])];
        IReadOnlyList<RestoredKey> restored = await BackupCeremony.RestoreAsync(
            backup, shares, target, isExtractable: false, null, Stop);

        Assert.All(restored, key => Assert.Null(key.Problem));
        foreach (RestoredKey key in restored) output.WriteLine($"{key.Key}: {key.Proof}; {key.Boundary}");
        IReadOnlyList<TransferKey> after = await target.ListAsync(Stop);
        Assert.Equal(4, after.Count);
        Assert.All(after, key => Assert.Contains(before, old => old.Label == key.Label && old.IsSameKeyAs(key)));

        // Once more is nothing new.
        Assert.All(await BackupCeremony.RestoreAsync(backup, shares, target, false, null, Stop),
            key => Assert.True(key.WasThere));

        // The transcript: every line is signed and bound to the one before.
        byte[] lines = File.ReadAllBytes(transcriptFile);
        Assert.True(CeremonyTranscript.TryVerify(lines, officer.Algorithm, officer.ExportPublicKey(),
            out IReadOnlyList<CeremonyStep> steps, out string? wrong), wrong);
        Assert.Equal("backup.end", steps[^1].Event);
        Assert.Equal(Custodians,
            steps.Where(step => step.Event == "share.made").Select(step => step.Facts["custodian"]));
        for (int at = 5; at < lines.Length; at += 97)
        {
            byte[] changed = [.. lines];
            changed[at] ^= 1;
            bool verifies = CeremonyTranscript.TryVerify(
                changed, officer.Algorithm, officer.ExportPublicKey(), out _, out string? problem);
            Assert.False(verifies);
            Assert.StartsWith("line ", problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_software_token_is_backed_up_only_where_it_allows_it()
    {
        string folder = Path.Combine(_root, "token"), keyFile = Path.Combine(_root, "secret");
        SoftwareTokenOptions options = new() { Folder = folder };
        TokenSecret.CreateKeyFile(keyFile);
        using TokenSecret secret = TokenSecret.FromKeyFile(keyFile);
        KeyAlgorithm[] algorithms = [CipherAlgorithm.Aes256Gcm, SignatureAlgorithm.EcdsaP256,
            SignatureAlgorithm.Ed25519,
            SignatureAlgorithm.MLDsa65, SignatureAlgorithm.MLDsa65Ed25519, KemAlgorithm.MLKem768, KemAlgorithm.XWing];
        List<HsmKey> keys = [];
        await using (SoftwareToken token = await SoftwareToken.CreateAsync(options, secret, TimeProvider.System, null,
            Stop))
        {
            foreach (KeyAlgorithm algorithm in algorithms)
            {
                keys.Add(await token.GenerateKeyAsync(
                    TokenKeyId.Derive(new KeyId(Guid.CreateVersion7()), 1), algorithm, Stop));
            }

            using MadeBackup none = await BackupCeremony.BackUpAsync(
                TransferPort.Of(token, "dev"), Custodians, 2, null, TimeProvider.System, Stop);
            Assert.Empty(none.Backup.Keys);
            Assert.All(none.Backup.LeftOut, left =>
                Assert.Contains("allowBackup", left.Reason, StringComparison.Ordinal));
        }

        await using SoftwareToken open = await SoftwareToken.OpenAsync(
            options with { AllowBackup = true }, secret, TimeProvider.System, null, Stop);
        byte[] container = await open.EncryptAsync(keys[0], "5,000,000.00"u8.ToArray(), default, Stop);
        using MadeBackup made = await BackupCeremony.BackUpAsync(
            TransferPort.Of(open, "dev"), Custodians, 2, null, TimeProvider.System, Stop);
        Assert.Equal(algorithms.Length, made.Backup.Keys.Count);
        Assert.All(made.Backup.Keys, key => Assert.Equal(Exposure.ThisProcess, key.Boundary.Key));
        foreach (HsmKey key in keys) await open.DestroyAsync(key.Id, Stop);

        IReadOnlyList<RestoredKey> restored = await BackupCeremony.RestoreAsync(
            made.Backup, [made.Shares[3], made.Shares[0]], TransferPort.Of(open, "dev"), false, null, Stop);

        Assert.All(restored, key => Assert.Null(key.Problem));
        Assert.Equal("5,000,000.00"u8.ToArray(), await open.DecryptAsync(keys[0], container, default, Stop));
        foreach (HsmKey key in keys) Assert.True((await open.FindAsync(key.Id, Stop))!.IsSameKeyAs(key));
    }

    [Fact]
    public async Task Wrong_shares_are_told_apart()
    {
        await using SoftwareToken token = await EmptyAsync();
        TransferPort port = TransferPort.Of(token, "dev");
        using MadeBackup one = await BackupCeremony.BackUpAsync(port, Custodians, 3, null, TimeProvider.System, Stop);
        using MadeBackup other = await BackupCeremony.BackUpAsync(port, Custodians, 3, null, TimeProvider.System, Stop);
        byte[] bent = one.Shares[1].Value.ToArray();
        bent[7] ^= 4;
        using CustodianShare forged = new(one.Shares[1].Set, 3, 5, 2, bent);

        await RefusedAsync([one.Shares[0], one.Shares[1]], "2 shares are here, 3 are needed");
        await RefusedAsync([one.Shares[0], other.Shares[1], one.Shares[2]], "share 2 (set", "of another backup");
        await RefusedAsync([one.Shares[0], forged, one.Shares[2]], "share 2 (set", "is not the share that was made");
        await RefusedAsync([one.Shares[0], one.Shares[0], one.Shares[2]], "share 1 (set", "given twice");

        async Task RefusedAsync(CustodianShare[] shares, params string[] said)
        {
            HsmException refused = await Assert.ThrowsAsync<HsmException>(async () =>
                await BackupCeremony.RestoreAsync(one.Backup, shares, port, false, null, Stop));
            Assert.Equal(HsmFailure.WrongSecret, refused.Failure);
            Assert.All(said, text => Assert.Contains(text, refused.Message, StringComparison.Ordinal));
        }
    }

    /// <summary>No key, share or seed in what is written: 24 bytes of each, as bytes, hexadecimal and base64.</summary>
    [Fact]
    public async Task No_secret_is_in_what_is_written()
    {
        await using SoftwareToken token = await EmptyAsync(allowBackup: true);
        HsmKey key = await token.GenerateKeyAsync(
            TokenKeyId.Derive(new KeyId(Guid.CreateVersion7()), 1), CipherAlgorithm.Aes256Gcm, Stop);
        TransferPort port = TransferPort.Of(token, "dev");
        using SignatureKey officer = SignatureKeys.Generate(SignatureAlgorithm.MLDsa65);
        string transcriptFile = Path.Combine(_root, "ceremony");
        using CeremonyTranscript transcript = CeremonyTranscript.Create(
            transcriptFile, new LocalSigner(officer), TimeProvider.System);
        using MadeBackup made = await BackupCeremony.BackUpAsync(
            port, Custodians, 2, transcript, TimeProvider.System, Stop);
        using TransferRecipient recipient = TransferRecipient.OfKey(KemKeys.Generate(KemAlgorithm.MLKem768));
        TransferKey described = (await port.ListAsync(Stop)).Single();
        PqcWrappedKey wrapped = await port.WrapAsync(described, recipient, Stop);
        byte[] clear = CmsEnvelope.Decode(wrapped.Cms).Decrypt(recipient.Here!);
        Assert.Equal(32, clear.Length);
        string errors = "";
        byte[] changed = made.Backup.Keys[0].Cms.ToArray();
        changed[^1] ^= 1;
        await token.DestroyAsync(key.Id, Stop);
        foreach (RestoredKey failed in await BackupCeremony.RestoreAsync(
            made.Backup with { Keys = [made.Backup.Keys[0] with { Cms = changed }] }, made.Shares, port, false,
            transcript, Stop))
        {
            Assert.NotNull(failed.Problem);
            errors += failed.Problem;
        }

        byte[] written = [.. made.Backup.ToJson(), .. wrapped.ToJson(), .. File.ReadAllBytes(transcriptFile),
            .. Encoding.UTF8.GetBytes(errors + made + made.Shares[0] + recipient + wrapped)];
        foreach (byte[] secret in (byte[][])[clear, .. made.Shares.Select(share => share.Value.ToArray())])
        {
            string text = Encoding.Latin1.GetString(written);
            for (int at = 0; at + 24 <= secret.Length; at++)
            {
                byte[] part = secret[at..(at + 24)];
                Assert.True(written.AsSpan().IndexOf(part) < 0);
                Assert.DoesNotContain(Convert.ToHexString(part), text, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain(Convert.ToBase64String(part)[..^2], text, StringComparison.Ordinal);
            }
        }

        foreach (CustodianShare share in made.Shares)
        {
            string[] groups = new string(SecretSharingTests.Text(share)).Split('-');
            Assert.All(groups[4..], group =>
                Assert.DoesNotContain(group, Encoding.Latin1.GetString(written), StringComparison.Ordinal));
        }
    }

    /// <summary>Bytes at random and bent documents end in a value or a located refusal.</summary>
    [Fact, Trait("Soak", "hsm-envelopes")]
    public async Task Readers_refuse_what_was_bent()
    {
        await using SoftwareToken token = await EmptyAsync(allowBackup: true);
        await token.GenerateKeyAsync(
            TokenKeyId.Derive(new KeyId(Guid.CreateVersion7()), 1), SignatureAlgorithm.MLDsa65, Stop);
        TransferPort port = TransferPort.Of(token, "dev");
        using MadeBackup made = await BackupCeremony.BackUpAsync(port, Custodians, 2, null, TimeProvider.System, Stop);
        using SignatureKey officer = SignatureKeys.Generate(SignatureAlgorithm.MLDsa44);
        using (CeremonyTranscript transcript = CeremonyTranscript.Create(
            Path.Combine(_root, "t"), new LocalSigner(officer), TimeProvider.System))
        {
            await transcript.AppendAsync("a.b", new Dictionary<string, string> { ["c"] = "d" }, Stop);
        }

        using KemKey kem = KemKeys.Generate(KemAlgorithm.MLKem768);
        byte[] cms = CmsWrappedKey.Wrap(
            new byte[40], CmsRecipient.FromPublicKey(kem.Algorithm, kem.ExportEncapsulationKey())).Encode();
        string journal = Path.Combine(_root, "journal");
        MigrationPlan plan = await MigrationPlan.MakeAsync(
            port, TransferPort.Of(token, "to"), new MigrationPolicy(), TimeProvider.System, Stop);
        await new KeyMigration(port, TransferPort.Of(token, "to"), journal, TimeProvider.System).ApplyAsync(plan, Stop);

        byte[][] samples = [made.Backup.ToJson(), made.Backup.Keys[0].ToJson(), cms,
            File.ReadAllBytes(Path.Combine(_root, "t")), File.ReadAllBytes(journal),
            Encoding.ASCII.GetBytes(SecretSharingTests.Text(made.Shares[0]))];
        int times = Soak.Times(gate: 2_000, soak: 1_000_000), refused = 0;
        for (int i = 0; i < times; i++)
        {
            byte[] bent = Bend(samples[i % samples.Length]);
            bool read = (i % samples.Length) switch
            {
                0 => Same(KeyBackup.TryParse(bent, out _, out string? error), error),
                1 => Same(PqcWrappedKey.TryParse(bent, out PqcWrappedKey? key, out string? error), error)
                    && PqcWrappedKey.Parse(key!.ToJson()) == key,
                2 => Decodes(bent),
                3 => Same(CeremonyTranscript.TryVerify(
                    bent, officer.Algorithm, officer.ExportPublicKey(), out _, out string? error), error),
                4 => Same(MigrationJournal.TryParse(bent, out _, out _, out string? error), error),
                _ => Same(CustodianShare.TryParse(
                    Encoding.Latin1.GetString(bent), out CustodianShare? share, out string? error), error),
            };
            if (!read) refused++;
        }

        Assert.InRange(refused, times / 2, times);
        output.WriteLine($"{times} bent documents, {refused} refused with their place, 0 crashes");

        static bool Same(bool isRead, string? error)
        {
            Assert.Equal(isRead, error is null);
            return isRead;
        }

        static bool Decodes(byte[] bytes)
        {
            try
            {
                Assert.Equal(bytes, CmsWrappedKey.Decode(bytes).Encode());
                return true;
            }
            catch (CryptographicException)
            {
                return false;
            }
        }
    }

    private static byte[] Bend(byte[] sample)
    {
        byte[] bent = [.. sample];
        switch (RandomNumberGenerator.GetInt32(5))
        {
            case 0: return bent[..RandomNumberGenerator.GetInt32(bent.Length)];
            case 1: return [.. bent, .. RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(1, 40))];
            case 2: return RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(0, 300));
            case 3:
                int from = RandomNumberGenerator.GetInt32(bent.Length),
                    to = RandomNumberGenerator.GetInt32(from, bent.Length);
                return [.. bent[..from], .. bent[to..]];
            default:
                for (int i = RandomNumberGenerator.GetInt32(1, 4); i > 0; i--)
                    bent[RandomNumberGenerator.GetInt32(bent.Length)] ^= (byte)RandomNumberGenerator.GetInt32(1, 256);
                return bent;
        }
    }

    private async Task<SoftwareToken> EmptyAsync(bool allowBackup = false)
    {
        string keyFile = Path.Combine(_root, "secret");
        TokenSecret.CreateKeyFile(keyFile);
        using TokenSecret secret = TokenSecret.FromKeyFile(keyFile);
        return await SoftwareToken.CreateAsync(
            new SoftwareTokenOptions { Folder = Path.Combine(_root, "token"), AllowBackup = allowBackup }, secret,
            TimeProvider.System, null, Stop);
    }

    private static CustodianShare Read(char[] text) =>
        CustodianShare.TryParse(text, out CustodianShare? share, out string? error) ? share!
            : throw new FormatException(error);
}
