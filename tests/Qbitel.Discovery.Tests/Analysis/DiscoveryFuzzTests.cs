using FsCheck;
using FsCheck.Fluent;
using Qbitel.Discovery.Captures;
using Qbitel.Testing;

namespace Qbitel.Discovery.Tests.Analysis;

/// <summary>Whatever the traffic is, a discovery ends in a document that keeps its contract.</summary>
[Trait("Soak", "discovery")]
public sealed class DiscoveryFuzzTests
{
    private static readonly byte[] Seed = CaptureDiscoveryTests.MixedCapture();

    [Fact]
    public void Mutated_captures_end_in_a_document_or_a_located_error()
    {
        Arbitrary<(int, int, byte)[]> mutations = ArbMap.Default.GeneratorFor<(int At, int Run, byte Value)[]>()
            .Resize(30).ToArbitrary();
        Prop.ForAll(mutations, changes =>
        {
            byte[] input = [.. Seed];
            foreach ((int at, int run, byte value) in changes)
            {
                int start = ((at * 7919) & int.MaxValue) % input.Length;
                for (int i = start; i < Math.Min(input.Length, start + (run & 3) + 1); i++) input[i] = value;
            }

            try
            {
                Discoveries.Of(input);
            }
            catch (InputFormatException e)
            {
                Assert.InRange(e.Offset, 0, input.Length);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Soak.Times(40, 5_000)));
    }

    [Fact]
    public void Any_messages_end_in_a_document()
    {
        string[] beginnings = ["", "8=FIX.4.4\u00019=", "{1:F01", "{1:{1:{1:", "<?xml version=\"1.0\"?><Document>",
            "0200F238", "\u0016\u0003\u0001"];
        Gen<(byte[], string)> message = from head in Gen.Elements(beginnings)
                                        from tail in ArbMap.Default.GeneratorFor<byte[]>()
                                        from flow in Gen.Elements("", "a", "b")
                                        select ((byte[])[.. System.Text.Encoding.Latin1.GetBytes(head), .. tail], flow);
        Prop.ForAll(message.ListOf().ToArbitrary(), messages =>
            { Discoveries.Of([.. "\n{\"hex\":\"\"}\n"u8, .. Discoveries.Lines(messages)]); })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Soak.Times(100, 20_000)));
    }

    [Fact]
    public void A_stream_that_seems_to_begin_a_message_at_every_byte_takes_bounded_time()
    {
        byte[] hostile = System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{1:F01", 40_000)));
        byte[] capture = CaptureDiscoveryTests.Capture((writer, ethernet) =>
        {
            Discovery.Traces.TcpConversation conversation = new(writer, ethernet, CaptureDiscoveryTests.Client(1),
                Traces.Packets.Server, Traces.Packets.Time);
            conversation.Send(FlowDirection.ClientToServer, [.. Samples.Mt103(1), .. hostile], Traces.Packets.Time);
        });
        var watch = System.Diagnostics.Stopwatch.StartNew();

        Discoveries.Of(capture, limits: new CaptureLimits { MaxPayloadSize = 1 << 20 });

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"took {watch.Elapsed}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData('\n')]
    public void A_long_stream_of_one_byte_takes_bounded_memory(int value)
    {
        byte[] run = new byte[8 << 20];
        Array.Fill(run, (byte)value);
        byte[] capture = CaptureDiscoveryTests.Capture((writer, ethernet) =>
            new Discovery.Traces.TcpConversation(writer, ethernet, CaptureDiscoveryTests.Client(1),
                Traces.Packets.Server, Traces.Packets.Time)
                .Send(FlowDirection.ClientToServer, run, Traces.Packets.Time));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Discoveries.Of(capture);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4L << 30); // allocated in all, not at a time
    }
}
