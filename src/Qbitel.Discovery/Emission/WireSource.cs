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
