using System.Globalization;
using System.Numerics;

namespace Qbitel.Hsm.Clouds.Gcp;

/// <summary>CRC-32C (Castagnoli, RFC 3720, appendix B.4), as Cloud KMS checks what comes and goes.</summary>
internal static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte each in data) crc = BitOperations.Crc32C(crc, each);
        return ~crc;
    }

    /// <summary>As JSON says 64-bit integers: in a string.</summary>
    public static string Text(ReadOnlySpan<byte> data) => Of(data).ToString(CultureInfo.InvariantCulture);
}
