using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Tests.Analysis;
using Qbitel.Testing;

namespace Qbitel.Discovery.Tests.Relations;

/// <summary>Whatever the messages are, recognisers end soon with fields inside them that do not overlap.</summary>
[Trait("Soak", "discovery-recognisers")]
public sealed class RecogniserFuzzTests
{
    private static readonly Func<int, byte[]>[] Seeds =
    [
        Samples.Fix, Samples.Mt103, Samples.Proprietary, i => Samples.Noise(i, 1 + (i % 90)),
        i => [0x30, 6, 2, 1, (byte)i, 4, 1, 65], i => Encoding.ASCII.GetBytes($"{{\"a\":{i},\"b\":[1,\"x{i}\"]}}"),
        i => Encoding.ASCII.GetBytes($"<a><b>{i}</b></a>"), i => Encoding.ASCII.GetBytes($"{i};x;{i * 3};y"),
        i => [(byte)i, 0, 0, 0xFF, 0xFF, 0xFF], i => new byte[i % 200],
    ];

    [Fact]
    public void Mutated_messages_give_fields_inside_them()
    {
        Gen<(int Seed, int Count, (int Message, int At, byte Value)[] Changes, bool Typed)> traces =
            from seed in Gen.Choose(0, Seeds.Length - 1)
            from count in Gen.Choose(0, 40)
            from changes in ArbMap.Default.GeneratorFor<(int, int, byte)[]>()
            from typed in ArbMap.Default.GeneratorFor<bool>()
            select (seed, count, changes, typed);
        Prop.ForAll(traces.ToArbitrary(), trace =>
        {
            byte[][] messages = [.. Enumerable.Range(0, trace.Count).Select(Seeds[trace.Seed])];
            foreach ((int message, int at, byte value) in trace.Changes)
            {
                if (messages.Length == 0) break;
                byte[] own = messages[(message & int.MaxValue) % messages.Length];
                if (own.Length > 0) own[(at & int.MaxValue) % own.Length] = value;
            }

            Check(Traces.Of(messages), trace.Typed);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Soak.Times(150, 20_000)));
    }

    [Fact]
    public void Any_messages_give_fields_inside_them() =>
        Prop.ForAll(ArbMap.Default.GeneratorFor<byte[]>().ListOf().ToArbitrary(), messages =>
            Check(Traces.Of(messages), isTyped: true))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Soak.Times(150, 20_000)));

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x20)]
    [InlineData(0x30)]
    [InlineData(0xA0)]
    [InlineData(0xFF)]
    public void Long_runs_of_one_byte_take_bounded_time(int value)
    {
        List<Sample> samples = Traces.Of(Enumerable.Range(0, 40).Select(i =>
        {
            byte[] run = new byte[20_000 + i];
            Array.Fill(run, (byte)value);
            return run;
        }));
        var watch = System.Diagnostics.Stopwatch.StartNew();

        Check(samples, isTyped: false);

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"took {watch.Elapsed}");
    }

    private static void Check(List<Sample> samples, bool isTyped)
    {
        IReadOnlyList<IReadOnlyList<Hint>> hints = Discovery.Relations.Recognisers.Find(samples,
            [.. samples.Select(s => isTyped ? s.Index % 2 : 0)]);
        Assert.Equal(samples.Count, hints.Count);
        for (int i = 0; i < hints.Count; i++)
        {
            int at = 0;
            foreach (Hint hint in hints[i])
            {
                Assert.True(hint.Start >= at && hint.Length > 0, hint.ToString());
                Assert.InRange(hint.Relation.Confidence, 0, 1);
                at = hint.Start + hint.Length;
            }

            Assert.InRange(at, 0, samples[i].Bytes.Length);
        }
    }
}
