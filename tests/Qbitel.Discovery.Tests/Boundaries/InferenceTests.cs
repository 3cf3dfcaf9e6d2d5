using Qbitel.Discovery.Boundaries;
using Qbitel.Discovery.Boundaries.Typing;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Tests.Analysis;

namespace Qbitel.Discovery.Tests.Boundaries;

/// <summary>Inference as a whole, by the model that comes with the program.</summary>
public sealed class InferenceTests
{
    [Fact]
    public void Types_are_told_by_their_key()
    {
        MessageTyping typing = MessageTyping.Of(Proprietary(90));

        Assert.Equal((3, 1), typing.Key);
        Assert.Equal(["01", "02", "03"], typing.Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Messages_of_one_type_are_not_sorted_into_more()
    {
        Sample[] samples = [.. Enumerable.Range(0, 80).Select(i => Of(i, [1, 2, .. Samples.Noise(i, 12)]))];

        Assert.Equal(["t0"], MessageTyping.Of(samples).Names);
    }

    // Requests go by broadcast, each answer to a client of its own: each flow has but one type.
    [Fact]
    public void A_type_that_goes_one_way_is_no_number_of_a_conversation()
    {
        Sample[] samples = [.. Enumerable.Range(0, 120).Select(i => i % 2 == 0
            ? new Sample(i, new byte[] { 1, 0x20 }.Concat(Samples.Noise(i, 4)).Concat(new byte[8]).ToArray(),
                new Flow("broadcast"), FlowDirection.ClientToServer, null)
            : new Sample(i, new byte[] { 2, 0x20 }.Concat(Samples.Noise(i, 16)).ToArray(),
                new Flow($"client {i % 7}"), FlowDirection.ServerToClient, null))];

        Assert.Equal((0, 1), MessageTyping.Of(samples).Key);
    }

    [Fact]
    public void Fields_tile_every_message_and_have_a_confidence()
    {
        InferredProtocol inferred = UnknownProtocol.Infer(Proprietary(60));

        for (int i = 0; i < 60; i++)
        {
            int at = 0;
            foreach (InferredField field in inferred.Fields[i])
            {
                Assert.Equal(at, field.Start);
                Assert.InRange(field.Confidence, 0, 1);
                at += field.Length;
            }

            Assert.Equal(inferred.Samples[i].Bytes.Length, at);
        }
    }

    [Fact]
    public void The_header_of_a_binary_protocol_is_cut_where_its_fields_are()
    {
        InferredProtocol inferred = UnknownProtocol.Infer(Proprietary(120));

        Assert.All(inferred.Fields, fields => Assert.Contains(fields, f => f is { Start: 4, Length: 4 }));
    }

    [Fact]
    public void The_same_messages_give_the_same_fields()
    {
        Sample[] samples = Proprietary(50);

        InferredProtocol first = UnknownProtocol.Infer(samples), again = UnknownProtocol.Infer(samples);

        Assert.Equal(first.Types, again.Types);
        for (int i = 0; i < samples.Length; i++)
        {
            Assert.Equal(first.Fields[i].Select(f => (f.Start, f.Length, f.Name, f.Semantic, f.Confidence)),
                again.Fields[i].Select(f => (f.Start, f.Length, f.Name, f.Semantic, f.Confidence)));
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(200)]
    public void Noise_is_not_cut(int length)
    {
        Sample[] noise = [.. Enumerable.Range(0, 100).Select(i => Of(i, Samples.Noise(1_000 + i, length)))];

        InferredProtocol inferred = UnknownProtocol.Infer(noise);

        Assert.All(inferred.Fields, fields => Assert.Single(fields));
    }

    [Fact]
    public void Few_and_empty_messages_are_no_failure()
    {
        Assert.Empty(UnknownProtocol.Infer([]).Fields);
        Assert.Empty(Assert.Single(UnknownProtocol.Infer([Of(0, [])]).Fields));
        Assert.Single(Assert.Single(UnknownProtocol.Infer([Of(0, [7])]).Fields));
    }

    [Fact]
    public void A_model_is_read_back_and_a_damaged_one_refused()
    {
        byte[] bytes = BoundaryModel.Shipped.ToBytes();

        Assert.Equal(bytes, BoundaryModel.Read(new MemoryStream(bytes)).ToBytes());
        bytes[^20] ^= 1;
        Assert.ThrowsAny<Exception>(() => BoundaryModel.Read(new MemoryStream(bytes)));
        Assert.Throws<InvalidDataException>(() => BoundaryModel.Read(new MemoryStream([1, 2, 3])));
    }

    private static Sample[] Proprietary(int count) => [.. Enumerable.Range(0, count).Select(i => Of(i,
        Samples.Proprietary(i)))];

    private static Sample Of(int index, byte[] bytes) =>
        new(index, bytes, new Flow("flow"), FlowDirection.ClientToServer, null);
}
