using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Qbitel.Hsm.Custody;

/// <summary>What one custodian keeps: a point of the polynomials that give the backup's secret.</summary>
/// <remarks>It is zeroed on dispose and prints as ***; only <see cref="WriteText"/> shows it.</remarks>
public sealed class CustodianShare : IDisposable
{
    public const int ValueSize = 32;

    /// <summary>Of the text of <see cref="WriteText"/>.</summary>
    public const int TextLength = ShareText.Length;

    /// <summary>Groups of eight characters in that text, each after a hyphen.</summary>
    public const int TextGroups = ShareText.Groups;

    private const byte Version = 1;
    private const int CheckSize = 4;

    private readonly SecretBuffer _value = new(ValueSize);

    internal CustodianShare(ulong set, int threshold, int count, int number, ReadOnlySpan<byte> value)
    {
        Set = set;
        Threshold = threshold;
        Count = count;
        Number = number;
        value.CopyTo(_value.Bytes);
    }

    /// <summary>Which sharing it belongs to.</summary>
    public ulong Set { get; }

    /// <summary>How many are needed.</summary>
    public int Threshold { get; }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>Which one it is, from 1.</summary>
    public int Number { get; }

    internal ReadOnlySpan<byte> Value => _value.Bytes;

    /// <summary>
    /// What a backup keeps of each share: SHA-256 over a label, the set, the number and the value. It tells a wrong
    /// share from a right one; nobody guesses 32 random bytes by it.
    /// </summary>
    public byte[] Commitment()
    {
        ReadOnlySpan<byte> label = "qbitel custodian share 1: commitment"u8;
        Span<byte> input = stackalloc byte[label.Length + 9 + ValueSize];
        label.CopyTo(input);
        BinaryPrimitives.WriteUInt64BigEndian(input[label.Length..], Set);
        input[label.Length + 8] = checked((byte)Number);
        Value.CopyTo(input[^ValueSize..]);
        byte[] hash = SHA256.HashData(input);
        CryptographicOperations.ZeroMemory(input);
        return hash;
    }

    /// <summary>The text a custodian keeps. The caller zeroes it.</summary>
    public void WriteText(Span<char> destination)
    {
        Span<byte> bytes = stackalloc byte[ShareText.Size];
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt64BigEndian(bytes[1..], Set);
        bytes[9] = checked((byte)Threshold);
        bytes[10] = checked((byte)Count);
        bytes[11] = checked((byte)Number);
        Value.CopyTo(bytes[12..]);
        Check(bytes[..^CheckSize], bytes[^CheckSize..]);
        ShareText.Write(bytes, destination);
        CryptographicOperations.ZeroMemory(bytes);
    }

    /// <param name="text">As it was printed; spaces, hyphens and line breaks may stand anywhere.</param>
    /// <param name="share">The caller disposes it.</param>
    /// <param name="error">What is wrong, and in which group; never the text itself.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out CustodianShare? share, out string? error)
    {
        share = null;
        Span<byte> bytes = stackalloc byte[ShareText.Size], check = stackalloc byte[CheckSize];
        try
        {
            error = ShareText.Read(text, bytes);
            if (error is not null) return false;

            Check(bytes[..^CheckSize], check);
            if (!CryptographicOperations.FixedTimeEquals(check, bytes[^CheckSize..]))
                error = "its groups are well-formed and do not belong together: copied from two shares, or altered";
            else if (bytes[0] != Version) error = $"it is of version {bytes[0]}; this program reads {Version}";
            else if (bytes[9] < 2 || bytes[10] < bytes[9] || bytes[11] < 1 || bytes[11] > bytes[10])
                error = "its numbers are impossible";
            if (error is not null) return false;

            share = new CustodianShare(
                BinaryPrimitives.ReadUInt64BigEndian(bytes[1..]), bytes[9], bytes[10], bytes[11],
                bytes.Slice(12, ValueSize));
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    public void Dispose() => _value.Dispose();

    public override string ToString() => $"share {Number} of {Count}, {Threshold} needed, set {Set:x16}: ***";

    private static void Check(ReadOnlySpan<byte> bytes, Span<byte> check)
    {
        ReadOnlySpan<byte> label = "qbitel custodian share 1: check"u8;
        Span<byte> input = stackalloc byte[label.Length + bytes.Length], hash = stackalloc byte[SHA256.HashSizeInBytes];
        label.CopyTo(input);
        bytes.CopyTo(input[label.Length..]);
        SHA256.HashData(input, hash);
        hash[..check.Length].CopyTo(check);
        CryptographicOperations.ZeroMemory(input);
    }
}
