using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Qbitel.Tests.Cards;

/// <summary>What the disk itself takes for one write and flush of a page, measured beside something else.</summary>
internal sealed class DiskProbe : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly List<double> _milliseconds = [];
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;

    public DiskProbe(string path)
    {
        _thread = new Thread(() =>
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
            byte[] page = new byte[4096];
            while (!_stop.Wait(Pause))
            {
                long begun = Stopwatch.GetTimestamp();
                RandomAccess.Write(file, page, 0);
                RandomAccess.FlushToDisk(file);
                _milliseconds.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
        });
        _thread.Start();
    }

    /// <summary>Ends it: the sorted times.</summary>
    public double[] Stop()
    {
        _stop.Set();
        _thread.Join();
        return [.. _milliseconds.Order()];
    }

    public void Dispose()
    {
        Stop();
        _stop.Dispose();
    }
}
