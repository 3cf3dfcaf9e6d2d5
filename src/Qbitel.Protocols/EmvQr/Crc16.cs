namespace Qbitel.Protocols.EmvQr;

/// <summary>The checksum of ISO/IEC 13239 as codes use it: polynomial 1021, beginning with FFFF, not
/// reflected.</summary>
internal static class Crc16
{
    public static ushort Of(ReadOnlySpan<byte> bytes)
    {
        int crc = 0xFFFF;
        foreach (byte b in bytes)
        {
            crc ^= b << 8;
            for (int i = 0; i < 8; i++) crc = ((crc << 1) ^ ((crc & 0x8000) != 0 ? 0x1021 : 0)) & 0xFFFF;
        }

        return (ushort)crc;
    }

    /// <summary>As four hexadecimal digits.</summary>
    public static string Text(ReadOnlySpan<byte> bytes) =>
        Of(bytes).ToString("X4", System.Globalization.CultureInfo.InvariantCulture);
}
