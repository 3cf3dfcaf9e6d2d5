using System.Globalization;
using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Emv.Apdu;

/// <summary>The two bytes that end a response (ISO/IEC 7816-4, 5.6).</summary>
/// <param name="Value">SW1 in the high byte, SW2 in the low one.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct StatusWord(ushort Value)
{
    private static readonly (string Pattern, string Words)[] Table =
        [.. DataTable.Lines("Emv/Apdu/status.txt").Select(line => (line[..4], line[5..]))];

    public byte Sw1 => (byte)(Value >> 8);

    public byte Sw2 => (byte)(Value & 0xFF);

    /// <summary>Whether the first byte is one that a response may end with.</summary>
    public bool IsStatus => Sw1 is >= 0x61 and <= 0x6F || Sw1 >> 4 == 9;

    /// <summary>Done, or done with more to fetch.</summary>
    public bool IsDone => Value == 0x9000 || Sw1 == 0x61;

    /// <summary>Done with a remark.</summary>
    public bool IsWarning => Sw1 is 0x62 or 0x63;

    /// <summary>How many bytes GET RESPONSE shall fetch; null where none wait.</summary>
    public int? Waiting => Sw1 == 0x61 ? Sw2 == 0 ? 256 : Sw2 : null;

    /// <summary>The length to ask for again; null where the length was not wrong.</summary>
    public int? RightLength => Sw1 == 0x6C ? Sw2 == 0 ? 256 : Sw2 : null;

    public string InWords
    {
        get
        {
            string digits = ToString();
            foreach ((string pattern, string words) in Table)
            {
                bool fits = true;
                for (int i = 0; i < 4; i++) fits &= pattern[i] == 'x' || pattern[i] == digits[i];
                if (!fits) continue;
                int rest = pattern == "63Cx" ? Sw2 & 0xF : Sw2 == 0 ? 256 : Sw2;
                return string.Format(CultureInfo.InvariantCulture, words, rest);
            }

            return "no status";
        }
    }

    public override string ToString() => Value.ToString("X4", CultureInfo.InvariantCulture);
}
