using System.Globalization;

namespace Qbitel.Protocols.Iso8583;

/// <summary>A message type indicator: version, class, function and origin in one digit each.</summary>
public readonly record struct Mti
{
    private readonly short _value;

    private Mti(int value) => _value = (short)value;

    /// <summary>0 for 1987, 1 for 1993, 2 for 2003.</summary>
    public int Version => _value / 1000;

    /// <summary>
    /// 1 authorization, 2 financial, 3 file action, 4 reversal, 5 reconciliation, 6 administrative, 7 fee, 8 network.
    /// </summary>
    public int Class => _value / 100 % 10;

    /// <summary>
    /// 0 request, 1 request response, 2 advice, 3 advice response, 4 notification, 5 notification response; since 2003
    /// 6 instruction, 7 instruction acknowledgement.
    /// </summary>
    public int Function => _value / 10 % 10;

    /// <summary>0 acquirer, 1 acquirer repeat, 2 issuer, 3 issuer repeat, 4 other, 5 other repeat.</summary>
    public int Origin => _value % 10;

    public bool IsResponse => Function % 2 == 1;

    public string Description => (Class switch
    {
        1 => "authorization",
        2 => "financial",
        3 => "file action",
        4 => "reversal",
        5 => "reconciliation",
        6 => "administrative",
        7 => "fee collection",
        _ => "network management",
    }) + (Function switch
    {
        0 => " request",
        1 => " request response",
        2 => " advice",
        3 => " advice response",
        4 => " notification",
        5 => " notification response",
        6 => " instruction",
        _ => " instruction acknowledgement",
    });

    /// <summary>Who sent it first, and whether this is a repeat.</summary>
    public string OriginDescription => (Origin switch
    {
        0 or 1 => "acquirer",
        2 or 3 => "issuer",
        _ => "other",
    }) + (Origin % 2 == 1 ? ", repeated" : "");

    /// <summary>Reads four digits whose class, function and origin the standard has.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Mti mti)
    {
        Span<byte> bytes = stackalloc byte[4];
        mti = default;
        if (text.Length != 4) return false;
        for (int i = 0; i < 4; i++) bytes[i] = text[i] < 128 ? (byte)text[i] : (byte)0;
        return TryParse(bytes, out mti);
    }

    /// <summary>The type of the answer to this message, from the same origin.</summary>
    /// <exception cref="InvalidOperationException">This is an answer.</exception>
    public Mti Response() =>
        IsResponse ? throw new InvalidOperationException($"{this} is a response") : new Mti(_value + 10 - (Origin % 2));

    public override string ToString() => _value.ToString("D4", CultureInfo.InvariantCulture);

    internal static bool TryParse(ReadOnlySpan<byte> text, out Mti mti)
    {
        mti = default;
        if (text.Length != 4 || !Ascii.TryReadNumber(text, 4, out int value)) return false;

        Mti read = new(value);
        if (read.Version > 2 || read.Class is 0 or 9 || read.Origin > 5
            || read.Function > (read.Version == 2 ? 7 : 5))
        {
            return false;
        }

        mti = read;
        return true;
    }

    /// <summary>Why four characters are no message type, in words.</summary>
    internal static string Fault(ReadOnlySpan<byte> text)
    {
        if (text.Length != 4 || !Ascii.IsDigits(text)) return "the message type is not four digits";
        if (text[0] > '2') return $"there is no version {(char)text[0]} of the standard";
        if (text[1] is (byte)'0' or (byte)'9') return $"the message class {(char)text[1]} is reserved";
        if (text[2] > (text[0] == '2' ? '7' : '5')) return $"there is no message function {(char)text[2]}";
        return text[3] > '5' ? $"the message origin {(char)text[3]} is reserved"
            : "the message type is of another version than the profile";
    }
}
