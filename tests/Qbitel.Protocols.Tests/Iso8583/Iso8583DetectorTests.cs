using System.Text;
using Qbitel.Protocols.Iso8583;
using Qbitel.Protocols.Iso8583.Detection;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Iso8583;

public sealed class Iso8583DetectorTests
{
    private readonly ITestOutputHelper _output;

    public Iso8583DetectorTests(ITestOutputHelper output) => _output = output;

    /// <summary>Right is a variant that reads every field of the message to the value that was written.</summary>
    [Fact, Trait("Soak", "iso8583-detect")]
    public void The_variant_of_ninety_nine_messages_in_a_hundred_is_found()
    {
        int times = Soak.Times(640, 5_000);
        ByteMutation draw = new(8583, "x");
        int[] wrong = new int[VariantText.All.Length];
        for (int i = 0; i < times; i++)
        {
            int variant = i % VariantText.All.Length;
            Iso8583Message message = VariantText.Make(variant, draw);
            Iso8583Detection detection = Iso8583Detector.Detect(message.RawContent.Span);
            if (IsRight(message, detection.Winner)) continue;
            wrong[variant]++;
            _output.WriteLine($"{VariantText.All[variant].Name}: {detection.Winner?.Encoding.ToString() ?? "none"}; "
                + $"{detection.Failure}; {Convert.ToHexString(message.RawContent.Span)}");
        }

        _output.WriteLine($"{times} messages, {wrong.Sum()} not found");
        Assert.True(wrong.Sum() * 100 <= times, string.Join(", ", wrong));
    }

    [Theory]
    [InlineData("test__testdata__financial_transaction_message.dat", "prefix", "ascii")]
    [InlineData("test__testdata__iso_reversal_message_advice.dat", "mti", "ascii")]
    [InlineData("test__testdata__iso_reversal_message_advice_missing_field.dat", "mti", "ascii")]
    [InlineData("test__testdata__iso_reversal_repeat_message.dat", "prefix", "ascii")]
    [InlineData("test__testdata__iso_reversal_repeat_message_response.dat", "prefix", "ascii")]
    [InlineData("test__testdata__message_with_hex_length.dat", "prefix", "hex-short")]
    [InlineData("test__testdata__message_with_indicate_numeric.dat", "sign", "counted")]
    [InlineData("test__testdata__message_with_number_bcd_encoding.dat", "numbers", "bcd")]
    public void A_sample_tells_how_it_is_written(string file, string choice, string value)
    {
        byte[] bytes = File.ReadAllBytes(SharedFiles.Path("samples/iso8583/messages/" + file));
        Iso8583Input input = Iso8583Input.Read(bytes, null, out Iso8583Detection detection);
        Assert.NotNull(detection.Winner);
        Assert.Single(input.Messages);
        Assert.Equal(value, detection.Winner.Choices.Single(each => each.Name == choice).Value);
        Assert.Equal("hex", detection.Winner.Choices.Single(each => each.Name == "bitmap").Value);
    }

    private static bool IsRight(Iso8583Message message, Iso8583Candidate? winner)
    {
        if (winner is null || winner.Encoding.Header != message.Encoding.Header
            || winner.Encoding.Routing != message.Encoding.Routing || winner.Encoding.Mti != message.Encoding.Mti
            || !Iso8583Message.TryParse(message.RawContent.Span, winner.Profile, winner.Encoding,
                out Iso8583Message read, out _))
        {
            return false;
        }

        return read.Fields.Select(field => (field.Number, read[field.Number]))
            .SequenceEqual(message.Fields.Select(field => (field.Number, message[field.Number])));
    }
}
