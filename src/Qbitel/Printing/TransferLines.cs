using System.Globalization;

namespace Qbitel.Printing;

/// <summary>How far work on bytes has come, as a line now and then.</summary>
internal sealed class TransferLines : IDisposable
{
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(15);

    private readonly Output _output;
    private readonly string _title;
    private readonly long? _size;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly ITimer _timer;
    private long _bytes;

    public TransferLines(Output output, string title, long? size, TimeProvider time)
    {
        _output = output;
        _title = title;
        _size = size;
        _time = time;
        _start = time.GetTimestamp();
        _timer = time.CreateTimer(_ => Tell(), null, Each, Each);
    }

    public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void Dispose() => _timer.Dispose();

    private void Tell()
    {
        long bytes = Interlocked.Read(ref _bytes);
        decimal seconds = Math.Max(1, (decimal)_time.GetElapsedTime(_start).TotalSeconds), rate = bytes / seconds;
        string rest = _size is { } size && rate > 0 && size >= bytes
            ? string.Create(CultureInfo.InvariantCulture,
                $" of {size / 1_000_000} MB, {rate / 1_000_000:0.0} MB/s, {(size - bytes) / rate:0} s left")
            : string.Create(CultureInfo.InvariantCulture, $" MB, {rate / 1_000_000:0.0} MB/s");
        _output.Note(string.Create(CultureInfo.InvariantCulture, $"{_title}: {bytes / 1_000_000}{rest}"));
    }
}
