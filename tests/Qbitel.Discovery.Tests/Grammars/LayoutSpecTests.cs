using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Discovery.Grammars.Layouts;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Tests.Grammars;

public sealed class LayoutSpecTests
{
    public static readonly TheoryData<string> Names = [.. MadeProtocols.Names];

    [Theory, MemberData(nameof(Names))]
    public void What_is_written_reads_back_as_the_same(string name)
    {
        string text = LayoutSpec.Write(LayoutLearner.Learn(MadeProtocols.Make(name, 150), name));

        Assert.True(LayoutSpec.TryRead(text, out Layout? again, out string? error), error);
        Assert.Equal(text, LayoutSpec.Write(again));
    }

    [Theory]
    [InlineData("\"sizeBy\": \"namelength\"", "\"sizeBy\": \"id\"", "no earlier neighbour")]
    [InlineData("\"algorithm\": \"crc32\"", "\"algorithm\": \"crc33\"", "check value")]
    [InlineData("\"field\": \"id\"", "\"field\": \"Id; DROP\"", "name of small letters")]
    [InlineData("\"size\": 4", "\"size\": -4", "a number from")]
    [InlineData("\"of\": \"name\"", "\"of\": \"type\"", "later neighbour")]
    public void A_specification_that_cannot_work_is_refused_with_its_place(string from, string to, string expected)
    {
        string text = LayoutSpec.Write(LayoutLearner.Learn(MadeProtocols.Make("strings", 150), "strings"));
        Assert.Contains(from, text, StringComparison.Ordinal);

        Assert.False(LayoutSpec.TryRead(text.Replace(from, to, StringComparison.Ordinal), out _, out string? error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.StartsWith("$", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Mutated_specifications_are_refused_or_parse_anything()
    {
        Dice dice = new(11);
        byte[][] specs = [.. MadeProtocols.Names.Select(n =>
            Encoding.UTF8.GetBytes(LayoutSpec.Write(LayoutLearner.Learn(MadeProtocols.Make(n, 100), n))))];
        int accepted = 0;
        for (int round = 0; round < 4_000; round++)
        {
            byte[] text = [.. specs[dice.Next(specs.Length)]];
            for (int n = dice.Next(3); n >= 0; n--)
            {
                text[dice.Next(text.Length)] = dice.Next(2) == 0 ? (byte)('0' + dice.Next(10))
                    : text[dice.Next(text.Length)];
            }

            if (!LayoutSpec.TryRead(Encoding.UTF8.GetString(text), out Layout? layout, out string? error))
            {
                Assert.NotEmpty(error);
                continue;
            }

            accepted++;
            for (int n = 0; n < 5; n++)
            {
                byte[] bytes = n == 0
                    ? MadeProtocols.Make("tlv", 1).Samples[0].Bytes.ToArray()
                    : dice.Bytes(dice.Next(60));
                ParsedMessage parsed = LayoutParser.Parse(layout, bytes);
                if (parsed.IsValid) Assert.Equal(bytes, LayoutWriter.Write(parsed));
            }
        }

        Assert.InRange(accepted, 100, 3_900);
    }

    [Fact]
    public void Any_text_ends_in_a_layout_or_an_error() => Prop.ForAll<string>(text =>
    {
        if (!LayoutSpec.TryRead(text ?? "", out _, out string? error)) Assert.NotEmpty(error);
    }).QuickCheckThrowOnFailure();
}
