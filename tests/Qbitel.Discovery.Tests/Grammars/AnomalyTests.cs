using System.Buffers.Binary;
using Qbitel.Discovery.Grammars;
using Qbitel.Discovery.Inference;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Tests.Grammars;

public sealed class AnomalyTests
{
    public static readonly TheoryData<string> Names = [.. MadeProtocols.Names];

    [Theory, MemberData(nameof(Names))]
    public void Clean_messages_raise_no_alarm_and_broken_relations_do(string name)
    {
        AnomalyModel model = AnomalyModel.Learn(MadeProtocols.Make(name, 800, seed: 1));
        InferredProtocol later = MadeProtocols.Make(name, 800, seed: 99);
        Dice dice = new(5);

        int alarms = later.Samples.Count(s => model.Score(s.Bytes).IsAlarm), broken = 0, noticed = 0, located = 0;
        for (int i = 0; i < 400; i++)
        {
            foreach (InferredField field in MadeProtocols.Fragile(later, i))
            {
                byte[] message = later.Samples[i].Bytes.ToArray();
                message[field.Start + dice.Next(field.Length)] ^= (byte)(1 << dice.Next(8));
                MessageScore score = model.Score(message);
                broken++;
                if (score.IsAlarm) noticed++;
                if (score.IsAlarm && score.Finding is not null) located++;
            }
        }

        (double low, double high) = model.FalseAlarmRate;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{name}: {alarms} alarms on 800 clean, {noticed} of {broken} broken noticed, "
            + $"threshold {model.Threshold:0.00}, false alarms {low:0.0000} to {high:0.0000}");
        Assert.True(alarms <= 4, $"{alarms} of 800");
        Assert.True(noticed >= 0.95 * broken, $"{noticed} of {broken}");
        // A length that goes on into filling breaks no relation; only that it surprises tells.
        Assert.True(located >= (name is "options" or "padded" ? 0.97 : 1) * noticed, $"{located} of {noticed}");
    }

    [Fact]
    public void The_field_that_surprises_is_named()
    {
        AnomalyModel model = AnomalyModel.Learn(MadeProtocols.Make("columns", 500));

        MessageScore score = model.Score(
            "TRN;000001;ACME CORP;123;\u0001\u0002\u0003\u0004\u0005\u0006\u0007zz"u8.ToArray());

        Assert.True(score.IsAlarm);
        Assert.Equal("field5", score.Path);
        Assert.Equal(25, score.Offset);
    }

    [Fact]
    public void A_name_never_seen_surprises_less_than_digits_in_its_place()
    {
        FieldModel model = new();
        Dice dice = new(4);
        for (int i = 0; i < 60; i++)
        {
            model.Add([.. Enumerable.Range(0, 6 + dice.Next(5)).Select(_ => (byte)('A' + dice.Next(20)))]);
        }

        double name = model.Bits("ZYXWVUT"u8), digits = model.Bits("7310942"u8);

        Assert.True(digits > name + 10, $"{digits:0.0} and {name:0.0} bits");
    }

    [Fact]
    public void One_strange_field_is_noticed_in_a_long_message()
    {
        Dice dice = new(6);
        AnomalyModel model = AnomalyModel.Learn(Long(300));
        byte[] message = Long(1).Samples[0].Bytes.ToArray();
        Assert.False(model.Score(message).IsAlarm);

        dice.Bytes(8).CopyTo(message, 20);
        MessageScore score = model.Score(message);

        Assert.True(score.IsAlarm);
        Assert.Equal(20, score.Offset);

        // Eight bytes that hardly change among hundreds that always do.
        InferredProtocol Long(int count)
        {
            List<Sample> samples = [];
            List<IReadOnlyList<InferredField>> fields = [];
            for (int i = 0; i < count; i++)
            {
                byte[] bytes = dice.Bytes(400);
                bytes.AsSpan(20, 7).Clear();
                bytes[27] = (byte)dice.Next(3);
                samples.Add(new Sample(i, bytes, new Flow(""), FlowDirection.Unknown, null));
                fields.Add([new(0, 20, "a", "bytes", "unknown", 0.5), new(20, 8, "b", "bytes", "unknown", 0.5),
                    new(28, 372, "c", "bytes", "unknown", 0.5)]);
            }

            return new InferredProtocol { Samples = samples, Types = [.. samples.Select(_ => "t0")], Fields = fields };
        }
    }

    // A dozen messages prove a length that is right for all sizes, and do not prove that there is but one size.
    [Theory, InlineData(true), InlineData(false)]
    public void Few_messages_prove_laws_and_no_habits(bool hasLengths)
    {
        InferredProtocol few = Sized(12, i => hasLengths ? 3 + i : 9);
        AnomalyModel model = AnomalyModel.Learn(few);

        Assert.False(model.Score(Message(hasLengths ? 30 : 9, 1)).IsAlarm);
        Assert.Equal(hasLengths, model.Score(Message(hasLengths ? 30 : 20, hasLengths ? 2 : 1)).IsAlarm);

        InferredProtocol Sized(int count, Func<int, int> size)
        {
            List<Sample> samples = [];
            List<IReadOnlyList<InferredField>> fields = [];
            for (int i = 0; i < count; i++)
            {
                byte[] bytes = Message(size(i), 1);
                samples.Add(new Sample(i, bytes, new Flow(""), FlowDirection.Unknown, null));
                fields.Add([new(0, 1, "f0", "uint8", hasLengths ? "length" : "unknown", 0.9),
                    new(1, bytes.Length - 1, "body", "bytes", "unknown", 0.5)]);
            }

            return new InferredProtocol { Samples = samples, Types = [.. samples.Select(_ => "t0")], Fields = fields };
        }

        byte[] Message(int size, int less)
        {
            byte[] bytes = [.. Enumerable.Range(0, size).Select(i => (byte)(40 + i))];
            bytes[0] = (byte)(hasLengths ? size - less : 0);
            return bytes;
        }
    }

    [Fact]
    public void A_type_not_seen_before_is_told_apart_from_what_is_broken()
    {
        InferredProtocol protocol = MadeProtocols.Make("tlv", 60);
        AnomalyModel model = AnomalyModel.Learn(protocol);
        byte[] message = protocol.Samples[0].Bytes.ToArray();
        message[3] = 9;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(^2..),
            (ushort)Checksums.Of("crc16-ccitt", message.AsSpan(..^2)));

        MessageScore score = model.Score(message);

        Assert.False(score.IsAlarm);
        Assert.Equal("09", score.NewType);
        Assert.Null(model.Score(protocol.Samples[1].Bytes).NewType);
    }

    [Fact]
    public void A_strange_stretch_of_a_long_text_is_found_where_it_is()
    {
        Dice dice = new(8);
        AnomalyModel model = AnomalyModel.Learn(Texts(200));
        byte[] message = Texts(1).Samples[0].Bytes.ToArray();
        Assert.False(model.Score(message).IsAlarm);

        ((ReadOnlySpan<byte>)[0x81, 0x02, 0xF3, 0x9A, 0x15, 0xC7, 0x8E, 0xD0]).CopyTo(message.AsSpan(150));
        MessageScore score = model.Score(message);

        Assert.True(score.IsAlarm);
        Assert.Equal((150, 8), (score.Offset, score.Length));

        InferredProtocol Texts(int count)
        {
            List<Sample> samples = [];
            List<IReadOnlyList<InferredField>> fields = [];
            for (int i = 0; i < count; i++)
            {
                byte[] bytes = [.. Enumerable.Range(0, 200 + dice.Next(200)).Select(_ => (byte)('a' + dice.Next(26)))];
                samples.Add(new Sample(i, bytes, new Flow(""), FlowDirection.Unknown, null));
                fields.Add([new(0, bytes.Length, "text", "ascii", "string", 0.5)]);
            }

            return new InferredProtocol { Samples = samples, Types = [.. samples.Select(_ => "t0")], Fields = fields };
        }
    }

    [Fact]
    public void Few_scores_ask_for_more_distance_than_many()
    {
        // Quantiles of an exponential distribution.
        double few = Tail.Threshold(Scores(20)), many = Tail.Threshold(Scores(900));
        double enough = Tail.Threshold(Scores(20_000));

        Assert.Equal(Math.Log(1000), enough, 1);
        Assert.InRange(many, Math.Log(900), 1.2 * Math.Log(1000));
        Assert.InRange(few, 1.3 * Math.Log(1000), 3 * Math.Log(1000));

        static IEnumerable<double> Scores(int count) =>
            Enumerable.Range(0, count).Select(i => -Math.Log((i + 0.5) / count));
    }

    [Fact]
    public void The_interval_of_a_share_is_that_of_the_tables()
    {
        (double low, double high) = Binomial.Interval(0, 100);
        Assert.Equal(0, low);
        Assert.Equal(0.0362, high, 4);
        (low, high) = Binomial.Interval(5, 50);
        Assert.Equal(0.0333, low, 4);
        Assert.Equal(0.2181, high, 4);
    }
}
