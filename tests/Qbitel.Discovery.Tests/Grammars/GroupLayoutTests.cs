using Qbitel.Discovery.Emission;
using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Tests.Emission;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Tests.Grammars;

/// <summary>Groups, cases, marks and filling in one layout of our own: everything that reads or writes a layout says
/// the same of it.</summary>
public sealed class GroupLayoutTests
{
    private static readonly Layout Made = new("grouped", null, [new LayoutType("message", null,
    [
        new LayoutField("flags", "uint8", new FixedSize(1)) { Semantic = "flags" },
        new LayoutField("kind", "uint16le", new FixedSize(2)) { Semantic = "msgtype" },
        new LayoutGroup("optional", null, new GroupChoice("flags", new byte[] { 0x04 }),
        [
            new GroupCase("set", new byte[] { 0x04 }, [new LayoutField("extra", "uint32be", new FixedSize(4))]),
            new GroupCase("clear", null, []),
        ]),
        new LayoutField("size", "uint16be", new FixedSize(2)) { Rule = new LengthRule("body", 1, 3) },
        new LayoutGroup("body", new SizeBy("size"), new GroupChoice("kind", default),
        [
            new GroupCase("names", new byte[] { 0x01, 0x00 },
            [
                new LayoutChain("list", new EndByMark(new byte[] { 0 }),
                [
                    new LayoutField("namelength", "uint8", new FixedSize(1)) { Rule = new LengthRule("name", 1, 0) },
                    new LayoutField("name", "ascii", new SizeBy("namelength")),
                ]),
                new LayoutField("left", "uint8", new FixedSize(1)) { Rule = new LengthRule(Layout.WhatFollows, 1, 0) },
                new LayoutField("more", "bytes", new SizeRest()),
            ]),
            new GroupCase("other", null, [new LayoutField("raw", "bytes", new SizeRest())]),
        ]),
        new LayoutField("filling", "bytes", new SizeToMultiple(4, "body")) { Rule = new FillRule(0) },
        new LayoutField("sum", "uint8", new FixedSize(1))
        {
            Rule = new ChecksumRule("xor8", Layout.Start, Layout.Here),
        },
        new LayoutField("tail", "bytes", new SizeRest()) { Rule = new FillRule(0xFF) },
    ])]);

    private static readonly string[] Words = ["A", "TWO", "ACME CORP"];

    [Fact]
    public void What_is_written_reads_back_as_the_same()
    {
        foreach (byte[] message in Messages(500))
        {
            ParsedMessage parsed = LayoutParser.Parse(Made, message);
            Assert.True(parsed.IsValid, string.Join("; ", parsed.Findings));
            Assert.Equal(message, LayoutWriter.Write(parsed));
        }
    }

    [Fact]
    public void Any_bytes_end_in_parts_or_located_findings()
    {
        Dice dice = new(5);
        List<byte[]> good = Messages(50);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = dice.Next(2) == 0 ? dice.Bytes(dice.Next(40)) : [.. good[dice.Next(good.Count)]];
            for (int n = dice.Next(3); n >= 0 && bytes.Length > 0; n--)
                bytes[dice.Next(bytes.Length)] = (byte)dice.Next(256);

            if (dice.Next(3) == 0) bytes = bytes[..dice.Next(bytes.Length + 1)];
            ParsedMessage parsed = LayoutParser.Parse(Made, bytes);
            if (parsed.IsValid) Assert.Equal(bytes, LayoutWriter.Write(parsed));
            else Assert.All(parsed.Findings, f => Assert.InRange(f.Offset, 0, bytes.Length));
        }
    }

    [Theory]
    [InlineData(3, 0x01, "Layout.")] // the length
    [InlineData(2, 0x01, "Layout.")] // what chooses the body
    [InlineData(0, 0x04, "Layout.")] // the bit that says whether there is a part
    public void A_message_that_does_not_hold_is_refused_with_the_place(int offset, int bit, string code)
    {
        int refused = 0;
        List<byte[]> messages = Messages(100);
        foreach (byte[] message in messages)
        {
            byte[] changed = [.. message];
            changed[offset] ^= (byte)bit;
            ParsedMessage parsed = LayoutParser.Parse(Made, changed);
            if (parsed.IsValid) continue;
            refused++;
            Assert.Contains(parsed.Findings, f => f.Code.StartsWith(code, StringComparison.Ordinal));
        }

        Assert.True(refused >= 90, $"{refused} of 100");
    }

    [Fact]
    public void A_message_that_was_read_in_part_is_written_or_refused_in_words()
    {
        int refused = 0;
        foreach (byte[] message in Messages(50))
        {
            for (int size = 0; size < message.Length; size++)
            {
                try
                {
                    LayoutWriter.Write(LayoutParser.Parse(Made, message.AsMemory(0, size)));
                }
                catch (InvalidOperationException fault)
                {
                    Assert.Contains("not", fault.Message, StringComparison.Ordinal);
                    refused++;
                }
            }
        }

        Assert.True(refused > 0);
    }

    [Fact]
    public void Fixtures_keep_what_chooses_and_cover_the_rest()
    {
        byte[][] covered = [.. Messages(50).Select(m => Covered.Of(Made, m)).OfType<byte[]>()];

        Assert.NotEmpty(covered);
        Assert.All(covered, m => Assert.True(LayoutParser.Parse(Made, m).IsValid));
        Assert.Contains(covered, m => m[1] == 1);
        Assert.DoesNotContain(covered, m => m.AsSpan().IndexOf("ACME"u8) >= 0);
    }

    [Fact]
    public void Filling_that_is_none_is_found_where_it_stands()
    {
        byte[] message = Messages(100)
            .First(m => LayoutParser.Parse(Made, m).Fields().Any(f => f.Path == "filling" && f.Part.Length > 1));
        ParsedPart filling = LayoutParser.Parse(Made, message).Fields().First(f => f.Path == "filling").Part;
        message[filling.Start + 1] = 7;

        LayoutFinding finding = LayoutParser.Parse(Made, message).Findings.First(f => f.Code == "Layout.Fill");

        Assert.Equal(filling.Start + 1, finding.Offset);
        Assert.Equal("filling", finding.Path);
    }

    [Fact]
    public void The_specification_says_all_of_it()
    {
        string text = LayoutSpec.Write(Made);

        Assert.True(LayoutSpec.TryRead(text, out Layout? again, out string? error), error);
        Assert.Equal(text, LayoutSpec.Write(again));
        Assert.All(Messages(50), m => Assert.Equal(m, LayoutWriter.Write(LayoutParser.Parse(again, m))));
    }

    [Theory]
    [InlineData("\"choice\": \"kind\"", "\"choice\": \"sum\"", "no earlier neighbour")]
    [InlineData("\"mask\": \"04\"", "\"mask\": \"0404\"", "the mask has 2 bytes")]
    [InlineData("\"value\": \"0100\"", "\"value\": \"01\"", "a case has a value of 2 bytes")]
    [InlineData("\"name\": \"clear\"", "\"name\": \"set\"", "two cases have one name")]
    [InlineData("\"unit\": 4", "\"unit\": 1", "a number from 2 to 64")]
    [InlineData("\"fill\": \"00\"", "\"fill\": \"0000\"", "expected one byte")]
    [InlineData("\"mark\": \"00\"", "\"mark\": \"\"", "expected a delimiter")]
    public void A_specification_that_cannot_work_is_refused_with_its_place(string from, string to, string expected)
    {
        string text = LayoutSpec.Write(Made);
        Assert.Contains(from, text, StringComparison.Ordinal);

        Assert.False(LayoutSpec.TryRead(text.Replace(from, to, StringComparison.Ordinal), out _, out string? error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.StartsWith("$", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Generated_code_agrees_with_the_parser_on_good_and_bad_messages()
    {
        GeneratedAdapter adapter = Generate(out List<byte[]> messages);
        using CompiledCodec codec = adapter.Compile()!;
        Dice dice = new(9);
        int refused = 0;
        foreach (byte[] message in messages)
        {
            Assert.Equal(message, codec.RoundTrip(message, out _));
            Assert.Equal(message, codec.ReverseTransform(codec.Transform(message)));
            byte[] changed = [.. message];
            changed[dice.Next(changed.Length)] ^= (byte)(1 << dice.Next(8));
            bool isValid = LayoutParser.Parse(Made, changed).IsValid;
            Assert.Equal(isValid, codec.RoundTrip(changed, out _) is not null);
            if (!isValid) refused++;
        }

        Assert.True(refused > 0);
    }

    [Fact]
    public void Its_parts_are_in_the_documentation_and_the_mappings()
    {
        GeneratedAdapter adapter = Generate(out _);

        string markdown = adapter.Artefacts.Single(a => a.Target == "markdown").Content;
        Assert.Contains("| body | kind chooses, as size says |", markdown, StringComparison.Ordinal);
        Assert.Contains("| body(names).list | items up to 0x00 |", markdown, StringComparison.Ordinal);
        Assert.Contains(adapter.FieldMappings, m => m.Source == "body(names).list[].name");
        Assert.Contains(adapter.Withheld, w => w.Target == "ksy" && w.Reason == "a part that single bits choose");
    }

    [Fact]
    public async Task Wireshark_reads_them_with_the_generated_dissector()
    {
        Peers.RequireTshark();
        GeneratedAdapter adapter = Generate(out List<byte[]> messages);

        IReadOnlyList<(string Type, string Problem)> read = await Peers.DissectAsync(
            adapter.Artefacts.Single(a => a.Target == "lua").Content, "grouped", messages);

        Assert.Equal(messages.Count, read.Count);
        Assert.All(read, r => Assert.True(r.Type.Length > 0 && r.Problem.Length == 0, $"{r}"));
    }

    private static GeneratedAdapter Generate(out List<byte[]> messages)
    {
        messages = Messages(100);
        GeneratedAdapter adapter = ProtocolAdapterGenerator.Generate(new InferredProtocol
        {
            Samples = [.. messages.Select((m, i) => new Sample(i, m, new Flow(""), FlowDirection.Unknown, null))],
            Types = [.. messages.Select(_ => "t0")],
            Fields = [.. messages.Select(m =>
                (IReadOnlyList<InferredField>)[new(0, m.Length, "all", "bytes", "unknown", 0.5)])],
        }, Made, cancellationToken: TestContext.Current.CancellationToken);
        Assert.DoesNotContain(adapter.Withheld, w => w.Target == "csharp");
        return adapter;
    }

    // Written by hand, so that the writer is no witness for itself.
    private static List<byte[]> Messages(int count)
    {
        Dice dice = new(3);
        List<byte[]> messages = [];
        for (int i = 0; i < count; i++)
        {
            bool hasExtra = dice.Next(2) == 0, isNames = dice.Next(3) > 0;
            List<byte> body = [];
            if (isNames)
            {
                for (int n = dice.Next(4); n > 0; n--)
                {
                    string word = Words[dice.Next(Words.Length)];
                    body.AddRange([(byte)word.Length, .. System.Text.Encoding.ASCII.GetBytes(word)]);
                }

                byte[] more = dice.Bytes(dice.Next(5));
                body.AddRange([0, (byte)more.Length, .. more]);
            }
            else
            {
                body.AddRange(dice.Bytes(dice.Next(9)));
            }

            List<byte> message = [(byte)(0x40 | (hasExtra ? 0x04 : 0)), isNames ? (byte)1 : (byte)2, 0];
            if (hasExtra) message.AddRange(dice.Bytes(4));
            message.AddRange([0, (byte)(body.Count + 3), .. body, .. new byte[(4 - (body.Count % 4)) % 4]]);
            message.Add(message.Aggregate((byte)0, (sum, b) => (byte)(sum ^ b)));
            message.AddRange(Enumerable.Repeat((byte)0xFF, dice.Next(4)));
            messages.Add([.. message]);
        }

        return messages;
    }
}
