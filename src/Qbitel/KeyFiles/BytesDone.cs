namespace Qbitel.KeyFiles;

/// <summary>How many bytes are done, as a part of a source whose size is known.</summary>
internal sealed class BytesDone(IProgress<double> part, Stream source) : IProgress<long>
{
    private readonly long _size = source.CanSeek ? source.Length : 0;

    public long Bytes { get; private set; }

    public void Report(long value)
    {
        Bytes = value;
        if (_size > 0) part.Report(Math.Min(1, (double)value / _size));
    }
}
