using System.Security.Cryptography;

namespace Qbitel.Bench;

/// <summary>Lanes that carried messages for some time, each on a thread of its own.</summary>
/// <remarks>
/// With a rate the load is open: messages are due at even intervals, shared among the lanes, and a message that begins
/// late
/// has waited. Without one each lane begins the next message when the last is through, and latency is that of the work
/// alone.
/// </remarks>
internal sealed class LoadRun
{
    // Bounds of the histogram, in milliseconds.
    private static readonly double[] Bounds = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1000, double.PositiveInfinity];

    private readonly double[] _milliseconds;
    private readonly TimeSpan _elapsed;
    private readonly long _processorNanoseconds;

    private LoadRun(IReadOnlyList<Lane> lanes, TimeSpan elapsed)
    {
        _milliseconds = [.. lanes.SelectMany(lane => lane.Milliseconds).Order()];
        _processorNanoseconds = lanes.Sum(lane => lane.ProcessorNanoseconds);
        _elapsed = elapsed;
    }

    public long Messages => _milliseconds.Length;

    public double PerSecond => Messages / _elapsed.TotalSeconds;

    /// <summary>Meaningful without a rate only: a lane that waits for the next message keeps its processor
    /// busy.</summary>
    public double ProcessorMicroseconds => _processorNanoseconds / 1000.0 / Messages;

    public double ProcessorsUsed => _processorNanoseconds / 1e9 / _elapsed.TotalSeconds;

    /// <exception cref="InvalidOperationException">A message arrived changed or did not verify.</exception>
    public static async Task<LoadRun> StartAsync(PaymentLane[] lanes, TimeSpan duration, int? perSecond,
        TimeProvider time, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        Lane[] running = [.. lanes.Select((lane, index) => new Lane(lane, time, start, duration,
            interval: perSecond is { } rate ? TimeSpan.FromSeconds((double)lanes.Length / rate) : null,
            first: perSecond is { } all ? TimeSpan.FromSeconds((double)index / all) : TimeSpan.Zero, cancellation))];
        await Task.WhenAll(running.Select(lane => lane.Done));
        return new(running, time.GetElapsedTime(start));
    }

    public LatencyFigure Latency()
    {
        double At(double part) => Distribution.Quantile(_milliseconds, part);
        List<LatencyBucket> buckets = [];
        int counted = 0;
        foreach (double bound in Bounds)
        {
            int below = Array.FindIndex(_milliseconds, counted, value => value > bound) is >= 0 and var index ? index
                : _milliseconds.Length;
            buckets.Add(new(double.IsInfinity(bound) ? _milliseconds[^1] : bound, below - counted));
            counted = below;
        }

        return new(At(0.5), At(0.9), At(0.99), At(0.999), _milliseconds[^1],
            [.. buckets.Where(bucket => bucket.Messages > 0)]);
    }

    private sealed class Lane
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Lane(PaymentLane lane, TimeProvider time, long start, TimeSpan duration, TimeSpan? interval,
            TimeSpan first, CancellationToken cancellation)
        {
            Thread thread = new(() =>
            {
                try
                {
                    Run(lane, time, start, duration, interval, first, cancellation);
                    _done.SetResult();
                }
                catch (Exception error) when (
                    error is InvalidOperationException or OperationCanceledException or CryptographicException)
                {
                    _done.SetException(error);
                }
            });
            thread.Start();
        }

        public Task Done => _done.Task;

        public List<double> Milliseconds { get; } = new(1 << 16);

        public long ProcessorNanoseconds { get; private set; }

        private void Run(PaymentLane lane, TimeProvider time, long start, TimeSpan duration, TimeSpan? interval,
            TimeSpan first, CancellationToken cancellation)
        {
            long processor = ThreadClock.Nanoseconds;
            for (long number = 0; ; number++)
            {
                cancellation.ThrowIfCancellationRequested();
                TimeSpan due = interval is { } between ? first + (number * between) : time.GetElapsedTime(start);
                if (due >= duration) break;

                // Other threads may have the processor meanwhile; a timer would be late by more than a message takes.
                while (time.GetElapsedTime(start) < due) Thread.Yield();
                lane.Carry(number);
                Milliseconds.Add((time.GetElapsedTime(start) - due).TotalMilliseconds);
            }

            ProcessorNanoseconds = ThreadClock.Nanoseconds - processor;
        }
    }
}
