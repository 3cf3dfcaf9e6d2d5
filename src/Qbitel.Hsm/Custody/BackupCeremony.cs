using System.Globalization;
using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Hsm.Wrapping;

namespace Qbitel.Hsm.Custody;

/// <summary>A backup and the shares that open it.</summary>
public sealed record MadeBackup(KeyBackup Backup, IReadOnlyList<CustodianShare> Shares) : IDisposable
{
    public void Dispose()
    {
        foreach (CustodianShare share in Shares) share.Dispose();
    }

    public override string ToString() => Backup.ToString();
}

/// <summary>What became of one key of a backup.</summary>
/// <param name="Key">Its name and kind.</param>
/// <param name="CheckValue">What it was compared by.</param>
/// <param name="WasThere">It was in the token already, the same key.</param>
/// <param name="Proof">How it proved itself; null where it is not there.</param>
/// <param name="Boundary">What left the token; null where nothing was opened.</param>
/// <param name="Problem">Why it is not there; null where it is.</param>
public sealed record RestoredKey(
    string Key, string CheckValue, bool WasThere, string? Proof, BoundaryReport? Boundary, string? Problem);

/// <summary>Makes backups for custodians and brings the keys back, with a transcript of every step.</summary>
public static class BackupCeremony
{
    /// <summary>
    /// Wraps every key of the token that may leave it for a KEM key made for this backup, and shares out what gives
    /// that key; afterwards nobody has it.
    /// </summary>
    /// <param name="source">The token.</param>
    /// <param name="custodians">Their names, in the order of the shares.</param>
    /// <param name="threshold">How many of them bring the keys back.</param>
    /// <param name="transcript">Gets the steps; null where none is kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it between two keys.</param>
    public static async ValueTask<MadeBackup> BackUpAsync(
        TransferPort source, IReadOnlyList<string> custodians, int threshold, CeremonyTranscript? transcript,
        TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(custodians);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 2);
        if (custodians.Count < threshold || custodians.Count > SecretSharing.MaxShares
            || custodians.Distinct(StringComparer.Ordinal).Count() != custodians.Count)
        {
            throw new ArgumentException(
                $"A backup has {threshold} to {SecretSharing.MaxShares} custodians, each named once.",
                nameof(custodians));
        }

        Guid id = Guid.CreateVersion7(time.GetUtcNow());
        using BackupSecret secret = BackupSecret.Make();
        using KemKey lattice = secret.MLKem1024(), hybrid = secret.XWing();
        IReadOnlyList<CustodianShare> shares = secret.Split(threshold, custodians.Count);
        try
        {
            await NoteAsync(transcript, "backup.begin", cancellationToken, ("backup", id.ToString("D")),
                ("token", source.Token), ("custodians", Number(custodians.Count)), ("needed", Number(threshold)),
                ("recipient-ml-kem-1024", Hash(lattice.ExportEncapsulationKey())),
                ("recipient-x-wing", Hash(hybrid.ExportEncapsulationKey())));

            bool isInside = await source.WhyNotInsideAsync(cancellationToken) is null;
            using TransferRecipient recipient = isInside
                ? TransferRecipient.OfPublicKey(KemAlgorithm.MLKem1024, lattice.ExportEncapsulationKey())
                : TransferRecipient.OfPublicKey(KemAlgorithm.XWing, hybrid.ExportEncapsulationKey());
            List<PqcWrappedKey> keys = [];
            List<LeftOutKey> leftOut = [];
            foreach (TransferKey key in await source.ListAsync(cancellationToken))
            {
                if (await source.WhyNotWrapAsync(key, cancellationToken) is { } why)
                {
                    leftOut.Add(new LeftOutKey(key.ToString(), why));
                    await NoteAsync(transcript, "key.left-out", cancellationToken, ("key", key.ToString()),
                        ("reason", why));
                    continue;
                }

                PqcWrappedKey wrapped = await source.WrapAsync(key, recipient, cancellationToken);
                keys.Add(wrapped);
                await NoteAsync(transcript, "key.wrapped", cancellationToken, ("key", key.ToString()),
                    ("check-value", key.CheckValue), ("cms-sha256", Hash(wrapped.Cms.Span)),
                    ("boundary", wrapped.Boundary.ToString()));
            }

            KeyBackup backup = new()
            {
                Id = id,
                Token = source.Token,
                MadeAt = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()),
                Set = shares[0].Set,
                Threshold = threshold,
                Count = custodians.Count,
                Commitments = [.. shares.Select(share => (ReadOnlyMemory<byte>)share.Commitment())],
                MLKem1024 = lattice.ExportEncapsulationKey(),
                XWing = hybrid.ExportEncapsulationKey(),
                Keys = keys,
                LeftOut = leftOut,
            };
            RequireOpens(shares, backup);
            foreach ((CustodianShare share, string name) in shares.Zip(custodians))
            {
                await NoteAsync(transcript, "share.made", cancellationToken, ("custodian", name),
                    ("share", Number(share.Number)), ("commitment", Convert.ToHexStringLower(share.Commitment())));
            }

            await NoteAsync(transcript, "backup.end", cancellationToken, ("keys", Number(keys.Count)),
                ("left-out", Number(leftOut.Count)), ("backup-sha256", Hash(backup.ToJson())));
            return new MadeBackup(backup, shares);
        }
        catch
        {
            foreach (CustodianShare share in shares) share.Dispose();
            throw;
        }
    }

    /// <summary>Brings the keys of a backup into a token; a key that is there already is compared and stays.</summary>
    /// <exception cref="HsmException">
    /// <see cref="HsmFailure.WrongSecret"/>: the shares do not open the backup; the message says which one, and why.
    /// </exception>
    public static async ValueTask<IReadOnlyList<RestoredKey>> RestoreAsync(
        KeyBackup backup, IReadOnlyList<CustodianShare> shares, TransferPort target, bool isExtractable,
        CeremonyTranscript? transcript, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(backup);
        ArgumentNullException.ThrowIfNull(shares);
        ArgumentNullException.ThrowIfNull(target);
        await NoteAsync(transcript, "restore.begin", cancellationToken, ("backup", backup.Id.ToString("D")),
            ("token", target.Token), ("backup-sha256", Hash(backup.ToJson())),
            ("shares", string.Join(", ", shares.Select(share => Number(share.Number)))));
        using BackupSecret? secret = BackupSecret.Combine(shares, backup, out string? problem);
        if (secret is null)
        {
            await NoteAsync(transcript, "restore.refused", cancellationToken, ("reason", problem!));
            throw new HsmException(target.Token, HsmOperation.Unwrap, HsmFailure.WrongSecret, $"{problem}.");
        }

        using TransferRecipient lattice = TransferRecipient.OfKey(secret.MLKem1024());
        using TransferRecipient hybrid = TransferRecipient.OfKey(secret.XWing());
        List<RestoredKey> restored = [];
        foreach (PqcWrappedKey wrapped in backup.Keys)
        {
            RestoredKey key = await RestoreAsync(wrapped, wrapped.Recipient == lattice.Algorithm ? lattice : hybrid,
                target, isExtractable, cancellationToken);
            restored.Add(key);
            await NoteAsync(transcript, key.Problem is null ? "key.restored" : "key.failed", cancellationToken,
                ("key", key.Key), ("check-value", key.CheckValue), ("was-there", key.WasThere ? "yes" : "no"),
                ("result", key.Problem ?? key.Proof!));
        }

        await NoteAsync(transcript, "restore.end", cancellationToken,
            ("keys", Number(restored.Count(key => key.Problem is null))),
            ("failed", Number(restored.Count(key => key.Problem is not null))));
        return restored;
    }

    private static async ValueTask<RestoredKey> RestoreAsync(
        PqcWrappedKey wrapped, TransferRecipient receiver, TransferPort target, bool isExtractable,
        CancellationToken cancellationToken)
    {
        try
        {
            if (await target.WhyNotTakeAsync(wrapped.Key, cancellationToken) is { } why)
                return new RestoredKey(wrapped.Key.ToString(), wrapped.Key.CheckValue, false, null, null, why);

            TakenKey taken = await target.TakeAsync(receiver, wrapped, isExtractable, cancellationToken);
            return new RestoredKey(wrapped.Key.ToString(), wrapped.Key.CheckValue, taken.WasThere, taken.Proof,
                taken.Boundary, null);
        }
        catch (HsmException e) when (!e.IsTransient)
        {
            return new RestoredKey(wrapped.Key.ToString(), wrapped.Key.CheckValue, false, null, null, e.Message);
        }
    }

    // The last shares too: a backup that does not open is found now, not when it is needed.
    private static void RequireOpens(IReadOnlyList<CustodianShare> shares, KeyBackup backup)
    {
        using BackupSecret? first = BackupSecret.Combine(shares, backup, out string? problem);
        using BackupSecret? last = BackupSecret.Combine([.. shares.Reverse()], backup, out string? other);
        if (first is null || last is null)
            throw new CryptographicException($"The shares do not open the backup: {problem ?? other}.");
    }

    private static async ValueTask NoteAsync(
        CeremonyTranscript? transcript, string what, CancellationToken cancellationToken,
        params (string Name, string Value)[] facts)
    {
        if (transcript is null) return;
        await transcript.AppendAsync(what, facts.ToDictionary(fact => fact.Name, fact => fact.Value,
            StringComparer.Ordinal), cancellationToken);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
