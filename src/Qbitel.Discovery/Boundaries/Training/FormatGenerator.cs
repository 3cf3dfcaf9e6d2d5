using System.Globalization;

namespace Qbitel.Discovery.Boundaries.Training;

/// <summary>Makes up protocols and traces of them, with every boundary known. The same seed makes the same trace.
/// </summary>
/// <remarks>Layouts are drawn at random from the habits of protocols: headers with magic, version, type, length,
/// sequence; bodies of numbers, text, tagged values, groups that repeat, optional fields behind a bitmap; lines of
/// text;
/// records of fixed width in ASCII or EBCDIC. None is modelled on a protocol.</remarks>
internal sealed class FormatGenerator
{
    private readonly SplitMix _random;
    private readonly bool _isBigEndian;
    private readonly int _alignment;

    private FormatGenerator(ulong seed)
    {
        _random = new SplitMix(unchecked(seed * 0x9E3779B97F4A7C15) ^ 0x51_7B_1D);
        _isBigEndian = _random.Chance(0.6);
        _alignment = _random.Chance(0.25) ? _random.Of(2, 4, 4, 8) : 1;
    }

    /// <summary>The trace of the made-up protocol with that number.</summary>
    public static TruthFile Trace(int number, int messages)
    {
        FormatGenerator generator = new((ulong)number);
        return new TruthFile
        {
            Name = $"made-{number.ToString(CultureInfo.InvariantCulture)}",
            Messages = generator.Make(messages),
        };
    }

    private List<TruthMessage> Make(int count)
    {
        double style = _random.Share();
        Action<MessageWriter, int> write = style switch
        {
            < 0.72 => Binary(),
            < 0.80 => Records(isEbcdic: _random.Chance(0.6)),
            < 0.87 => Lines(),
            < 0.97 => Optional(),
            _ => Noise(),
        };
        int flows = _random.Of(1, 1, 2, 5, 30);
        bool hasDirection = _random.Chance(0.8), isOneWay = _random.Chance(0.25);
        int types = TypeCount;
        List<TruthMessage> messages = [];
        int type = 0;
        for (int i = 0; i < count; i++)
        {
            bool isReply = !isOneWay && i % 2 == 1;
            // A reply has the type of its request, or the one after it.
            if (!isReply) type = ValueMaker.Skewed(_random, types);
            int own = isReply && types > 1 ? (type / 2 * 2) + 1 : isOneWay ? type : type / 2 * 2;
            own = Math.Min(own, types - 1);
            MessageWriter writer = new(i / (isOneWay ? 1 : 2));
            write(writer, own);
            messages.Add(writer.Finish(i, $"flow {(i / 2 % flows).ToString(CultureInfo.InvariantCulture)}",
                !hasDirection ? FlowDirection.Unknown : isReply ? FlowDirection.ServerToClient
                    : FlowDirection.ClientToServer, own.ToString(CultureInfo.InvariantCulture)));
        }

        return messages;
    }

    private int TypeCount { get; set; } = 1;

    private int Types(int most) => TypeCount = _random.Between(1, most);

    // A header, a body by type, perhaps a trailer.
    private Action<MessageWriter, int> Binary()
    {
        int types = Types(8);
        List<Action<MessageWriter, int>> header = Header(types, out Func<MessageWriter, int>? openLength,
            out int lengthAt);
        Action<MessageWriter>[] bodies = [.. Enumerable.Range(0, types).Select(_ => Body(2))];
        int trailer = _random.Chance(0.3) ? _random.Of(1, 2, 4) : 0;
        byte[] end = _random.Chance(0.1) ? _random.Bytes(_random.Between(1, 2)) : [];
        return (writer, type) =>
        {
            int handle = -1;
            for (int i = 0; i < header.Count; i++)
            {
                if (i == lengthAt) handle = openLength!(writer);
                header[i](writer, type);
            }

            if (lengthAt == header.Count) handle = openLength!(writer);
            bodies[type](writer);
            if (handle >= 0) writer.Close(handle);
            if (trailer > 0)
            {
                uint sum = 0x1234;
                foreach (byte b in writer.Written) sum = unchecked((sum * 31) + b);
                writer.Field(MessageWriter.Bytes(sum, trailer, _isBigEndian), "checksum");
            }

            writer.Field(end, "const");
        };
    }

    private List<Action<MessageWriter, int>> Header(int types, out Func<MessageWriter, int>? openLength,
        out int lengthAt)
    {
        List<Action<MessageWriter, int>> fields = [];
        if (_random.Chance(0.4))
        {
            byte[] magic = _random.Chance(0.4) ? ValueMaker.Latin("QRSTUVWXYZ".Substring(_random.Below(6),
                4))[.._random.Of(2, 4)]
                : _random.Bytes(_random.Of(1, 2, 4));
            fields.Add((w, _) => w.Field(magic, "const"));
        }

        if (_random.Chance(0.45))
        {
            int width = _random.Of(1, 1, 2);
            ulong version = (ulong)_random.Between(1, 5);
            fields.Add((w, _) => w.Number_(version, width, _isBigEndian, "version"));
        }

        int typeWidth = _random.Of(1, 1, 1, 2, 2, 4);
        ulong first = typeWidth == 1 || _random.Chance(0.7) ? (ulong)_random.Below(64) : (ulong)_random.Below(20_000);
        ulong step = (ulong)_random.Of(1, 1, 2, 16);
        ulong replyBit = _random.Chance(0.2) ? 1UL << ((8 * typeWidth) - 1) : 0;
        fields.Add((w, type) => w.Number_((first + ((ulong)type * step)) | ((type & 1) == 1 ? replyBit : 0), typeWidth,
            _isBigEndian, "msgtype"));
        int more = _random.Between(0, 9);
        for (int i = 0; i < more; i++)
        {
            Action<MessageWriter> number = NumberField();
            fields.Add((w, _) => number(w));
        }

        // Type and magic mostly come early; the rest is in any order.
        for (int i = fields.Count - 1; i > 1; i--)
        {
            int j = _random.Between(_random.Chance(0.7) ? 1 : 0, i);
            (fields[i], fields[j]) = (fields[j], fields[i]);
        }

        openLength = null;
        lengthAt = -1;
        if (_random.Chance(0.6) && types > 0)
        {
            int width = _random.Of(1, 2, 2, 2, 4, 4, 3);
            bool countsAll = _random.Chance(0.4);
            int addend = _random.Chance(0.2) ? _random.Between(-4, 4) : 0;
            bool order = _random.Chance(0.95) == _isBigEndian;
            openLength = w => w.Open(width, order, countsAll ? 0 : -1, addend);
            lengthAt = _random.Below(fields.Count + 1);
        }

        return fields;
    }

    private Action<MessageWriter> Body(int depth)
    {
        int parts = _random.Between(depth == 2 ? 0 : 1, depth == 2 ? 12 : 4);
        List<Action<MessageWriter>> body = [];
        for (int i = 0; i < parts; i++) body.Add(Part(depth));
        return writer =>
        {
            foreach (Action<MessageWriter> part in body) part(writer);
        };
    }

    private Action<MessageWriter> Part(int depth) => _random.Below(depth > 0 ? 22 : 15) switch
    {
        < 9 => NumberField(),
        9 => FixedText(),
        10 or 11 => CountedText(),
        12 => EndedText(),
        13 => Opaque(),
        14 => Address(),
        15 or 16 => Tagged(depth),
        17 or 18 => Group(depth),
        19 => Packed(),
        20 => Padded(),
        _ => Nested(depth),
    };

    private Action<MessageWriter> NumberField()
    {
        int width = _alignment >= 4 && _random.Chance(0.7) ? _random.Of(4, 4, 4, 8, 2) : _random.Of(1, 1, 1, 2, 2, 2,
            4, 4, 8, 3);
        (Func<MessageWriter, ulong> make, string meaning) = ValueMaker.Number(_random, width);
        return writer => writer.Number_(make(writer), width, _isBigEndian, meaning);
    }

    private Action<MessageWriter> FixedText()
    {
        int width = _random.Of(4, 8, 8, 10, 12, 16, 20, 32);
        byte fill = _random.Of<byte>(0, 0, 0x20);
        Func<string> text = ValueMaker.Text(_random);
        return writer =>
        {
            byte[] value = new byte[width];
            value.AsSpan().Fill(fill);
            byte[] raw = ValueMaker.Latin(text());
            raw.AsSpan(0, Math.Min(raw.Length, width)).CopyTo(value);
            writer.Field(value, "string");
        };
    }

    private Action<MessageWriter> CountedText()
    {
        int width = _random.Of(1, 1, 2, 2, 4), unit = _alignment;
        bool hasEnd = _random.Chance(0.15), isSplit = _random.Chance(0.8);
        Func<string> text = ValueMaker.Text(_random);
        return writer =>
        {
            string value = text() + (hasEnd ? "\0" : "");
            if (isSplit)
            {
                writer.Number_((ulong)value.Length, width, _isBigEndian, "length");
                writer.Text(value);
            }
            else
            {
                writer.Field([.. MessageWriter.Bytes((ulong)value.Length, width, _isBigEndian),
                    .. ValueMaker.Latin(value)],
                    "string");
            }

            int fill = (unit - (value.Length % unit)) % unit;
            writer.Field(new byte[fill], "padding");
        };
    }

    private Action<MessageWriter> EndedText()
    {
        Func<string> text = ValueMaker.Text(_random);
        string end = _random.Of("\0", "\0", "\r\n", "\n");
        bool isWide = end == "\0" && _random.Chance(0.2);
        return writer =>
        {
            string value = text() + end;
            writer.Text(isWide ? string.Concat(value.Select(c => $"{c}\0")) : value);
        };
    }

    private Action<MessageWriter> Opaque()
    {
        int low = _random.Between(1, 16), high = low + (_random.Chance(0.5) ? 0 : _random.Between(1, 40));
        int lengthWidth = high == low ? 0 : _random.Of(1, 2, 2, 4);
        byte[] some = _random.Bytes(high);
        bool isConstant = _random.Chance(0.2);
        return writer =>
        {
            int length = _random.Between(low, high);
            if (lengthWidth > 0) writer.Number_((ulong)length, lengthWidth, _isBigEndian, "length");
            writer.Field(isConstant ? some.AsSpan(0, length) : _random.Bytes(length), "bytes");
        };
    }

    private Action<MessageWriter> Address()
    {
        int width = _random.Of(4, 4, 6, 16);
        byte[][] pool = [.. Enumerable.Range(0, _random.Between(1, 12)).Select(_ => _random.Bytes(width))];
        int shared = _random.Of(0, 1, 2, 3);
        foreach (byte[] address in pool) pool[0].AsSpan(0, Math.Min(shared, width)).CopyTo(address);
        double zero = _random.Chance(0.2) ? 0.5 : 0;
        return writer => writer.Field(_random.Chance(zero) ? new byte[width]
            : pool[ValueMaker.Skewed(_random, pool.Length)], "id");
    }

    private Action<MessageWriter> Packed()
    {
        int bytes = _random.Between(2, 7);
        bool isSigned = _random.Chance(0.6);
        int scale = _random.Between(2, 9);
        return writer => writer.Field(ValueMaker.Packed((ulong)Math.Pow(10, scale * _random.Share()), bytes, isSigned),
            "amount");
    }

    private Action<MessageWriter> Padded()
    {
        int unit = _random.Of(4, 4, 8);
        int fixedWidth = _random.Chance(0.4) ? _random.Between(2, 12) : 0;
        return writer =>
        {
            int fill = fixedWidth > 0 ? fixedWidth : (unit - (writer.Length % unit)) % unit;
            writer.Field(new byte[fill], "padding");
        };
    }

    private Action<MessageWriter> Nested(int depth)
    {
        Action<MessageWriter> body = Body(depth - 1);
        int width = _random.Of(1, 2, 2, 4);
        return writer =>
        {
            int handle = writer.Open(width, _isBigEndian, -1, 0);
            body(writer);
            writer.Close(handle);
        };
    }

    // Tag, length, value; some tags always, some at times.
    private Action<MessageWriter> Tagged(int depth)
    {
        int tagWidth = _random.Of(1, 1, 2, 2, 4), lengthWidth = _random.Of(1, 1, 2, 2, 4), kinds = _random.Between(2,
            8);
        bool countsHeader = _random.Chance(0.25), isLengthFirst = _random.Chance(0.15);
        ulong first = (ulong)_random.Between(1, 80), step = (ulong)_random.Of(1, 1, 1, 16);
        (ulong Tag, Action<MessageWriter> Value, double Chance)[] items =
        [
            .. Enumerable.Range(0, kinds).Select(i => (first + ((ulong)i * step),
                _random.Chance(0.5) ? NumberField() : _random.Chance(0.4) ? RawText() : _random.Chance(0.3) && depth > 1
                    ? Body(0) : RawBytes(), _random.Of(1.0, 0.8, 0.5, 0.3))),
        ];
        byte[] end = _random.Chance(0.2) ? [_random.Of<byte>(0, 0xFF)] : [];
        int unit = _alignment;
        return writer =>
        {
            foreach ((ulong tag, Action<MessageWriter> value, double chance) in items)
            {
                if (!_random.Chance(chance)) continue;
                int start = writer.Length, handle;
                if (isLengthFirst)
                {
                    handle = writer.Open(lengthWidth, _isBigEndian, countsHeader ? start : -1, 0);
                    writer.Number_(tag, tagWidth, _isBigEndian, "msgtype");
                }
                else
                {
                    writer.Number_(tag, tagWidth, _isBigEndian, "msgtype");
                    handle = writer.Open(lengthWidth, _isBigEndian, countsHeader ? start : -1, 0);
                }

                value(writer);
                writer.Close(handle);
                writer.Field(new byte[(unit - (writer.Length % unit)) % unit], "padding");
            }

            writer.Field(end, "const");
        };
    }

    private Action<MessageWriter> RawText()
    {
        Func<string> text = ValueMaker.Text(_random);
        return writer => writer.Text(text());
    }

    private Action<MessageWriter> RawBytes()
    {
        int low = _random.Between(1, 8), high = low + (_random.Chance(0.5) ? 0 : _random.Between(1, 24));
        return writer => writer.Field(_random.Bytes(_random.Between(low, high)), "bytes");
    }

    private Action<MessageWriter> Group(int depth)
    {
        Action<MessageWriter> body = Body(depth - 1);
        int width = _random.Of(1, 1, 2, 2, 4), most = _random.Between(1, 6);
        int least = _random.Chance(0.4) ? 1 : 0;
        return writer =>
        {
            int count = _random.Between(least, most);
            writer.Number_((ulong)count, width, _isBigEndian, "count");
            for (int i = 0; i < count; i++) body(writer);
        };
    }

    // A bitmap says which fields follow; they are numbers, digits or text with a length.
    private Action<MessageWriter, int> Optional()
    {
        int types = Types(5), bits = _random.Of(8, 16, 32, 64), used = Math.Min(bits, _random.Between(4, 20));
        int style = _random.Below(3); // binary, ASCII, EBCDIC
        int[] slots = [.. Enumerable.Range(0, bits).OrderBy(_ => _random.Next()).Take(used).Order()];
        Action<MessageWriter>[] fields = [.. slots.Select(_ => OptionalField(style))];
        double[][] chances = [.. Enumerable.Range(0, types).Select(_ => slots.Select(_ => _random.Of(0, 0, 0.5, 0.9, 1,
            1))
            .ToArray())];
        int prefix = _random.Of(0, 0, 2, 2, 4);
        bool isHex = style > 0 && _random.Chance(0.4);
        ulong firstType = (ulong)_random.Between(100, 900);
        return (writer, type) =>
        {
            int handle = prefix > 0 ? writer.Open(prefix, _isBigEndian, -1, 0) : -1;
            ulong number = firstType + ((ulong)type * 10);
            writer.Field(style switch
            {
                0 => ValueMaker.Packed(number, 2, false),
                1 => ValueMaker.Latin(ValueMaker.Digits(number, 4)),
                _ => ValueMaker.Ebcdic(ValueMaker.Digits(number, 4)),
            }, "msgtype");
            bool[] has = [.. chances[type].Select(c => _random.Chance(c))];
            byte[] map = new byte[bits / 8];
            for (int i = 0; i < used; i++)
            {
                if (has[i]) map[slots[i] / 8] |= (byte)(0x80 >> (slots[i] % 8));
            }

            writer.Field(!isHex ? map : style == 1 ? ValueMaker.Latin(Convert.ToHexString(map))
                : ValueMaker.Ebcdic(Convert.ToHexString(map)), "flags");
            for (int i = 0; i < used; i++)
            {
                if (has[i]) fields[i](writer);
            }

            if (handle >= 0) writer.Close(handle);
        };
    }

    private Action<MessageWriter> OptionalField(int style)
    {
        if (style == 0 && _random.Chance(0.6)) return _random.Chance(0.4) ? Packed() : NumberField();

        Func<string> text = ValueMaker.Text(_random);
        bool isDigits = _random.Chance(0.6);
        int width = _random.Of(2, 3, 4, 6, 6, 8, 10, 12), lengthDigits = _random.Chance(0.35) ? _random.Of(2, 3) : 0;
        (Func<MessageWriter, ulong> make, _) = ValueMaker.Number(_random, 4);
        Func<string, byte[]> code = style == 2 ? ValueMaker.Ebcdic : ValueMaker.Latin;
        return writer =>
        {
            string value = isDigits ? ValueMaker.Digits(make(writer), width) : text().ToUpperInvariant();
            if (lengthDigits == 0)
            {
                writer.Field(code(value.PadRight(width)[..width]), "string");
                return;
            }

            writer.Field(code(ValueMaker.Digits((ulong)value.Length, lengthDigits)), "length");
            writer.Field(code(value), "string");
        };
    }

    // Records of fixed fields, as mainframes and clearing files have them.
    private Action<MessageWriter, int> Records(bool isEbcdic)
    {
        int types = Types(5), length = _random.Chance(0.5) ? _random.Of(80, 94, 100, 120) : 0;
        Func<string, byte[]> code = isEbcdic ? ValueMaker.Ebcdic : ValueMaker.Latin;
        int typeWidth = _random.Of(1, 2, 3, 4);
        string[] names = [.. Enumerable.Range(0, types).Select(i => typeWidth <= 2
            ? ValueMaker.Digits((ulong)(i + 1), typeWidth) : "HEADDETATRAIBATCCTRL".Substring(4 * (i % 5), typeWidth))];
        Action<MessageWriter>[][] bodies = [.. Enumerable.Range(0, types).Select(_ => Enumerable.Range(0,
            _random.Between(3, 12)).Select(_ => RecordField(code, isEbcdic)).ToArray())];
        return (writer, type) =>
        {
            writer.Field(code(names[type]), "msgtype");
            foreach (Action<MessageWriter> field in bodies[type]) field(writer);
            if (length > writer.Length) writer.Field(code(new string(' ', length - writer.Length)), "padding");
        };
    }

    private Action<MessageWriter> RecordField(Func<string, byte[]> code, bool isEbcdic)
    {
        if (isEbcdic && _random.Chance(0.35)) return Packed();
        if (isEbcdic && _random.Chance(0.15)) return NumberField();

        int width = _random.Between(1, 20);
        (Func<MessageWriter, ulong> make, _) = ValueMaker.Number(_random, 4);
        if (_random.Chance(0.55))
        {
            int digits = Math.Min(width, _random.Of(1, 2, 3, 4, 6, 8, 8, 10));
            bool isDate = digits is 6 or 8 && _random.Chance(0.5);
            return writer => writer.Field(code(isDate ? Date(digits) : ValueMaker.Digits(make(writer), digits)), "id");
        }

        Func<string> text = ValueMaker.Text(_random);
        return writer => writer.Field(code(text().ToUpperInvariant().PadRight(width)[..width]), "string");
    }

    private string Date(int digits)
    {
        string date = $"20{ValueMaker.Digits((ulong)_random.Between(19, 27), 2)}"
            + ValueMaker.Digits((ulong)_random.Between(1, 12), 2)
            + ValueMaker.Digits((ulong)_random.Between(1, 28), 2);
        return date[^digits..];
    }

    // Words between delimiters, or names with values.
    private Action<MessageWriter, int> Lines()
    {
        int types = Types(5);
        string between = _random.Of(" ", "|", ",", ";", "\u0001", "\t"), equals = _random.Of("=", ":", ": ");
        bool hasNames = _random.Chance(0.4), isCut = _random.Chance(0.7);
        string end = _random.Of("\r\n", "\n", "", "\0");
        string[] verbs = [.. Enumerable.Range(0, types).Select(i =>
            $"{(char)('A' + i)}{"ETUSNDALOP"[i]}{"GTKDEC"[i % 6]}")];
        (string Name, Func<string> Value)[][] bodies = [.. Enumerable.Range(0, types).Select(_ => Enumerable.Range(0,
            _random.Between(1, 8)).Select(_ => (ValueMaker.Text(_random)(), ValueMaker.Text(_random))).ToArray())];
        return (writer, type) =>
        {
            writer.Text(verbs[type], "msgtype");
            foreach ((string name, Func<string> value) in bodies[type])
            {
                if (isCut)
                    writer.Text(between, "delimiter");
                if (hasNames) writer.Text((isCut ? "" : between) + name + equals, "const");
                writer.Text((isCut || hasNames ? "" : between) + value());
            }

            writer.Text(end, "delimiter");
        };
    }

    // No structure: nothing to be found.
    private Action<MessageWriter, int> Noise()
    {
        int low = _random.Between(8, 80), high = low + _random.Between(0, 60);
        TypeCount = 1;
        return (writer, _) => writer.Field(_random.Bytes(_random.Between(low, high)), "bytes");
    }
}
