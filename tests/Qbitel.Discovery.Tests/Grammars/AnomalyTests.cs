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
