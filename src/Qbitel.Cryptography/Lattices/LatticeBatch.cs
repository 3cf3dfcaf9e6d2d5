using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Qbitel.Cryptography.Lattices;

/// <summary>Many operations over the processors, of which all succeed or none counts.</summary>
internal static class LatticeBatch
{
    /// <summary>Runs operation(0) to operation(count - 1), and throws the first failure as it was.</summary>
    /// <param name="count">How many operations there are.</param>
    /// <param name="chunk">How many a thread does before it takes the next and asks for cancellation.</param>
    /// <param name="operation">Is told its number.</param>
    /// <param name="forget">Undoes what was written; called unless all operations succeed.</param>
    /// <param name="maxDegreeOfParallelism">Null for as many as there are processors.</param>
    /// <param name="cancellationToken">Asked between chunks.</param>
    public static void Run(
        int count, int chunk, Action<int> operation, Action forget,
        int? maxDegreeOfParallelism, CancellationToken cancellationToken)
    {
        int degree = maxDegreeOfParallelism ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degree, nameof(maxDegreeOfParallelism));
        if (count == 0) return;

        ParallelOptions options = new() { CancellationToken = cancellationToken, MaxDegreeOfParallelism = degree };
        bool done = false;
        try
        {
            Parallel.ForEach(Partitioner.Create(0, count, chunk), options, range =>
            {
                for (int i = range.Item1; i < range.Item2; i++) operation(i);
            });
            done = true;
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
        finally
        {
            if (!done) forget();
        }
    }
}
