namespace Qbitel.Bench;

/// <summary>How much to measure.</summary>
/// <remarks>No algorithms named: all but the small-signature sets of SLH-DSA, whose keys alone take seconds.</remarks>
internal sealed record PqcBenchOptions(int Rounds, TimeSpan RoundTime, IReadOnlyList<string> Algorithms);

/// <summary>
/// The comparison in one run on one machine: every code path of ours, OpenSSL's C API and .NET's own types take turns,
/// one
/// at a time, case by case and round by round.
/// </summary>
internal sealed class PqcBench(PqcBenchOptions options, TimeProvider time)
{
    // Ratios of medians that the product promises on processors with AVX2 or AVX-512.
    private static readonly (string Family, string Operation, double AtLeast)[] Promises =
    [
        ("ML-KEM-", BenchCase.KeyGeneration, 5), ("ML-KEM-", BenchCase.Encapsulation, 5),
        ("ML-KEM-", BenchCase.Decapsulation, 5), ("ML-DSA-", BenchCase.KeyGeneration, 5),
        ("ML-DSA-", BenchCase.Signature, 7), ("ML-DSA-", BenchCase.Verification, 5),
    ];

    // Names of CodePath.
    private const string Avx512 = "AVX-512";
    private const string Scalar = "scalar";

    // How a process is kept from a code path: .NET's own switches.
    private const string NoAvx512 = "DOTNET_EnableAVX512";
    private const string NoAvx2 = "DOTNET_EnableAVX2";

    public static IReadOnlyList<string> Known { get; } =
        [.. BenchWorker.Cases.Select(known => known.Algorithm).Distinct(StringComparer.Ordinal)];

    public async Task<PqcReport> RunAsync(IProgress<double> progress, CancellationToken cancellation)
    {
        string load = BenchMachine.Load();
        List<WorkerProcess> workers = [];
        try
        {
            WorkerProcess main = await WorkerProcess.StartAsync(without: null, time, cancellation);
            workers.Add(main);
            if (main.Greeting.Path == Avx512)
                workers.Add(await WorkerProcess.StartAsync(NoAvx512, time, cancellation));
            if (main.Greeting.Path != Scalar)
                workers.Add(await WorkerProcess.StartAsync(NoAvx2, time, cancellation));

            // All implementations of one operation beside one another, ours first.
            Contender[] contenders =
            [
                .. workers.SelectMany((worker, index) => Contenders(worker, all: index == 0))
                    .GroupBy(contender => (contender.Case.Algorithm, contender.Case.Operation))
                        .SelectMany(group => group)
                    .OrderBy(contender => AlgorithmOrder(contender.Case.Algorithm)),
            ];
            List<WarmUpFigure> warmUps = [];
            foreach (WorkerProcess worker in workers)
            {
                WarmUp warm = await worker.WarmAsync(
                    contenders.Where(contender => contender.Worker == worker).Select(contender => contender.Case.Id),
                        cancellation);
                warmUps.Add(new(worker.Greeting.Path, warm.Passes, warm.Settled));
            }

            await MeasureAsync(contenders, progress, cancellation);

            IReadOnlyList<PqcFigure> figures = Figures(contenders);
            return new(BenchMachine.Here(), Method(warmUps, load), figures, Gates(figures, main.Greeting.Path),
                HybridShares.Of(figures, main.Greeting.Path), ScalingBench.Run(IsWanted, time));
        }
        finally
        {
            foreach (WorkerProcess worker in workers) await worker.DisposeAsync();
        }
    }

    private static int AlgorithmOrder(string algorithm) =>
        Known.TakeWhile(known => known != algorithm).Count();

    private IEnumerable<Contender> Contenders(WorkerProcess worker, bool all) =>
        from known in BenchWorker.Cases
        where worker.Greeting.Cases.Contains(known.Id, StringComparer.Ordinal) && IsWanted(known.Algorithm)
            && (all || known.Implementation == LatticeCases.Qbitel)
        select new Contender(worker, known);

    private bool IsWanted(string algorithm) => options.Algorithms.Count > 0
        ? options.Algorithms.Contains(algorithm, StringComparer.OrdinalIgnoreCase)
        : !(algorithm.StartsWith("SLH-DSA-", StringComparison.Ordinal) && algorithm.EndsWith('s'));

    private async Task MeasureAsync(Contender[] contenders, IProgress<double> progress, CancellationToken cancellation)
    {
        Contender[][] cases = [.. contenders.GroupBy(contender => (contender.Case.Algorithm, contender.Case.Operation))
            .Select(group => group.ToArray())];
        double done = 0;
        for (int round = 0; round < options.Rounds; round++)
        {
            foreach (Contender[] rivals in cases)
            {
                // Who begins moves on with every round, so that nobody always runs after the same neighbour.
                for (int i = 0; i < rivals.Length; i++)
                {
                    Contender contender = rivals[(i + round) % rivals.Length];
                    contender.Rounds.Add(await contender.Worker
                        .MeasureAsync(contender.Case.Id, options.RoundTime, cancellation));
                    progress.Report(++done / (contenders.Length * options.Rounds));
                }
            }
        }
    }

    private static List<PqcFigure> Figures(Contender[] contenders)
    {
        List<PqcFigure> figures = [];
        foreach (Contender contender in contenders)
        {
            (string implementation, string algorithm, string operation) =
                (contender.Case.Implementation, contender.Case.Algorithm, contender.Case.Operation);
            Distribution own = contender.Microseconds;
            Contender? reference = contenders.FirstOrDefault(other => other.Case.Implementation == OpenSslCases.OpenSsl
                && other.Case.Algorithm == algorithm && other.Case.Operation == operation);

            double[] ratios = reference is null ? [] :
                [.. contender.Medians.Zip(reference.Medians, (ours, theirs) => theirs / ours)];
            figures.Add(new(algorithm, operation, implementation,
                implementation == LatticeCases.Qbitel ? contender.Worker.Greeting.Path : null, own, 1e6 / own.Mean,
                (double)contender.Rounds.Sum(round => round.AllocatedBytes) / contender.Rounds
                    .Sum(round => round.Operations),
                reference is null ? null : reference.Microseconds.Median / own.Median,
                reference is null ? null : ratios.Min(), reference is null ? null : ratios.Max()));
        }

        return figures;
    }

    private static PqcGate[] Gates(IReadOnlyList<PqcFigure> figures, string path) =>
    [
        .. from figure in figures
           where figure.Path == path
           from promise in Promises
           where figure.Algorithm.StartsWith(promise.Family, StringComparison.Ordinal)
               && figure.Operation == promise.Operation
           select new PqcGate(figure.Algorithm, figure.Operation, promise.AtLeast, figure.Ratio),
    ];

    private BenchMethod Method(List<WarmUpFigure> warmUps, string loadBefore) => new(
        time.GetUtcNow(), options.Rounds, options.RoundTime.TotalMilliseconds,
        "processor time of the measuring thread (CLOCK_THREAD_CPUTIME_ID)",
        "one at a time; all implementations of a case in turn, then the next case; rounds repeat the whole",
        "tiered, with dynamic profiles, as programs run by default; measured once a pass compiled nothing more",
        warmUps, loadBefore, BenchMachine.Load());

    private sealed class Contender(WorkerProcess worker, BenchCase measured)
    {
        public WorkerProcess Worker { get; } = worker;

        public BenchCase Case { get; } = measured;

        public List<Measurement> Rounds { get; } = [];

        public IEnumerable<double> Medians =>
            Rounds.Select(round => Distribution.Quantile([.. round.Samples.Order()], 0.5));

        public Distribution Microseconds =>
            Distribution.Of([.. Rounds.Select(round => round.Samples.Select(sample => sample / 1000).ToArray())]);
    }
}
