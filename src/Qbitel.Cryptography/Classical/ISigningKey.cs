using System.Security.Cryptography;

namespace Qbitel.Cryptography.Classical;

/// <summary>A key of one classical signature scheme, in the encodings that composites and certificates use.</summary>
/// <remarks>Safe for concurrent use. Disposing zeroes the private half.</remarks>
internal interface ISigningKey : IDisposable
{
    byte[] Sign(ReadOnlySpan<byte> data);

    bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    byte[] ExportPublic();

    /// <summary>The caller zeroes it.</summary>
    /// <exception cref="CryptographicException">The key has no private half.</exception>
    byte[] ExportPrivate();
}
