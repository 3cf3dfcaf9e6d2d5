using Qbitel.Discovery.Grammars;
using Qbitel.Discovery.Inference;

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
            $"{name}: {alarms} alarms on 800 clean, {noticed} of {broken} broken noticed, threshold {model.Threshold:0.00}, false alarms {low:0.0000} to {high:0.0000}");
        Assert.True(alarms <= 4, $"{alarms} of 800");
        Assert.True(noticed >= 0.95 * broken, $"{noticed} of {broken}");
        Assert.Equal(noticed, located);
    }

    [Fact]
    public void The_field_that_surprises_is_named()
    {
        AnomalyModel model = AnomalyModel.Learn(MadeProtocols.Make("columns", 500));

        MessageScore score = model.Score("TRN;000001;ACME CORP;123;\u0001\u0002\u0003\u0004\u0005\u0006\u0007zz"u8.ToArray());

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
