using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Discovery.Analysis.Surveys;
using Qbitel.Discovery.Captures;
using Qbitel.Testing;

namespace Qbitel.Discovery.Tests.Analysis.Surveys;

/// <summary>Damaged captures and hostile states: a survey or a located error, and a state that says the same
/// again.</summary>
[Trait("Soak", "captures")]
public sealed class SurveyFuzzTests
{
    private const int StateHeader = 8 + SHA256.HashSizeInBytes;

    private static readonly CaptureLimits Small =
        new() { MaxRecordSize = 1 << 16, MaxFlows = 8, MaxReorderSegments = 4, MaxWarnings = 10 };
    private static readonly byte[] Capture = SurveyCaptures.Mixed()[..12_000];
    private static readonly byte[] Second = Traces.Packets.Pcap(Traces.Packets.FromClient(1, "later"));

    [Fact]
    public void Mutated_captures_end_in_a_survey_whose_state_reads_back_the_same()
    {
        var mutations = ArbMap.Default.GeneratorFor<((int At, byte Value)[] Changes, int Cut)>().ToArbitrary();
        Prop.ForAll(mutations, mutation =>
        {
            byte[] input = [.. Capture];
            foreach ((int at, byte value) in mutation.Changes) input[(at & int.MaxValue) % input.Length] = value;
            if (mutation.Cut % 2 == 0) input = input[..((mutation.Cut & int.MaxValue) % input.Length)];
            CaptureSurvey survey = new(null, Small);
            try
            {
                Read(survey, input);
            }
            catch (InputFormatException error)
            {
                Assert.InRange(error.Offset, 0, input.Length);
                return;
            }

            byte[] state = State(survey);
            Assert.Equal(state, State(CaptureSurvey.Read(state, Small)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Soak.Times(300, 50_000)).WithEndSize(40));
    }

    [Fact]
    public void Hostile_states_end_in_a_survey_or_a_located_error()
    {
        CaptureSurvey survey = new(null, Small);
        Read(survey, Capture, Second);
        byte[] good = State(survey);
        var mutations = ArbMap.Default.GeneratorFor<((int At, byte Value)[] Changes, int Cut)>().ToArbitrary();
        Prop.ForAll(mutations, mutation =>
        {
            byte[] content = good[StateHeader..];
            foreach ((int at, byte value) in mutation.Changes) content[(at & int.MaxValue) % content.Length] = value;
            if (mutation.Cut % 4 == 0) content = content[..((mutation.Cut & int.MaxValue) % content.Length)];
            byte[] state = [.. good[..8], .. SHA256.HashData(content),
                .. content]; // as one would who wants to be believed
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                CaptureSurvey read = CaptureSurvey.Read(state, Small);
                if (read.Position <= Capture.Length + Second.Length) Read(read, Capture, Second);
                State(read);
            }
            catch (InputFormatException error)
            {
                Assert.True(error.Offset >= 0);
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (8 << 20) + (200L * state.Length));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Soak.Times(500, 100_000)).WithEndSize(40));
    }

    private static void Read(CaptureSurvey survey, params byte[][] captures)
    {
        Task<CaptureSet> set = CaptureSet.OrderAsync([.. captures.Select((bytes, i) =>
            new CaptureFile($"{i}", () => new MemoryStream(bytes)))], Small, TestContext.Current.CancellationToken);
        Task read = survey.ReadAsync(set.GetAwaiter().GetResult(), null, TestContext.Current.CancellationToken);
        read.GetAwaiter().GetResult(); // memory streams complete at once
    }

    private static byte[] State(CaptureSurvey survey)
    {
        using MemoryStream state = new();
        survey.WriteTo(state);
        return state.ToArray();
    }
}
