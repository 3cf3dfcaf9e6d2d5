using System.Runtime.CompilerServices;

namespace Qbitel.Discovery.Captures;

/// <summary>Capture files that are read as one capture: what goes on in one goes on over its end.</summary>
/// <remarks>
/// Packets are numbered, and offsets counted, over all files in their order. Files may differ in format. Immutable.
/// </remarks>
public sealed class CaptureSet
{
    private CaptureSet(IReadOnlyList<CaptureFile> files) => Files = files;

    /// <summary>Bytes of all files as they are now.</summary>
    public long Size
    {
        get
        {
            long size = 0;
            foreach (CaptureFile file in Files)
            {
                using Stream stream = file.Open();
                size += stream.Length;
            }

            return size;
        }
    }

    /// <summary>In the order of reading.</summary>
    public IReadOnlyList<CaptureFile> Files { get; }

    /// <summary>Orders files by the times of their first packets; one file is not looked at.</summary>
    /// <remarks>Those without packets are left out. One whose first packet has no time stays behind the one named
    /// before it.</remarks>
    /// <exception cref="InputFormatException">One of several is no capture, or is damaged at its beginning.</exception>
    public static async Task<CaptureSet> OrderAsync(IReadOnlyList<CaptureFile> files, CaptureLimits? limits = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (files.Count == 0) throw new ArgumentException("There is no file.", nameof(files));
        if (files.Count == 1) return new CaptureSet([.. files]);

        List<(CaptureFile File, DateTimeOffset Time)> ordered = [];
        DateTimeOffset time = DateTimeOffset.MinValue;
        foreach (CaptureFile file in files)
        {
            Stream stream = file.Open();
            await using ConfiguredAsyncDisposable _ = stream.ConfigureAwait(false);
            try
            {
                CaptureReader reader = await CaptureReader.OpenAsync(stream, limits, cancellationToken)
                    .ConfigureAwait(false);
                if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) continue;
                time = reader.Current.Time ?? time;
                ordered.Add((file, time));
            }
            catch (InputFormatException error)
            {
                throw error.In(file.Name, 0);
            }
        }

        return new CaptureSet(ordered.Count == 0 ? [files[0]] : [.. ordered.OrderBy(f => f.Time).Select(f => f.File)]);
    }
}
