namespace Qbitel.Discovery.Emission;

/// <summary>What every generated parser needs, as source: the numbers and check values of the wire.</summary>
internal static class WireSource
{
    public const string Text = """
        internal static class Wire
        {
            public sealed class Later
            {
                public System.Collections.Generic.List<System.Action<byte[]>> Lengths { get; } = new();
                public System.Collections.Generic.List<System.Action<byte[]>> Sums { get; } = new();
            }

            public static bool TryNumber(string type, byte[] bytes, int start, int length, out ulong value)
            {
                value = 0;
                if (type.StartsWith("uint", System.StringComparison.Ordinal))
                {
                    bool little = type.EndsWith("le", System.StringComparison.Ordinal);
                    for (int i = 0; i < length; i++) value = (value << 8) | bytes[start + (little ? length - 1 - i : i)];
                    return true;
                }

                if (length == 0 || length > (type == "bcd" ? 9 : type == "hex-digits" ? 15 : 18)) return false;
                for (int i = start; i < start + length; i++)
                {
                    int b = bytes[i];
                    if (type == "bcd")
                    {
                        if ((b >> 4) > 9 || (b & 15) > 9) return false;
                        value = (value * 100) + (ulong)(((b >> 4) * 10) + (b & 15));
                        continue;
                    }

                    int digit = type == "ebcdic-digits" ? b - 0xF0
                        : type == "hex-digits" && b >= 'A' && b <= 'F' ? b - 'A' + 10 : b - '0';
                    int radix = type == "hex-digits" ? 16 : 10;
                    if (digit < 0 || digit >= radix || (type == "hex-digits" && digit > 9 && b < 'A')) return false;
                    value = (value * (ulong)radix) + (ulong)digit;
                }

                return true;
            }

            public static void PutNumber(string type, ulong value, byte[] bytes, int start, int length)
            {
                if (type.StartsWith("uint", System.StringComparison.Ordinal))
                {
                    if (length < 8 && value >> (8 * length) != 0)
                        throw new System.ArgumentOutOfRangeException(nameof(value), "The number does not fit its field.");
                    bool little = type.EndsWith("le", System.StringComparison.Ordinal);
                    for (int i = 0; i < length; i++)
                        bytes[start + (little ? i : length - 1 - i)] = (byte)((value >> (8 * i)) & 0xFF);
                    return;
                }

                string digits = value.ToString(type == "hex-digits" ? "X" : "D",
                    System.Globalization.CultureInfo.InvariantCulture);
                int places = type == "bcd" ? 2 * length : length;
                if (digits.Length > places)
                    throw new System.ArgumentOutOfRangeException(nameof(value), "The number does not fit its field.");
                digits = digits.PadLeft(places, '0');
                for (int i = 0; i < length; i++)
                {
                    bytes[start + i] = type == "bcd" ? (byte)(((digits[2 * i] - '0') << 4) | (digits[(2 * i) + 1] - '0'))
                        : type == "ebcdic-digits" ? (byte)(0xF0 + digits[i] - '0') : (byte)digits[i];
                }
            }

            public static bool Same(byte[] bytes, int start, int length, byte[] value) =>
                System.MemoryExtensions.SequenceEqual(
                    new System.ReadOnlySpan<byte>(bytes, start, length), new System.ReadOnlySpan<byte>(value));

            public static int Find(byte[] bytes, int start, int end, byte[] delimiter) =>
                System.MemoryExtensions.IndexOf(new System.ReadOnlySpan<byte>(bytes, start, end - start),
                    new System.ReadOnlySpan<byte>(delimiter));

            public static byte[] Cut(byte[] bytes, int start, int length) => bytes[start..(start + length)];

            public static string Text(byte[] bytes, int start, int length) =>
                System.Text.Encoding.Latin1.GetString(bytes, start, length);

            public static byte[] Bytes(string text)
            {
                foreach (char c in text)
                {
                    if (c > 0xFF) throw new System.ArgumentException("The text has characters the protocol has no byte for.");
                }

                return System.Text.Encoding.Latin1.GetBytes(text);
            }

            // The characters that code pages 037, 500 and 1047 have at the same place, each behind its byte.
            private const string Ebcdic = "@ K.L<M(N+P&[$\\*])^;`-a/k,l%m_n>o?z:{#|@}'~=";

            // Text and numbers as people write them, where the bytes come back from that exactly; else 0x and hex.
            public static string Show(string type, byte[] bytes)
            {
                string text = Plain(type, bytes) ?? "";
                return text.Length > 0 && !text.StartsWith("0x", System.StringComparison.Ordinal)
                    && Same(bytes, 0, bytes.Length, Encode(type, text) ?? System.Array.Empty<byte>()) ? text
                    : "0x" + System.Convert.ToHexString(bytes);
            }

            public static byte[] Hidden(string type, string text) =>
                text.StartsWith("0x", System.StringComparison.Ordinal) ? System.Convert.FromHexString(text[2..])
                : Encode(type, text) ?? throw new System.FormatException("The text is none of type " + type + ".");

            private static string? Plain(string type, byte[] bytes)
            {
                var text = new System.Text.StringBuilder();
                for (int i = 0; i < bytes.Length; i++)
                {
                    int b = bytes[i], high = b >> 4, low = b & 15;
                    if (type == "packed" || type == "bcd")
                    {
                        bool isSign = type == "packed" && i == bytes.Length - 1;
                        if (high > 9 || (isSign ? low != 12 && low != 13 && low != 15 : low > 9)) return null;
                        text.Append((char)('0' + high));
                        if (!isSign) text.Append((char)('0' + low));
                        else if (low != 15) text.Insert(0, low == 12 ? '+' : '-');
                        continue;
                    }

                    if (type.StartsWith("zoned", System.StringComparison.Ordinal))
                    {
                        int value = Zoned(type, b, i == bytes.Length - 1);
                        if (value < 0) return null;
                        text.Append((char)('0' + (value & 15)));
                        if (value >= 32) text.Insert(0, value >= 64 ? '-' : '+');
                        continue;
                    }

                    int c = !type.StartsWith("ebcdic", System.StringComparison.Ordinal) ? b : FromEbcdic(b);
                    if (c < 32 || c > 126) return null;
                    text.Append((char)c);
                }

                return text.ToString();
            }

            private static byte[]? Encode(string type, string text)
            {
                if (type == "packed" || type == "bcd")
                {
                    int sign = text.StartsWith("-", System.StringComparison.Ordinal) ? 13 : text.StartsWith("+", System.StringComparison.Ordinal) ? 12 : 15;
                    string digits = sign == 15 ? text : text[1..];
                    int places = digits.Length + (type == "packed" ? 1 : 0);
                    if (places % 2 != 0 || (type == "bcd" && sign != 15)) return null;
                    byte[] packed = new byte[places / 2];
                    for (int i = 0; i < places; i++)
                    {
                        int nibble = i < digits.Length ? digits[i] - '0' : sign;
                        if (i < digits.Length && (nibble < 0 || nibble > 9)) return null;
                        packed[i / 2] |= (byte)(i % 2 == 0 ? nibble << 4 : nibble);
                    }

                    return packed;
                }

                int over = 0;
                if (type.StartsWith("zoned", System.StringComparison.Ordinal))
                {
                    over = text.StartsWith("-", System.StringComparison.Ordinal) ? 64 : text.StartsWith("+", System.StringComparison.Ordinal) ? 32 : 0;
                    if (over != 0) text = text[1..];
                }

                byte[] bytes = new byte[text.Length];
                for (int i = 0; i < text.Length; i++)
                {
                    int b = text[i];
                    if (type.StartsWith("zoned", System.StringComparison.Ordinal))
                    {
                        int wanted = (i == text.Length - 1 ? over : 0) + text[i] - '0';
                        b = text[i] < '0' || text[i] > '9' ? 256 : 0;
                        while (b < 256 && Zoned(type, b, i == text.Length - 1) != wanted) b++;
                    }

                    if (type.StartsWith("ebcdic", System.StringComparison.Ordinal))
                    {
                        b = 0;
                        while (b < 256 && FromEbcdic(b) != text[i]) b++;
                    }

                    if (b > 255) return null;
                    bytes[i] = (byte)b;
                }

                return bytes;
            }

            // The digit, and 32 or 64 with it for a sign over the last one; below 0 where it is none.
            private static int Zoned(string type, int b, bool isLast)
            {
                bool ebcdic = type == "zoned-ebcdic";
                int digit = b - (ebcdic ? 0xF0 : '0');
                if (digit >= 0 && digit <= 9) return digit;
                if (!isLast) return -1;
                if (ebcdic) return b >= 0xC0 && b <= 0xC9 ? 32 + b - 0xC0 : b >= 0xD0 && b <= 0xD9 ? 64 + b - 0xD0 : -1;
                return b == '{' ? 32 : b == '}' ? 64 : b >= 'A' && b <= 'I' ? 33 + b - 'A' : b >= 'J' && b <= 'R' ? 65 + b - 'J' : -1;
            }

            private static int FromEbcdic(int b)
            {
                int low = b & 15;
                if (b >= 0xF0 && low <= 9) return '0' + low;
                if (low >= 1 && low <= 9)
                {
                    switch (b >> 4)
                    {
                        case 0x8: return 'a' + low - 1;
                        case 0x9: return 'j' + low - 1;
                        case 0xA when low >= 2: return 's' + low - 2;
                        case 0xC: return 'A' + low - 1;
                        case 0xD: return 'J' + low - 1;
                        case 0xE when low >= 2: return 'S' + low - 2;
                    }
                }

                if (b == 0x7F) return '"';
                for (int i = 0; i < Ebcdic.Length; i += 2)
                    if (Ebcdic[i] == b) return Ebcdic[i + 1];

                return -1;
            }

            public static T Given<T>(T? value, string name) where T : class =>
                value ?? throw new System.InvalidOperationException(name + " is required.");

            public static bool Filled(byte[] bytes, int start, int count, byte value)
            {
                for (int i = start; i < start + count; i++)
                    if (bytes[i] != value) return false;

                return true;
            }

            public static void Fill(System.Collections.Generic.List<byte> output, byte value, int count)
            {
                for (int i = 0; i < count; i++) output.Add(value);
            }

            public static bool Starts(byte[] bytes, int start, int end, byte[] mark) =>
                end - start >= mark.Length && Same(bytes, start, mark.Length, mark);

            public static bool Chosen(byte[] bytes, int start, int count, byte[] mask, byte[] value)
            {
                if (count != value.Length) return false;
                for (int i = 0; i < count; i++)
                    if ((bytes[start + i] & (mask.Length == 0 ? 0xFF : mask[i])) != value[i]) return false;

                return true;
            }

            public static void Require(bool holds, string message)
            {
                if (!holds) throw new System.ArgumentException(message);
            }

            public static ulong Crc(byte[] bytes, int from, int to, int skip, int skipEnd, int width, uint polynomial,
                uint initial, bool reflected, uint final)
            {
                uint mask = width == 32 ? 0xFFFFFFFF : (1u << width) - 1, top = 1u << (width - 1), crc = initial;
                uint poly = polynomial;
                if (reflected)
                {
                    poly = 0;
                    for (int i = 0; i < width; i++) poly |= ((polynomial >> i) & 1) << (width - 1 - i);
                }

                for (int i = from; i < to; i++)
                {
                    uint value = i >= skip && i < skipEnd ? 0u : bytes[i];
                    crc ^= reflected ? value : value << (width - 8);
                    for (int bit = 0; bit < 8; bit++)
                    {
                        crc = reflected ? (crc >> 1) ^ ((crc & 1) != 0 ? poly : 0)
                            : (crc << 1) ^ ((crc & top) != 0 ? poly : 0);
                    }

                    crc &= mask;
                }

                return crc ^ final;
            }

            public static ulong Sum(string name, byte[] bytes, int from, int to, int skip, int skipEnd)
            {
                ulong a = name == "adler32" ? 1u : 0u, b = 0;
                for (int i = from; i < to; i++)
                {
                    ulong value = i >= skip && i < skipEnd ? 0u : bytes[i];
                    switch (name)
                    {
                        case "xor8": a ^= value; break;
                        case "sum8": case "lrc": a = (a + value) & 0xFF; break;
                        case "sum16": a = (a + value) & 0xFFFF; break;
                        case "sum32": a = (a + value) & 0xFFFFFFFF; break;
                        case "ones16":
                            a += (i - from) % 2 == 0 ? value << 8 : value;
                            a = (a & 0xFFFF) + (a >> 16);
                            break;
                        case "fletcher16": a = (a + value) % 255; b = (b + a) % 255; break;
                        default: a = (a + value) % 65521; b = (b + a) % 65521; break;
                    }
                }

                return name switch
                {
                    "lrc" => (256 - a) & 0xFF,
                    "ones16" => ~a & 0xFFFF,
                    "fletcher16" => (b << 8) | a,
                    "adler32" => (b << 16) | a,
                    _ => a,
                };
            }
        }
        """;
}
