using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Qbitel.Protocols.Iso8583;
using Qbitel.Protocols.Iso8583.Detection;

namespace Qbitel.Benchmarks;

/// <summary>
/// A purchase of twenty fields, in ASCII and packed, against a reader that takes a string apart into a dictionary, as
/// many home-made ones do.
/// </summary>
[MemoryDiagnoser]
public class Iso8583Benchmarks
{
    private static readonly (int Number, string Value)[] Values =
    [
        (2, "4761739001010119"), (3, "000000"), (4, "000000001250"), (7, "1124093000"), (11, "123456"), (12, "093000"),
        (13, "1124"), (14, "2812"), (18, "5411"), (22, "051"), (25, "00"), (32, "12345"),
        (35, "4761739001010119=28122010000000000"), (37, "632809123456"), (41, "TERM0001"), (42, "MERCHANT 000001"),
        (49, "978"), (52, "0123456789ABCDEF"), (60, "ADDITIONAL"), (102, "DE15288040723862551184"),
    ];

    // Fixed lengths of the fields above; 0 for two digits of length, -1 for three.
    private static readonly Dictionary<int, int> Lengths = new()
    {
        [2] = 0,
        [3] = 6,
        [4] = 12,
        [7] = 10,
        [11] = 6,
        [12] = 6,
        [13] = 4,
        [14] = 4,
        [18] = 4,
        [22] = 3,
        [25] = 2,
        [32] = 0,
        [35] = 0,
        [37] = 12,
        [41] = 8,
        [42] = 15,
        [49] = 3,
        [52] = 16,
        [60] = -1,
        [102] = 0,
    };

    private static readonly Iso8583Profile Ascii = Iso8583Profile.Ascii1987,
        Packed = Iso8583Profile.Shipped("1987-bcd");
    private static readonly byte[] AsciiMessage = Build(Ascii), PackedMessage = Build(Packed);
    private static readonly Mti Purchase = Mti.TryParse("0200", out Mti mti) ? mti : default;

    private readonly byte[] _buffer = new byte[512];

    [Benchmark(Baseline = true)]
    public int ByStringsAndADictionary()
    {
        string text = Encoding.ASCII.GetString(AsciiMessage);
        Dictionary<int, string> fields = [];
        ulong first = ulong.Parse(text.AsSpan(4, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        ulong second = ulong.Parse(text.AsSpan(20, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        int at = 36;
        for (int number = 2; number <= 128; number++)
        {
            if (((number <= 64 ? first >> (64 - number) : second >> (128 - number)) & 1) == 0) continue;
            int length = Lengths[number];
            if (length <= 0)
            {
                int digits = 2 - length;
                length = int.Parse(text.AsSpan(at, digits), NumberStyles.None, CultureInfo.InvariantCulture);
                at += digits;
            }

            fields[number] = text.Substring(at, length);
            at += length;
        }

        return fields.Count;
    }

    [Benchmark]
    public int UnpackAscii() => Locate(AsciiMessage, Ascii);

    [Benchmark]
    public int UnpackPacked() => Locate(PackedMessage, Packed);

    [Benchmark]
    public int ScanOneField() =>
        Iso8583Reader.TryScan(PackedMessage, Packed, Packed.Encoding, 11, out Iso8583Slice slice, out _)
            ? slice.ValueOffset : -1;

    [Benchmark]
    public int PackAscii() => Pack(Ascii);

    [Benchmark]
    public int PackPacked() => Pack(Packed);

    [Benchmark]
    public int ParseAndValidatePacked() =>
        Iso8583Message.TryParse(PackedMessage, Packed, Packed.Encoding, out Iso8583Message message, out _)
            ? message.Validate().Count : -1;

    [Benchmark]
    public double FindOutTheVariant() => Iso8583Detector.Detect(PackedMessage).Candidates[0].Likelihood;

    private static int Locate(byte[] message, Iso8583Profile profile)
    {
        Span<Iso8583Slice> slices = stackalloc Iso8583Slice[Iso8583Reader.MaximumFields];
        Iso8583Reader.TryLocate(message, profile, profile.Encoding, slices, out int fields, out _, out _);
        return fields;
    }

    private int Pack(Iso8583Profile profile)
    {
        Iso8583Writer writer = new(_buffer, profile, profile.Encoding, Purchase);
        foreach ((int number, string value) in Values) writer.Add(number, value);
        return writer.Complete();
    }

    private static byte[] Build(Iso8583Profile profile)
    {
        Iso8583Builder builder = new(Mti.TryParse("0200", out Mti type) ? type : default, profile);
        foreach ((int number, string value) in Values) builder.Set(number, value);
        return builder.Build().ToBytes();
    }
}
