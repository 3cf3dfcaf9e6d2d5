using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.Hsm.Custody;

/// <summary>
/// 32 random bytes that give the two KEM keys of a backup, and that only the custodians together have.
/// </summary>
internal sealed class BackupSecret : IDisposable
{
    private readonly SecretBuffer _bytes = new(CustodianShare.ValueSize);

    private BackupSecret()
    {
    }

    public static BackupSecret Make()
    {
        BackupSecret secret = new();
        RandomNumberGenerator.Fill(secret._bytes.Bytes);
        return secret;
    }

    /// <summary>For keys that a token wraps inside itself.</summary>
    public KemKey MLKem1024() => Derive(KemAlgorithm.MLKem1024, "qbitel key backup 1: ML-KEM-1024"u8);

    /// <summary>For keys that are wrapped by this process: a hybrid, so that neither half alone has to hold.</summary>
    public KemKey XWing() => Derive(KemAlgorithm.XWing, "qbitel key backup 1: X-Wing"u8);

    public IReadOnlyList<CustodianShare> Split(int threshold, int count)
    {
        ulong set = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(8));
        byte[][] values = SecretSharing.Split(_bytes.Bytes, threshold, count);
        List<CustodianShare> shares = [];
        for (int i = 0; i < count; i++)
        {
            shares.Add(new CustodianShare(set, threshold, count, i + 1, values[i]));
            CryptographicOperations.ZeroMemory(values[i]);
        }

        return shares;
    }

    /// <summary>The secret of a backup, from the shares of its custodians.</summary>
    /// <param name="shares">As many as are needed, or more.</param>
    /// <param name="backup">Which knows every share by its commitment.</param>
    /// <param name="problem">Which share is of another backup, damaged or given twice, or how many are missing.</param>
    public static BackupSecret? Combine(
        IReadOnlyList<CustodianShare> shares, KeyBackup backup, out string? problem)
    {
        problem = Problem(shares, backup);
        if (problem is not null) return null;

        List<(byte Place, byte[] Value)> points =
            [.. shares.Take(backup.Threshold).Select(share => ((byte)share.Number, share.Value.ToArray()))];
        BackupSecret secret = new();
        SecretSharing.Combine(points, secret._bytes.Bytes);
        foreach ((_, byte[] value) in points) CryptographicOperations.ZeroMemory(value);

        using KemKey lattice = secret.MLKem1024(), hybrid = secret.XWing();
        if (backup.MLKem1024.Span.SequenceEqual(lattice.ExportEncapsulationKey())
            && backup.XWing.Span.SequenceEqual(hybrid.ExportEncapsulationKey()))
        {
            return secret;
        }

        secret.Dispose();
        problem = "the shares fit the backup's commitments, but not its keys: the backup was altered";
        return null;
    }

    public void Dispose() => _bytes.Dispose();

    private static string? Problem(IReadOnlyList<CustodianShare> shares, KeyBackup backup)
    {
        HashSet<int> seen = [];
        foreach (CustodianShare share in shares)
        {
            string which = string.Create(CultureInfo.InvariantCulture, $"share {share.Number} (set {share.Set:x16})");
            if (share.Set != backup.Set) return $"{which} is of another backup; this one's set is {backup.Set:x16}";
            if (share.Threshold != backup.Threshold || share.Count != backup.Count || share.Number > backup.Count)
                return $"{which} says other numbers than the backup";
            if (!seen.Add(share.Number)) return $"{which} was given twice";
            if (!CryptographicOperations.FixedTimeEquals(
                share.Commitment(), backup.Commitments[share.Number - 1].Span))
            {
                return $"{which} is not the share that was made for this backup";
            }
        }

        return shares.Count < backup.Threshold
            ? $"{shares.Count} shares are here, {backup.Threshold} are needed" : null;
    }

    private KemKey Derive(KemAlgorithm algorithm, ReadOnlySpan<byte> info)
    {
        using SecretBuffer seed = new(algorithm.PrivateKeySize);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _bytes.Bytes, seed.Bytes, salt: default, info);
        return KemKeys.ImportPrivate(algorithm, seed.Bytes);
    }
}
