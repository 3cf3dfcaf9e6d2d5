using System.Globalization;
using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Emv.Words;

/// <summary>A way to verify the cardholder, and when it applies (EMV Book 3, C3).</summary>
/// <param name="Method">The first byte of the rule.</param>
/// <param name="Condition">The second byte.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CvmRule(byte Method, byte Condition)
{
    /// <summary>Whether the next rule is tried where this one fails.</summary>
    public bool GoesOn => (Method & 0x40) != 0;

    public string MethodInWords => (Method & 0x3F) switch
    {
        0x00 => "fail",
        0x01 => "plain PIN checked by the card",
        0x02 => "encrypted PIN checked by the issuer",
        0x03 => "plain PIN checked by the card, and signature",
        0x04 => "encrypted PIN checked by the card",
        0x05 => "encrypted PIN checked by the card, and signature",
        0x06 => "face, checked by the card",
        0x07 => "face, checked by the issuer",
        0x08 => "finger, checked by the card",
        0x09 => "finger, checked by the issuer",
        0x0A => "palm, checked by the card",
        0x0B => "palm, checked by the issuer",
        0x0C => "iris, checked by the card",
        0x0D => "iris, checked by the issuer",
        0x0E => "voice, checked by the card",
        0x0F => "voice, checked by the issuer",
        0x1E => "signature",
        0x1F => "no verification",
        0x3F => "none was made",
        >= 0x20 and <= 0x2F => "a method of the network",
        >= 0x30 and <= 0x3E => "a method of the issuer",
        _ => "a reserved method",
    };

    public string ConditionInWords => Condition switch
    {
        0x00 => "always",
        0x01 => "for unattended cash",
        0x02 => "for anything but cash and cash with a purchase",
        0x03 => "where the terminal supports it",
        0x04 => "for cash given by a person",
        0x05 => "for cash with a purchase",
        0x06 => "in the application's currency, up to amount X",
        0x07 => "in the application's currency, over amount X",
        0x08 => "in the application's currency, up to amount Y",
        0x09 => "in the application's currency, over amount Y",
        >= 0x80 => "by a condition of the network",
        _ => "by a reserved condition",
    };

    /// <summary>The amounts X and Y, in minor units of the application's currency, and the rules of a CVM list; false
    /// where it is none.</summary>
    public static bool TryReadList(ReadOnlySpan<byte> value, out uint x, out uint y, out IReadOnlyList<CvmRule> rules)
    {
        x = y = 0;
        rules = [];
        if (value.Length < 8 || value.Length % 2 != 0) return false;

        x = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(value);
        y = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(value[4..]);
        List<CvmRule> found = [];
        for (int at = 8; at < value.Length; at += 2) found.Add(new CvmRule(value[at], value[at + 1]));
        rules = found;
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{MethodInWords}, {ConditionInWords}, {(GoesOn ? "else the next" : "else fail")}");
}
