using Qbitel.Hsm.Pkcs11.Sessions;

namespace Qbitel.Hsm.Tests.Pkcs11;

public sealed class CallQueueTests
{
    [Fact]
    public void Calls_wait_in_their_order_up_to_the_bound()
    {
        CallQueue queue = new(2);
        DeviceCall[] calls = [Call(), Call(), Call()];
        Assert.True(queue.TryAdd(calls[0]));
        Assert.True(queue.TryAdd(calls[1]));
        Assert.False(queue.TryAdd(calls[2]));
        Assert.Equal(2, queue.Count);

        CallQueue.Place place = new();
        Assert.Same(calls[0], queue.Take(place, 0));
        Assert.True(queue.TryAdd(calls[2]));
        Assert.Same(calls[1], queue.Take(place, 0));
        Assert.Same(calls[2], queue.Take(place, 0));
        Assert.Null(queue.Take(place, 0));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void What_waits_when_it_is_closed_is_given_out_and_then_nothing()
    {
        CallQueue queue = new(2);
        DeviceCall call = Call();
        queue.TryAdd(call);
        queue.Close();

        Assert.True(queue.IsClosed);
        Assert.False(queue.TryAdd(Call()));
        Assert.Same(call, queue.Take(new(), Timeout.Infinite));
        Assert.Null(queue.Take(new(), Timeout.Infinite));
    }

    [Theory, InlineData(Timeout.Infinite), InlineData(1)]
    public async Task No_call_is_lost_and_none_is_given_twice(int wait)
    {
        const int Calls = 20_000;
        CallQueue queue = new(64);
        int[] done = new int[Calls];
        Dictionary<DeviceCall, int> numbers = [];
        DeviceCall[] calls = [.. Enumerable.Range(0, Calls).Select(i =>
        {
            DeviceCall call = Call();
            numbers[call] = i;
            return call;
        })];
        Task[] threads = [.. Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() =>
        {
            CallQueue.Place place = new();
            while (true)
            {
                if (queue.Take(place, wait) is { } call) Interlocked.Increment(ref done[numbers[call]]);
                else if (queue.IsClosed) break;
            }
        }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))];

        await Parallel.ForAsync(0, Calls, TestContext.Current.CancellationToken, async (i, _) =>
        {
            while (!queue.TryAdd(calls[i])) await Task.Yield();
        });
        queue.Close();
        await Task.WhenAll(threads);

        Assert.All(done, count => Assert.Equal(1, count));
    }

    private static DeviceCall<int> Call() => new(HsmOperation.Sign, _ => 0);
}
