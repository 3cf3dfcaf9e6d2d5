namespace Qbitel.Cryptography.Tests.Lattices;

/// <summary>Threads that wait for each other and then begin at once.</summary>
internal static class Together
{
    public static void Run(int threads, Action<int> action)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using Barrier start = new(threads);
        Task[] tasks = [.. Enumerable.Range(0, threads).Select(i => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(cancellation);
                action(i);
            },
            cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Task.WaitAll(tasks, cancellation);
    }
}
