using System.Buffers.Text;
using System.Text;

namespace Qbitel.Protocols.Fix.Sessions;

/// <summary>Signs the statement of a Logon.</summary>
public delegate byte[] FixLogonSign(ReadOnlySpan<byte> statement);

/// <summary>True only where the key of that name made this signature over this statement.</summary>
public delegate bool FixLogonVerify(string keyId, ReadOnlySpan<byte> statement, ReadOnlySpan<byte> signature);

/// <summary>Logons that prove who sent them, by a signature in RawData (96).</summary>
/// <remarks>
/// RawData is <c>QFL1;KEY;SIGNATURE</c>, the signature in base64. What is signed are nine lines:
/// <c>qbitel-fix-logon-1</c>, the key's name, BeginString, SenderCompID, TargetCompID, MsgSeqNum, SendingTime,
/// HeartBtInt, and Y or N for ResetSeqNumFlag, each ended by a line feed. A hybrid algorithm (ML-DSA with ECDSA) keeps
/// the proof good when either half falls. A copy of an old Logon is refused by its time: it must be later than the last
/// one accepted.
/// </remarks>
public sealed record FixLogonSignature
{
    private const int MaximumLength = 16 * 1024;

    /// <summary>The name the peer knows our key by: letters, digits, points and dashes. Default: null, Logons are not
    /// signed.</summary>
    public string? KeyId { get; init; }

    /// <summary>Default: null, Logons are not signed.</summary>
    public FixLogonSign? Sign { get; init; }

    /// <summary>Default: null, the peer's Logons need no signature.</summary>
    public FixLogonVerify? Verify { get; init; }

    /// <summary>What RawData of our Logon says; null where Logons are not signed.</summary>
    internal byte[]? Make(FixLogonFacts facts)
    {
        if (Sign is null || KeyId is null) return null;
        return Encoding.ASCII.GetBytes($"QFL1;{KeyId};{Convert.ToBase64String(Sign(Statement(KeyId, facts)))}");
    }

    internal bool IsProved(ReadOnlySpan<byte> rawData, FixLogonFacts facts)
    {
        if (Verify is null) return true;
        if (rawData.Length > MaximumLength || !rawData.StartsWith("QFL1;"u8)) return false;

        ReadOnlySpan<byte> rest = rawData[5..];
        int separator = rest.IndexOf((byte)';');
        if (separator is <= 0 or > 64) return false;

        byte[] signature = new byte[Base64.GetMaxDecodedFromUtf8Length(rest.Length)];
        string key = Encoding.ASCII.GetString(rest[..separator]);
        return Base64.DecodeFromUtf8(rest[(separator + 1)..], signature, out _, out int size)
                == System.Buffers.OperationStatus.Done
            && Verify(key, Statement(key, facts), signature.AsSpan(0, size));
    }

    private static byte[] Statement(string key, FixLogonFacts facts) => Encoding.Latin1.GetBytes(
        $"qbitel-fix-logon-1\n{key}\n{facts.BeginString}\n{facts.Sender}\n{facts.Target}\n{facts.Number}\n"
        + $"{facts.SendingTime}\n{facts.Heartbeat}\n{(facts.Resets ? 'Y' : 'N')}\n");
}

/// <summary>What a signature of a Logon is about.</summary>
internal readonly record struct FixLogonFacts(string BeginString, string Sender, string Target, long Number,
    string SendingTime, long Heartbeat, bool Resets);
