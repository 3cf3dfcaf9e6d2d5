using System.Globalization;
using System.Runtime;
using System.Text.Json;
using Qbitel.Cryptography;

namespace Qbitel.Bench;

/// <summary>
/// One process that measures when it is told to, and waits meanwhile: its switches (<c>DOTNET_EnableAVX512=0</c> and
/// kin)
/// hold for a whole process, so every code path needs one of its own.
/// </summary>
/// <remarks>
/// It says a <see cref="WorkerGreeting"/>, then answers each line: <c>warm ID…</c> with a <see cref="WarmUp"/> and
/// <c>measure ID NANOSECONDS</c> with a <see cref="Measurement"/>, until standard input ends.
/// </remarks>
internal sealed class BenchWorker(TimeProvider time)
{
    // Long enough that reading the clock (about 0.3 µs) is nothing, short enough that a round has many.
    private const long Batch = 200_000;

    // A signature is a loop of geometric length: each is timed by itself, or its median would be lost in sums.
    private const long Alone = 20_000;

    // The runtime compiles in the background 100 ms after the last new method: one pass, then more than that of rest.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(250);
    private const int MostPasses = 24;
    private const int CallsInPass = 64;
    private const long PassTime = 100_000_000;

    private readonly Dictionary<string, Prepared> _prepared = new(StringComparer.Ordinal);

    public static IReadOnlyList<BenchCase> Cases { get; } =
        [.. LatticeCases.OfQbitel(), .. KeyCases.All(), .. LatticeCases.OfPlatform(), .. OpenSslCases.All()];

    public async Task RunAsync(TextReader orders, TextWriter answers, CancellationToken cancellation)
    {
        Answer(answers, new WorkerGreeting(CodePath.Name, Machine.InstructionSets.Found(),
            [.. Cases.Select(known => known.Id)]),
            BenchJson.Default.WorkerGreeting);
        while (await orders.ReadLineAsync(cancellation) is { } order)
        {
            switch (order.Split(' '))
            {
                case ["warm", .. string[] ids]:
                    Answer(answers, await WarmAsync(ids, cancellation), BenchJson.Default.WarmUp);
                    break;
                case ["measure", string id, string time]:
                    Answer(answers, Measure(_prepared[id], long.Parse(time, CultureInfo.InvariantCulture)),
                        BenchJson.Default.Measurement);
                    break;
                default:
                    throw new MisusedException($"'{order}' is no order of a measuring process.");
            }
        }
    }

    private async Task<WarmUp> WarmAsync(string[] ids, CancellationToken cancellation)
    {
        foreach (string id in ids)
            _prepared[id] = new(Cases.Single(known => known.Id == id).Prepare());

        // Until a whole pass has made the runtime compile nothing more.
        int passes = 0;
        bool settled = false;
        while (!settled && passes < MostPasses)
        {
            long compiled = JitInfo.GetCompiledMethodCount();
            foreach (string id in ids) Exercise(_prepared[id].Operation);
            await Task.Delay(Rest, time, cancellation);
            settled = JitInfo.GetCompiledMethodCount() == compiled;
            passes++;
        }

        foreach (string id in ids) _prepared[id].Size();
        return new(passes, settled);
    }

    private static void Exercise(Action operation)
    {
        long end = ThreadClock.Nanoseconds + PassTime;
        for (int i = 0; i < CallsInPass && ThreadClock.Nanoseconds < end; i++) operation();
    }

    private static Measurement Measure(Prepared prepared, long duration)
    {
        List<double> samples = new(4096);
        long allocated = 0, operations = 0;
        long end = ThreadClock.Nanoseconds + duration;
        do
        {
            long bytes = GC.GetAllocatedBytesForCurrentThread(), start = ThreadClock.Nanoseconds;
            for (int i = 0; i < prepared.Calls; i++) prepared.Operation();
            long spent = ThreadClock.Nanoseconds - start;
            allocated += GC.GetAllocatedBytesForCurrentThread() - bytes;
            operations += prepared.Calls;
            samples.Add(Math.Round((double)spent / prepared.Calls, 1));
        }
        while (ThreadClock.Nanoseconds < end);

        return new(samples, operations, allocated);
    }

    private static void Answer<T>(TextWriter answers, T answer,
        System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        answers.WriteLine(JsonSerializer.Serialize(answer, type));
        answers.Flush();
    }

    private sealed class Prepared(Action operation)
    {
        public Action Operation { get; } = operation;

        /// <summary>How often the operation is called between two readings of the clock.</summary>
        public int Calls { get; private set; } = 1;

        public void Size()
        {
            const int Tries = 16;
            long start = ThreadClock.Nanoseconds;
            for (int i = 0; i < Tries; i++) Operation();
            long one = Math.Max(1, (ThreadClock.Nanoseconds - start) / Tries);
            Calls = one >= Alone ? 1 : checked((int)Math.Max(1, Batch / one));
        }
    }
}

/// <summary>What a measuring process is, and what it can measure.</summary>
internal sealed record WorkerGreeting(string Path, IReadOnlyList<string> InstructionSets, IReadOnlyList<string> Cases);

/// <summary>How many passes it took until the runtime had nothing more to compile.</summary>
internal sealed record WarmUp(int Passes, bool Settled);

/// <summary>One round of one case: nanoseconds an operation, one number a batch.</summary>
internal sealed record Measurement(IReadOnlyList<double> Samples, long Operations, long AllocatedBytes);
