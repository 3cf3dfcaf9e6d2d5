using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Qbitel.Discovery.Inference;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Tests.Grammars;

/// <summary>Protocols of our own making with exact labels: every layout that the learner claims to read.</summary>
internal static class MadeProtocols
{
    private static readonly string[] Words = ["ACME CORP", "GLOBEX", "INITECH LTD", "UMBRELLA", "SOYLENT PLC", "HOOLI"];

    public static readonly IReadOnlyList<string> Names =
        ["tlv", "strings", "llvar", "records", "keyvalue", "columns", "inheader", "options", "nested", "padded"];

    public static InferredProtocol Make(string name, int count, int seed = 1)
    {
        Dice dice = new(seed);
        List<Sample> samples = [];
        List<string> types = [];
        List<IReadOnlyList<InferredField>> fields = [];
        for (int i = 0; i < count; i++)
        {
            Draft draft = name switch
            {
                "tlv" => Tlv(dice, i),
                "strings" => Strings(dice, i),
                "llvar" => LlVar(dice),
                "records" => Records(dice),
                "keyvalue" => KeyValue(dice, i),
                "columns" => Columns(dice, i),
                "inheader" => InHeader(dice, i),
                "options" => Options(dice, i),
                "nested" => Nested(dice, i),
                "padded" => Padded(dice),
                _ => throw new ArgumentOutOfRangeException(nameof(name)),
            };
            samples.Add(new Sample(i, draft.Bytes, new Flow($"10.0.0.{1 + (i % 3)}:4000-10.0.0.9:5000/tcp"),
                FlowDirection.ClientToServer, DateTimeOffset.UnixEpoch.AddSeconds(1_790_000_000 + i)));
            types.Add(draft.Type);
            fields.Add(draft.Fields);
        }

        return new InferredProtocol { Samples = samples, Types = types, Fields = fields };
    }

    /// <summary>The places of a message whose change must be noticed: lengths, counts and check values.</summary>
    public static IEnumerable<InferredField> Fragile(InferredProtocol protocol, int index) =>
        protocol.Fields[index].Where(f => f.Semantic is "length" or "count" or "checksum");

    // Magic, version, type, length of all, sequence, time, count, (tag, length, value)*, CRC.
    private static Draft Tlv(Dice dice, int number)
    {
        int type = 1 + dice.Next(4);
        Draft body = new();
        int items = type == 4 ? 0 : 1 + dice.Next(4);
        for (int i = 0; i < items; i++)
        {
            byte[] value = dice.Next(2) == 0 ? Text(Words[dice.Next(Words.Length)]) : dice.Bytes(1 + dice.Next(9));
            body.Add("tag", "uint16be", "id", Big(2, 0x0100 + dice.Next(5)));
            body.Add("len", "uint16be", "length", Big(2, value.Length));
            body.Add("val", "bytes", "bytes", value);
        }

        Draft draft = new() { Type = $"{type:x2}" };
        draft.Add("magic", "bytes", "magic", [0x51, 0x42]);
        draft.Add("version", "uint8", "version", [1]);
        draft.Add("type", "uint8", "msgtype", [(byte)type]);
        draft.Add("length", "uint32be", "length", Big(4, 22 + body.Bytes.Length));
        draft.Add("sequence", "uint32be", "sequence", Big(4, 7_000 + number));
        draft.Add("flags", "uint16be", "flags", Big(2, dice.Next(4)));
        draft.Add("time", "uint32be", "timestamp", Big(4, 1_790_000_000 + number));
        draft.Add("count", "uint16be", "count", Big(2, items));
        draft.Add(body);
        return draft.Add("crc", "uint16be", "checksum", Big(2, Checksums.Of("crc16-ccitt", draft.Bytes)));
    }

    // Type, length of what follows, two strings with their lengths, an amount, CRC-32; little-endian.
    private static Draft Strings(Dice dice, int number)
    {
        int type = 0x10 + dice.Next(2);
        Draft body = new();
        byte[] one = Text(Words[dice.Next(Words.Length)]), two = Text($"REF{dice.Next(100_000)}");
        body.Add("id", "uint32le", "id", Little(4, 40_000 + (number * 3)));
        body.Add("namelength", "uint8", "length", [(byte)one.Length]);
        body.Add("name", "ascii", "string", one);
        body.Add("reflength", "uint16le", "length", Little(2, two.Length));
        body.Add("reference", "ascii", "string", two);
        if (type == 0x11) body.Add("amount", "uint64le", "amount", Little(8, dice.Next(1_000_000)));
        Draft draft = new() { Type = $"{type:x2}" };
        draft.Add("type", "uint8", "msgtype", [(byte)type]);
        draft.Add("length", "uint16le", "length", Little(2, body.Bytes.Length + 4));
        draft.Add(body);
        return draft.Add("crc", "uint32le", "checksum", Little(4, Checksums.Of("crc32", draft.Bytes)));
    }

    // Digits throughout: a type, an account with two digits of length, an amount, an XOR.
    private static Draft LlVar(Dice dice)
    {
        string account = string.Concat(Enumerable.Range(0, 8 + dice.Next(9)).Select(_ => dice.Next(10)));
        Draft draft = new() { Type = "0200" };
        draft.Add("mti", "ascii", "msgtype", Text("0200"));
        draft.Add("accountlength", "digits", "length",
            Text(account.Length.ToString("00", CultureInfo.InvariantCulture)));
        draft.Add("account", "ascii", "id", Text(account));
        draft.Add("amount", "ascii", "amount",
            Text(dice.Next(900_000).ToString("000000000000", CultureInfo.InvariantCulture)));
        return draft.Add("check", "uint8", "checksum", [(byte)Checksums.Of("xor8", draft.Bytes)]);
    }

    // A count and records of one size.
    private static Draft Records(Dice dice)
    {
        Draft draft = new() { Type = "batch" };
        int count = 1 + dice.Next(5);
        draft.Add("magic", "bytes", "magic", [0xB7, 0x01]);
        draft.Add("count", "uint8", "count", [(byte)count]);
        for (int i = 0; i < count; i++)
        {
            draft.Add("account", "uint32be", "id", Big(4, 100_000 + dice.Next(90_000)));
            draft.Add("amount", "uint32be", "amount", Big(4, dice.Next(50_000)));
            draft.Add("code", "uint16be", "id", Big(2, dice.Next(6)));
        }

        return draft.Add("sum", "uint16be", "checksum", Big(2, Checksums.Of("sum16", draft.Bytes)));
    }

    private static Draft KeyValue(Dice dice, int number)
    {
        Draft draft = new() { Type = "text" };
        List<(string, string)> pairs = [("MSG", "PAY"), ("REF", $"R{number:0000}")];
        if (dice.Next(2) == 0) pairs.Add(("CCY", dice.Next(2) == 0 ? "EUR" : "USD"));
        pairs.Add(("AMT", (dice.Next(90_000) / 100m).ToString("0.00", CultureInfo.InvariantCulture)));
        if (dice.Next(3) == 0) pairs.Add(("NAME", Words[dice.Next(Words.Length)]));
        foreach ((string key, string value) in pairs)
        {
            draft.Add("key", "ascii", "id", Text(key));
            draft.Add("equals", "ascii", "delimiter", Text("="));
            draft.Add("value", "ascii", "string", Text(value));
            draft.Add("bar", "ascii", "delimiter", Text("|"));
        }

        return draft;
    }

    private static Draft Columns(Dice dice, int number)
    {
        Draft draft = new() { Type = "row" };
        string[] columns = ["TRN", $"{number:000000}", Words[dice.Next(Words.Length)], dice.Next(99_999).ToString(
            CultureInfo.InvariantCulture), dice.Next(2) == 0 ? "CR" : "DR"];
        for (int i = 0; i < columns.Length; i++)
        {
            draft.Add($"column{i}", "ascii", "string", Text(columns[i]));
            if (i + 1 < columns.Length) draft.Add("semicolon", "ascii", "delimiter", Text(";"));
        }

        return draft;
    }

    // A sum in the middle of the header, over everything with the sum as zeros; the body has no structure.
    private static Draft InHeader(Dice dice, int number)
    {
        byte[] body = dice.Bytes(4 + dice.Next(20));
        byte[] message = [0xCA, 0xFE, .. Big(2, 8 + body.Length), 0, 0, .. Big(2, number % 60_000), .. body];
        Draft draft = new() { Type = "frame" };
        draft.Add("magic", "bytes", "magic", message[..2]);
        draft.Add("length", "uint16be", "length", message[2..4]);
        draft.Add("sum", "uint16be", "checksum", Big(2, Checksums.Of("ones16", message)));
        draft.Add("sequence", "uint16be", "sequence", message[6..8]);
        return draft.Add("body", "bytes", "bytes", body);
    }

    // A number, options up to a mark, zeros up to a size that at least is there.
    private static Draft Options(Dice dice, int number)
    {
        Draft draft = new() { Type = "options" };
        draft.Add("id", "uint32be", "id", Big(4, 90_000 + (number * 7)));
        int options = 2 + dice.Next(4);
        for (int i = 0; i < options; i++)
        {
            int tag = 1 + dice.Next(3);
            byte[] value = tag switch
            {
                1 => dice.Bytes(4),
                2 => Text(Words[dice.Next(Words.Length)]),
                _ => dice.Bytes(2 + dice.Next(5)),
            };
            draft.Add("tag", "uint8", "id", [(byte)tag]);
            draft.Add("len", "uint8", "length", [(byte)value.Length]);
            draft.Add("val", "bytes", "bytes", value);
        }

        draft.Add("end", "uint8", "delimiter", [0xFF]);
        return draft.Add("filling", "bytes", "padding", new byte[Math.Max(48 - draft.Bytes.Length, 0)]);
    }

    // Tagged values; those of one tag are names with lengths, those of another numbers.
    private static Draft Nested(Dice dice, int number)
    {
        Draft body = new();
        int items = 1 + dice.Next(3);
        for (int i = 0; i < items; i++)
        {
            int tag = 0x10 + dice.Next(3);
            Draft value = new();
            if (tag == 0x10)
            {
                for (int n = 1 + dice.Next(3); n > 0; n--)
                {
                    byte[] name = Text(Words[dice.Next(Words.Length)]);
                    value.Add("namelength", "uint8", "length", [(byte)name.Length]);
                    value.Add("name", "ascii", "string", name);
                }
            }
            else if (tag == 0x11)
            {
                value.Add("code", "uint32be", "id", dice.Bytes(4));
            }
            else
            {
                value.Add("text", "ascii", "string", Text($"R{dice.Next(100_000)}"));
            }

            body.Add("tag", "uint16be", "id", Big(2, tag));
            body.Add("len", "uint16be", "length", Big(2, value.Bytes.Length));
            body.Add(value);
        }

        Draft draft = new() { Type = "nested" };
        draft.Add("magic", "bytes", "magic", [0x4E, 0x31]);
        draft.Add("sequence", "uint16be", "sequence", Big(2, number % 60_000));
        draft.Add("length", "uint16be", "length", Big(2, body.Bytes.Length));
        draft.Add(body);
        return draft;
    }

    // Values filled up with zeros to four bytes.
    private static Draft Padded(Dice dice)
    {
        Draft draft = new() { Type = "padded" };
        draft.Add("id", "uint32be", "id", dice.Bytes(4));
        for (int i = 0; i < 2; i++)
        {
            byte[] value = i == 0 ? dice.Bytes(1 + dice.Next(11)) : Text(Words[dice.Next(Words.Length)]);
            draft.Add("len", "uint32be", "length", Big(4, value.Length));
            draft.Add("value", i == 0 ? "bytes" : "ascii", i == 0 ? "bytes" : "string", value);
            draft.Add("filling", "bytes", "padding", new byte[(4 - (value.Length % 4)) % 4]);
        }

        return draft.Add("code", "uint32be", "id", Big(4, dice.Next(5)));
    }

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Big(int size, long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes[^size..];
    }

    private static byte[] Little(int size, long value) => [.. Big(size, value).Reverse()];

    private sealed class Draft
    {
        private readonly List<byte> _bytes = [];
        private readonly List<InferredField> _fields = [];

        public string Type { get; init; } = "";

        public byte[] Bytes => [.. _bytes];

        public IReadOnlyList<InferredField> Fields => _fields;

        public Draft Add(string name, string type, string semantic, byte[] bytes)
        {
            if (bytes.Length > 0)
                _fields.Add(new InferredField(_bytes.Count, bytes.Length, name, type, semantic, 0.97));

            _bytes.AddRange(bytes);
            return this;
        }

        public void Add(Draft other)
        {
            foreach (InferredField field in other._fields)
                _fields.Add(field with { Start = field.Start + _bytes.Count });

            _bytes.AddRange(other._bytes);
        }
    }
}

/// <summary>Numbers that look random and are the same for the same seed (SplitMix64).</summary>
internal sealed class Dice(int seed)
{
    private ulong _state = unchecked((ulong)seed * 0x9E3779B97F4A7C15);

    public int Next(int below)
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15;
            ulong x = _state;
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            return (int)((x ^ (x >> 31)) % (ulong)below);
        }
    }

    public byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(_ => (byte)Next(256))];
}
