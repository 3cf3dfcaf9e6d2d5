using Qbitel.Discovery.Boundaries.Training;

namespace Qbitel.Discovery.Tests.Boundaries;

/// <summary>Made-up protocols: whole truth, and always the same.</summary>
public sealed class FormatGeneratorTests
{
    [Fact]
    public void Fields_tile_every_message_and_boundaries_are_their_starts()
    {
        foreach (int number in Enumerable.Range(1, 60))
        {
            foreach (TruthMessage message in FormatGenerator.Trace(number, 12).Messages)
            {
                int at = 0;
                foreach (TruthField field in message.Fields)
                {
                    Assert.Equal(at, field.Start);
                    Assert.True(field.Length > 0);
                    at += field.Length;
                }

                Assert.Equal(message.Sample.Bytes.Length, at);
                Assert.Equal(message.Fields.Skip(1).Select(f => f.Start), message.Boundaries);
            }
        }
    }

    [Fact]
    public void The_same_number_makes_the_same_trace_and_another_a_different_one()
    {
        Assert.Equal(Bytes(7), Bytes(7));
        Assert.NotEqual(Bytes(7), Bytes(8));

        static byte[] Bytes(int number) =>
            [.. FormatGenerator.Trace(number, 20).Messages.SelectMany(m => m.Sample.Bytes.ToArray())];
    }

    [Fact]
    public void All_styles_are_made()
    {
        TruthMessage[] first = [.. Enumerable.Range(1, 200).Select(n => FormatGenerator.Trace(n, 1).Messages[0])];

        Assert.Contains(first, m => m.Fields.Any(f => f.Class == "delimiter"));
        Assert.Contains(first, m => m.Fields.Any(f => f.Class == "checksum"));
        Assert.Contains(first, m => m.Fields.Any(f => f.Class == "count"));
        Assert.Contains(first, m => m.Fields is [{ Class: "bytes" }]); // noise
        Assert.Contains(first, m => m.Sample.Bytes.Span.ContainsAny("\u00c1\u00c2\u00c3\u00e3"u8));
    }
}
