namespace Qbitel.Hsm.Custody;

/// <summary>GF(2^8) modulo x^8 + x^4 + x^3 + x + 1, the field of AES (FIPS 197, section 4).</summary>
/// <remarks>
/// No branch and no table: both factors may be secret, and a cache shows which entry of a table was read.
/// </remarks>
internal static class Gf256
{
    public static byte Multiply(byte a, byte b)
    {
        unchecked // the masks are all ones or nothing
        {
            uint x = a, y = b, product = 0;
            for (int i = 0; i < 8; i++)
            {
                product ^= x & (0u - (y & 1));
                x = (x << 1) ^ (0x11B & (0u - (x >> 7)));
                y >>= 1;
            }

            return (byte)product;
        }
    }

    /// <summary>a^254, which is the inverse of all but zero.</summary>
    public static byte Invert(byte a)
    {
        byte power = a, result = 1;
        for (int i = 0; i < 7; i++) // 254 = 2 + 4 + … + 128
        {
            power = Multiply(power, power);
            result = Multiply(result, power);
        }

        return result;
    }
}
