using Qbitel.Protocols.Fix;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Fix;

public sealed class FixBuilderTests
{
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 24, 9, 30, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("FIX.4.2")]
    [InlineData("FIX.4.4")]
    public void What_it_builds_is_valid_and_read_back(string version)
    {
        FixBuilder builder = new(version, "BANK", "BROKER", _time);
        FixMessage[] built =
        [
            builder.CreateLogon(TimeSpan.FromSeconds(30), resetSequence: version == "FIX.4.4"),
            builder.CreateNewOrderSingle("A1", "MSFT", '1', 100m, 10.50m),
            builder.CreateNewOrderSingle("A2", "MSFT", '2', 1m),
            builder.CreateExecutionReport("O1", "E1", version == "FIX.4.2"
                ? "2" : "F", "MSFT", new FixExecution('1', '2', 0, 100, 10.5m)),
        ];

        for (int i = 0; i < built.Length; i++)
        {
            FixMessage read = new FixParser(version).Parse(built[i].ToBytes());
            Assert.Equal(built[i].ToBytes(), read.ToBytes());
            Assert.Equal($"{i + 1}", read.GetField(34));
            Assert.Equal("20261124-09:30:00.000", read.GetField(52));
        }
    }

    [Fact]
    public void It_refuses_to_build_an_invalid_message_unless_told()
    {
        FixBuilder builder = new("FIX.4.4", "BANK", "BROKER", _time);
        MessageFormatException refused = Assert.Throws<MessageFormatException>(() => builder.Create("D").Set(11,
            "A1").Build());
        Assert.Equal("Fix.RequiredTagMissing", refused.Error.Code);
        Assert.Equal("D", builder.Create("D").Set(11, "A1").Build(allowInvalid: true).MessageType);
        Assert.Throws<MessageFormatException>(() => builder.CreateNewOrderSingle("A1", "MSFT", 'Q', 1));
        Assert.Throws<ArgumentException>(() => builder.Create("0").Set(112, "a\u0001b"));
        Assert.Throws<ArgumentException>(() => builder.Create("0").Set(10, "000"));
    }

    [Fact]
    public void Data_may_hold_any_byte()
    {
        byte[] data = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        FixMessage message = new FixBuilder("FIX.4.4", "BANK", "BROKER", _time).Create("0").SetData(95,
            data).Build(allowInvalid: true);
        Assert.Equal(data, FixMessage.Parse(message.ToBytes()).ValueOf(message.Find(96)!.Value));
    }
}
