namespace Qbitel.Protocols.Layouts;

/// <summary>Check values by name, as the parameters that make them.</summary>
public static class Checksums
{
    // The parameters of the CRC catalogue in use: width, polynomial, initial value, reflected, final XOR.
    public static readonly IReadOnlyDictionary<string, CrcForm> Crcs = new Dictionary<string, CrcForm>(
        StringComparer.Ordinal)
    {
        ["crc8"] = new(8, 0x07, 0, false, 0),
        ["crc8-maxim"] = new(8, 0x31, 0, true, 0),
        ["crc16-ccitt"] = new(16, 0x1021, 0xFFFF, false, 0),
        ["crc16-xmodem"] = new(16, 0x1021, 0, false, 0),
        ["crc16-kermit"] = new(16, 0x1021, 0, true, 0),
        ["crc16-x25"] = new(16, 0x1021, 0xFFFF, true, 0xFFFF),
        ["crc16-ibm"] = new(16, 0x8005, 0, true, 0),
        ["crc16-modbus"] = new(16, 0x8005, 0xFFFF, true, 0),
        ["crc32"] = new(32, 0x04C11DB7, 0xFFFFFFFF, true, 0xFFFFFFFF),
        ["crc32-bzip2"] = new(32, 0x04C11DB7, 0xFFFFFFFF, false, 0xFFFFFFFF),
        ["crc32c"] = new(32, 0x1EDC6F41, 0xFFFFFFFF, true, 0xFFFFFFFF),
    };

    public static readonly IReadOnlyList<string> Names =
        [.. Crcs.Keys, "xor8", "sum8", "lrc", "sum16", "sum32", "ones16", "fletcher16", "adler32"];

    /// <summary>Those whose value fills a field of this width; sums are cut to it.</summary>
    public static IEnumerable<string> Of(string type) => NumberCoding.WidthOf(type) switch
    {
        1 => ["xor8", "sum8", "lrc", "crc8", "crc8-maxim"],
        2 => ["crc16-ccitt", "crc16-xmodem", "crc16-ibm", "crc16-modbus", "crc16-kermit", "crc16-x25", "ones16",
            "sum16", "fletcher16"],
        4 => ["crc32", "crc32c", "crc32-bzip2", "adler32", "sum32"],
        _ => type is "digits" or "hex-digits" ? ["sum8", "xor8"] : [],
    };

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="bytes">What is summed.</param>
    /// <param name="skipFrom">First byte that counts as zero.</param>
    /// <param name="skipTo">First byte after those.</param>
    public static long Of(string name, ReadOnlySpan<byte> bytes, int skipFrom = 0, int skipTo = 0)
    {
        if (Crcs.TryGetValue(name, out CrcForm crc)) return Crc(crc, bytes, skipFrom, skipTo);
        uint a = name == "adler32" ? 1u : 0u, b = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            uint value = i >= skipFrom && i < skipTo ? 0u : bytes[i];
            switch (name)
            {
                case "xor8":
                    a ^= value;
                    break;
                case "sum8" or "lrc":
                    a = (a + value) & 0xFF;
                    break;
                case "sum16":
                    a = (a + value) & 0xFFFF;
                    break;
                case "sum32":
                    a = unchecked(a + value);
                    break;
                case "ones16":
                    a += i % 2 == 0 ? value << 8 : value;
                    a = (a & 0xFFFF) + (a >> 16);
                    break;
                case "fletcher16":
                    a = (a + value) % 255;
                    b = (b + a) % 255;
                    break;
                case "adler32":
                    a = (a + value) % 65521;
                    b = (b + a) % 65521;
                    break;
                default:
                    throw new ArgumentException($"There is no checksum {name}.", nameof(name));
            }
        }

        return name switch
        {
            "lrc" => (256 - a) & 0xFF,
            "ones16" => ~a & 0xFFFF,
            "fletcher16" => (b << 8) | a,
            "adler32" => ((long)b << 16) | a,
            _ => a,
        };
    }

    private static long Crc(CrcForm form, ReadOnlySpan<byte> bytes, int skipFrom, int skipTo)
    {
        uint mask = form.Width == 32 ? 0xFFFFFFFF : (1u << form.Width) - 1, top = 1u << (form.Width - 1);
        uint crc = form.Initial;
        uint polynomial = form.Polynomial;
        if (form.IsReflected)
        {
            polynomial = 0;
            for (int i = 0; i < form.Width; i++) polynomial |= ((form.Polynomial >> i) & 1) << (form.Width - 1 - i);
        }

        for (int i = 0; i < bytes.Length; i++)
        {
            uint value = i >= skipFrom && i < skipTo ? 0u : bytes[i];
            crc ^= form.IsReflected ? value : value << (form.Width - 8);
            for (int bit = 0; bit < 8; bit++)
            {
                crc = form.IsReflected ? (crc >> 1) ^ ((crc & 1) != 0 ? polynomial : 0)
                    : (crc << 1) ^ ((crc & top) != 0 ? polynomial : 0);
            }

            crc &= mask;
        }

        return crc ^ form.FinalXor;
    }
}

public readonly record struct CrcForm(int Width, uint Polynomial, uint Initial, bool IsReflected, uint FinalXor);
