using Qbitel.Protocols.Emv;
using Qbitel.Protocols.Emv.Apdu;
using Qbitel.Protocols.Emv.Views;
using Qbitel.Protocols.Emv.Words;

namespace Qbitel.Protocols.Tests.Emv;

/// <summary>The examples of the document on chip cards, run.</summary>
public sealed class EmvExampleTests
{
    private readonly Log _log = new();

    [Fact]
    public void Data_objects_are_told_and_edited()
    {
        Log Console = _log;
        byte[] field55 = EmvText.Bytes(EmvText.Field55);

        #region ReadEmvTlv
        EmvTlvMessage chip = EmvTlvMessage.Parse(field55);
        foreach (BerTlv item in chip.Objects)
        {
            Console.WriteLine($"{EmvTagTable.NameOf(item.Tag)}: {EmvValue.Show(item.Tag, chip.ValueOf(item).Span)}");
            foreach (EmvWord word in EmvWords.Of(item.Tag, chip.ValueOf(item).Span)) Console.WriteLine($"  {word}");
        }

        byte[] edited = chip.With(EmvTag.AmountAuthorised, [0, 0, 0, 0, 0x50, 0]).ToBytes(); // nothing else changes
        #endregion

        Assert.Contains("terminal verification results (TVR): 0000008000", _log.Lines);
        Assert.Contains("  byte 4, bit 8: the floor limit is exceeded", _log.Lines);
        Assert.Equal(1, edited.Zip(field55).Count(pair => pair.First != pair.Second));
    }

    [Fact]
    public void Data_objects_are_built_and_fill_a_list()
    {
        byte[] cdol = EmvText.Bytes("9F02065F2A029A039F3704");

        #region BuildEmvTlv
        byte[] built = new EmvTlvBuilder()
            .AddAmount(EmvTag.AmountAuthorised, 4000)          // minor units
            .Add(EmvTag.TransactionCurrency, "978").Add(EmvTag.TransactionDate, "261129")
            .Add(EmvTag.UnpredictableNumber, [0x98, 0xE1, 0x6A, 0x3C])
            .Build();
        _ = DataObjectList.TryParse(cdol, out DataObjectList list, out _);
        byte[] values = new byte[list.Size];
        bool isWhole = list.TryFill(built, values, out uint missing); // nothing is made up; Fill puts zeros
        #endregion

        Assert.Equal((true, 0u), (isWhole, missing));
        Assert.Equal("000000004000097826112998E16A3C", Convert.ToHexString(values));
    }

    [Fact]
    public void A_trace_is_told()
    {
        Log Console = _log;
        byte[] text = EmvText.Text(EmvText.Trace);

        #region ReadApduTrace
        ApduTrace trace = ApduTrace.Parse(text);
        foreach (ApduExchange exchange in trace.Exchanges)
            Console.WriteLine($"{exchange.Command?.Name} ({exchange.Command}): {exchange.Response?.Status.InWords}");
        EmvDocument session = EmvDecoder.DecodeTrace(text); // with what the card asked for, and what it answered
        #endregion

        Assert.Equal("SELECT (00 A4 04 00, 7 bytes, up to 256 back): done", _log.Lines[0]);
        Assert.Equal(15, session.Nodes.Count); // and a remark
    }

    private sealed class Log
    {
        public List<string> Lines { get; } = [];

        public void WriteLine(string line) => Lines.Add(line);
    }
}
