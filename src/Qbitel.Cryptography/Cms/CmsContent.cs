using System.Buffers;

namespace Qbitel.Cryptography.Cms;

/// <summary>A content that passes by once, in constant memory.</summary>
internal static class CmsContent
{
    public const int PieceSize = 1 << 16;

    /// <param name="content">Read to its end.</param>
    /// <param name="digests">All to be made.</param>
    /// <param name="copy">Gets each piece as it passes.</param>
    /// <param name="cancellationToken">For the reads.</param>
    public static async Task<Dictionary<CmsDigest, byte[]>> DigestAsync(
        Stream content, IEnumerable<CmsDigest> digests, Func<ReadOnlyMemory<byte>, ValueTask>? copy,
        CancellationToken cancellationToken)
    {
        List<(CmsDigest Digest, CmsDigest.Running Running)> running =
            [.. digests.Distinct().Select(digest => (digest, digest.Start()))];
        byte[] buffer = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            int read;
            while ((read = await content.ReadAtLeastAsync(
                buffer.AsMemory(0, PieceSize), PieceSize, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false)) > 0)
            {
                foreach ((_, CmsDigest.Running one) in running) one.Append(buffer.AsSpan(0, read));
                if (copy is not null) await copy(buffer.AsMemory(0, read)).ConfigureAwait(false);
            }

            return running.ToDictionary(pair => pair.Digest, pair => pair.Running.Finish());
        }
        finally
        {
            foreach ((_, CmsDigest.Running one) in running) one.Dispose();
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }
}
