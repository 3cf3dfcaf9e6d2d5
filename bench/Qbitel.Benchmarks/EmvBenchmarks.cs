using BenchmarkDotNet.Attributes;
using Qbitel.Protocols.Emv;
using Qbitel.Protocols.Emv.Apdu;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Tests.Emv;

namespace Qbitel.Benchmarks;

/// <summary>
/// A field 55 of 207 bytes and 32 data objects, walked to its end; the baseline cuts tags into strings and values into
/// arrays and checks nothing. The platform's reader of BER is no peer: it refuses tags such as 9F1E.
/// </summary>
[MemoryDiagnoser]
public class EmvBenchmarks
{
    private readonly byte[] _field = EmvText.Bytes(EmvText.Field55);
    private readonly byte[] _text = EmvText.Text(EmvText.Field55);
    private readonly byte[] _trace = EmvText.Text(EmvText.Trace);
    private readonly byte[] _filled = new byte[29];
    private readonly DataObjectList _list = List();

    [Benchmark(Baseline = true)]
    public int StringsAndArrays() => Naive(_field).Count;

    [Benchmark]
    public int Walk()
    {
        int sum = 0;
        BerTlvReader reader = new(_field);
        while (reader.TryRead(out BerTlv item)) sum += (int)(item.Tag & 0xFF) + item.ValueOffset + item.ValueLength;
        return sum;
    }

    [Benchmark]
    public int FillAList()
    {
        _list.TryFill(_field, _filled, out _);
        return _filled[0];
    }

    [Benchmark]
    public int ParseAndValidate() => EmvTlvMessage.Parse(_field).Validate().Count;

    [Benchmark]
    public int Report() => MessageParser.Parse(_text, "emv-tlv").Fields.Count;

    [Benchmark]
    public int ParseATrace() => ApduTrace.Parse(_trace).Exchanges.Count;

    private static DataObjectList List() => DataObjectList.TryParse(
        EmvText.Bytes("9F02069F03069F1A0295055F2A029A039C019F3704"), out DataObjectList list, out _) ? list : null!;

    // As programs do that cut data objects into strings and arrays.
    private static List<(string Tag, byte[] Value)> Naive(byte[] bytes)
    {
        List<(string, byte[])> objects = [];
        for (int at = 0; at < bytes.Length;)
        {
            int start = at;
            if ((bytes[at++] & 0x1F) == 0x1F) while ((bytes[at++] & 0x80) != 0) { }
            string tag = Convert.ToHexString(bytes[start..at]);
            int length = bytes[at++];
            objects.Add((tag, bytes[at..(at + length)]));
            at += length;
        }

        return objects;
    }
}
