using System.Text;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Iso8583;
using Qbitel.Protocols.Iso8583.Building;
using Qbitel.Protocols.Iso8583.Detection;
using Qbitel.Protocols.Streams;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Iso8583;

/// <summary>
/// Damaged messages of every variant end in a value or a located error, and what is read is written back.
/// </summary>
public sealed class Iso8583FuzzTests
{
    private const string Pieces =
        "0 9 F 02 00 FF \u0000 \u00FF \u0060 9999 4000000000000000 FFFFFFFFFFFFFFFF \u00F0\u00F1";

    [Fact, Trait("Soak", "iso8583-fuzz")]
    public void Damaged_messages_end_in_a_message_or_a_located_error()
    {
        ByteMutation draw = new(8583, Pieces);
        Iso8583Message[] seeds =
            [.. Enumerable.Range(0, 64).Select(i => VariantText.Make(i % VariantText.All.Length, draw))];
        int at = 0;
        draw.Soak([.. seeds.Select(seed => seed.ToBytes())], Soak.Times(5_000, 1_000_000), bytes =>
        {
            Iso8583Message seed = seeds[at++ % seeds.Length];
            if (Iso8583Message.TryParse(bytes, seed.Profile, seed.Encoding, out Iso8583Message message,
                out ParseError error))
            {
                Assert.Equal(bytes, message.ToBytes());
                Assert.All(message.Validate(), finding => Assert.InRange(finding.Offset!.Value, 0, bytes.Length));
                _ = message.Describe();
            }
            else
            {
                Assert.InRange(error.Offset!.Value, 0, bytes.Length);
            }

            if (at % 8 == 0) _ = Iso8583Detector.Detect(bytes);
            if (at % 16 == 0) _ = MessageParser.Parse(bytes, "iso8583").ToJson();
            if (at % 32 == 0) Assert.Equal(bytes.Length, MessageRedactor.Cover(bytes, "iso8583").Length);
        });
    }

    [Fact]
    public void Damaged_profiles_end_in_a_profile_or_a_located_error()
    {
        ByteMutation draw = new(87, "{ } [ ] , : \" 0 192 null true .. \"fields\" \"subfields\" \"emv\"");
        byte[] seed = Encoding.UTF8.GetBytes(Iso8583ProfileText.Of("x", Iso8583Profile.Shipped("pos-tpdu")) + " ");
        byte[] table = Encoding.UTF8.GetBytes(
            """
            { "name": "x", "version": "1987", "fields": [ { "number": 48, "name": "y", "type": "ans",
              "length": "...999", "subfields": { "kind": "tlv", "tag": 2, "length": 2,
              "items": [ { "tag": "01", "name": "z" } ] } } ] }
            """);
        draw.Soak([seed, table], 3_000, bytes =>
        {
            if (!Iso8583Profile.TryLoad(bytes, out _, out IReadOnlyList<Diagnostic> findings))
                Assert.All(findings, finding => Assert.True(finding.Line >= 1 && finding.Column >= 1));
        });
    }

    [Fact]
    public void A_file_of_any_bytes_is_looked_at_soon()
    {
        ByteMutation draw = new(5, Pieces);
        byte[] noise = [.. Enumerable.Range(0, 4096).Select(_ => (byte)draw.Next(256))];
        foreach (byte[] file in (byte[][])[[], noise, [.. Enumerable.Repeat((byte)'0', 100_000)], new byte[100_000],
            Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("0200\n", 20_000)))])
        {
            Iso8583Input.Read(file, null, out Iso8583Detection detection);
            Assert.Null(detection.Winner);
        }
    }
}
