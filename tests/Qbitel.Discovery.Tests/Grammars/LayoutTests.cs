using FsCheck;
using FsCheck.Fluent;
using Qbitel.Discovery.Grammars.Layouts;
using Qbitel.Discovery.Inference;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Tests.Grammars;

public sealed class LayoutTests
{
    public static readonly TheoryData<string> Names = [.. MadeProtocols.Names];

    [Theory, MemberData(nameof(Names))]
    public void A_layout_learned_from_four_fifths_reads_and_rebuilds_the_fifth(string name)
    {
        InferredProtocol protocol = MadeProtocols.Make(name, 400);
        Layout layout = LayoutLearner.Learn(protocol, name, i => i % 5 != 0);

        ParsedMessage[] held = [.. Enumerable.Range(0, 400).Where(i => i % 5 == 0)
            .Select(i => LayoutParser.Parse(layout, protocol.Samples[i].Bytes))];
        ParsedMessage[] read = [.. held.Where(p => p.IsValid)];

        Assert.True(read.Length >= 0.95 * held.Length,
            $"{read.Length} of {held.Length}: {held.FirstOrDefault(p => !p.IsValid)?.Findings[0]}");
        Assert.All(read, p => Assert.Equal(p.Bytes.ToArray(), LayoutWriter.Write(p)));
        Assert.DoesNotContain(layout.Types,
            t => t.Parts.Any(p => p.Name == "body" && t.Parts.Count <= 3 && name != "inheader"));
    }

    [Fact]
    public void A_count_beyond_all_bounds_in_one_message_stops_nothing()
    {
        Dice dice = new(3);
        List<Sample> samples = [];
        List<IReadOnlyList<InferredField>> fields = [];
        for (int i = 0; i < 100; i++)
        {
            int count = 1 + dice.Next(4);
            List<byte> bytes = [.. i == 50 ? new byte[] { 0xFF, 0xFF, 0xFF, 0xFF } : [0, 0, 0, (byte)count]];
            List<InferredField> own = [new(0, 4, "count", "uint32be", "unknown", 0.9)];
            for (int k = 0; k < count; k++)
            {
                byte[] value = dice.Bytes(2 + dice.Next(9));
                own.Add(new(bytes.Count, 1, "length", "uint8", "unknown", 0.9));
                own.Add(new(bytes.Count + 1, value.Length, "value", "bytes", "unknown", 0.9));
                bytes.AddRange([(byte)value.Length, .. value]);
            }

            byte[] rest = dice.Bytes(3 + dice.Next(20));
            own.Add(new(bytes.Count, rest.Length, "rest", "bytes", "unknown", 0.9));
            bytes.AddRange(rest);
            samples.Add(new(i, bytes.ToArray(), new Flow(""), FlowDirection.Unknown, null));
            fields.Add(own);
        }

        Layout layout = LayoutLearner.Learn(new InferredProtocol
        {
            Samples = samples,
            Types = [.. samples.Select(_ => "t0")],
            Fields = fields,
        }, "counted");

        Assert.True(samples.Count(s => LayoutParser.Parse(layout, s.Bytes).IsValid) >= 95);
    }

    [Fact]
    public void A_chain_is_found_behind_bytes_that_are_cut_otherwise_in_every_message()
    {
        const int Head = 40;
        Dice dice = new(9);
        List<Sample> samples = [];
        List<IReadOnlyList<InferredField>> fields = [];
        Relation chain = new(RelationKind.Chain, "links end exactly", 1);
        for (int i = 0; i < 60; i++)
        {
            List<byte> bytes = [.. dice.Bytes(Head)];
            int cut = 5 + dice.Next(Head - 10);
            List<InferredField> own =
                [new(0, cut, "a", "bytes", "unknown", 0.4), new(cut, Head - cut, "b", "bytes", "unknown", 0.4)];
            for (int k = 0; k < 2 + (i % 4); k++)
            {
                byte[] value = dice.Bytes(1 + dice.Next(9));
                own.Add(new(bytes.Count, 1, "tag", "uint8", "unknown", 1) { Relation = chain });
                own.Add(new(bytes.Count + 1, 1, "length", "uint8", "length", 1) { Relation = chain });
                own.Add(new(bytes.Count + 2, value.Length, "value", "bytes", "unknown", 1) { Relation = chain });
                bytes.AddRange([(byte)(1 + dice.Next(6)), (byte)value.Length, .. value]);
            }

            samples.Add(new(i, bytes.ToArray(), new Flow(""), FlowDirection.Unknown, null));
            fields.Add(own);
        }

        IReadOnlyList<LayoutPart> parts = new TypeLearner(
            new TypeSamples(samples.Select((s, i) => (s.Bytes, fields[i]))), null).Learn();

        Assert.Contains(parts, p => p is LayoutChain);
        Assert.All(samples, s =>
            Assert.True(LayoutParser.Parse(new LayoutType("t0", null, parts), s.Bytes).IsValid));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_changed_length_count_or_check_value_is_refused(string name)
    {
        InferredProtocol protocol = MadeProtocols.Make(name, 400);
        Layout layout = LayoutLearner.Learn(protocol, name, i => i % 5 != 0);
        Dice dice = new(7);
        int changed = 0, refused = 0;
        for (int i = 0; i < 400; i += 5)
        {
            foreach (InferredField field in MadeProtocols.Fragile(protocol, i))
            {
                byte[] message = protocol.Samples[i].Bytes.ToArray();
                message[field.Start + dice.Next(field.Length)] ^= (byte)(1 << dice.Next(8));
                changed++;
                if (!LayoutParser.Parse(layout, message).IsValid) refused++;
            }
        }

        if (changed > 0) Assert.True(refused >= 0.9 * changed, $"{refused} of {changed}");
        else Assert.True(name is "keyvalue" or "columns", "a protocol without lengths");
    }

    [Fact]
    public void Any_bytes_end_in_parts_or_located_findings()
    {
        Layout[] layouts = [.. MadeProtocols.Names.Select(n => LayoutLearner.Learn(MadeProtocols.Make(n, 100), n))];
        Prop.ForAll<byte[]>(bytes =>
        {
            foreach (Layout layout in layouts)
            {
                ParsedMessage parsed = LayoutParser.Parse(layout, bytes ?? []);
                if (parsed.IsValid) Assert.Equal(bytes ?? [], LayoutWriter.Write(parsed));
                else Assert.All(parsed.Findings, f => Assert.InRange(f.Offset, 0, bytes?.Length ?? 0));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Mutated_messages_end_in_parts_or_located_findings()
    {
        Dice dice = new(3);
        foreach (string name in MadeProtocols.Names)
        {
            InferredProtocol protocol = MadeProtocols.Make(name, 100);
            Layout layout = LayoutLearner.Learn(protocol, name);
            for (int round = 0; round < 2_000; round++)
            {
                byte[] bytes = protocol.Samples[dice.Next(100)].Bytes.ToArray();
                for (int n = dice.Next(4); n >= 0 && bytes.Length > 0; n--)
                    bytes[dice.Next(bytes.Length)] = (byte)dice.Next(256);
                if (dice.Next(3) == 0) bytes = bytes[..dice.Next(bytes.Length + 1)];
                ParsedMessage parsed = LayoutParser.Parse(layout, bytes);
                if (parsed.IsValid) Assert.Equal(bytes, LayoutWriter.Write(parsed));
                else Assert.All(parsed.Findings, f => Assert.InRange(f.Offset, 0, bytes.Length));
            }
        }
    }

    [Fact]
    public void A_cut_message_is_incomplete_and_not_merely_wrong()
    {
        InferredProtocol protocol = MadeProtocols.Make("strings", 200);
        Layout layout = LayoutLearner.Learn(protocol, "strings");

        ParsedMessage parsed = LayoutParser.Parse(layout, protocol.Samples[0].Bytes[..9]);

        Assert.Contains(parsed.Findings, f => f.IsIncomplete);
    }
}
