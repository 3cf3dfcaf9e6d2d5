using System.Security.Cryptography;

namespace Qbitel.Machine;

/// <summary>The libcrypto that .NET found on this machine.</summary>
internal static class Libcrypto
{
    /// <summary>Major, minor, patch; null where there is none.</summary>
    public static Version? Version()
    {
        try
        {
            // OPENSSL_VERSION_NUMBER since 3.0: 0xMNN00PP0 (OpenSSL manual, OpenSSL_version_num).
            long number = SafeEvpPKeyHandle.OpenSslVersion;
            return new((int)(number >> 28), (int)(number >> 20 & 0xFF), (int)(number >> 4 & 0xFF));
        }
        catch (Exception missing) when (
            missing is PlatformNotSupportedException or DllNotFoundException or TypeInitializationException)
        {
            return null;
        }
    }
}
