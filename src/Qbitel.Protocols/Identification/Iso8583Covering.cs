using System.Buffers;
using System.Text;

namespace Qbitel.Protocols.Identification;

/// <summary>Writes over values that are not in ASCII; their length, separators and padding stay.</summary>
internal static class Iso8583Covering
{
    public static void Cover(ValueCoding coding, Redaction redaction, Span<byte> value)
    {
        switch (coding)
        {
            case ValueCoding.Bytes:
                if (redaction != Redaction.None) value.Clear();
                break;
            case ValueCoding.Packed:
                CoverPacked(redaction, value);
                break;
            case ValueCoding.Ebcdic:
                CoverEbcdic(redaction, value);
                break;
            default:
                Covering.Cover(redaction, value);
                break;
        }
    }

    private static void CoverPacked(Redaction redaction, Span<byte> value)
    {
        // Digits as text are covered as text is; what is no digit, a separator or a filling F, stays where it was.
        byte[] digits = new byte[2 * value.Length];
        for (int i = 0; i < digits.Length; i++)
        {
            int half = i % 2 == 0 ? value[i / 2] >> 4 : value[i / 2] & 0xF;
            digits[i] = (byte)(half < 10 ? '0' + half : 'A' + half - 10);
        }

        int start = redaction == Redaction.Pan && digits.Length > 0 && digits[0] == '0' ? 1 : 0;
        int end = digits.Length > 0 && digits[^1] == 'F' ? digits.Length - 1 : digits.Length;
        Span<byte> covered = digits.AsSpan(start..Math.Max(start, end));
        if (redaction is Redaction.None or Redaction.Pan && Ascii.IsDigits(covered))
        {
            Covering.Cover(redaction, covered);
        }
        else if (redaction != Redaction.None)
        {
            foreach (ref byte digit in covered) if (digit <= '9') digit = (byte)'0';
        }

        for (int i = 0; i < digits.Length; i += 2)
            value[i / 2] = (byte)((Half(digits[i]) << 4) | Half(digits[i + 1]));
    }

    private static void CoverEbcdic(Redaction redaction, Span<byte> value)
    {
        bool isNumber = value.Length > 0 && !value.ContainsAnyExceptInRange((byte)0xF0, (byte)0xF9);
        if (redaction == Redaction.None || (redaction == Redaction.Pan && isNumber))
        {
            byte[] digits = new byte[value.Length];
            for (int i = 0; i < digits.Length; i++) digits[i] = (byte)(value[i] >= 0xF0 ? '0' + (value[i] & 0xF) : ' ');
            string before = Encoding.ASCII.GetString(digits);
            Covering.Cover(redaction, digits);
            for (int i = 0; i < digits.Length; i++)
                if (digits[i] != before[i]) value[i] = (byte)(0xF0 | (digits[i] & 0xF));
        }
        else if (redaction == Redaction.Secret && !value.ContainsAnyExcept(TrackInEbcdic))
        {
            foreach (ref byte b in value) if (b >= 0xF0) b = 0xF0; // a track stays one
        }
        else
        {
            Covering.CoverEbcdic(value);
        }
    }

    // Digits, D and the equals sign.
    private static readonly SearchValues<byte> TrackInEbcdic = SearchValues.Create(
        [0xF0, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0xC4, 0x7E]);

    private static int Half(byte digit) => digit <= '9' ? digit - '0' : digit - 'A' + 10;
}
