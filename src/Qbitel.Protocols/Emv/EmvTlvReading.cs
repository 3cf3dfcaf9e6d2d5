using System.Globalization;

namespace Qbitel.Protocols.Emv;

/// <summary>Reads data objects past what is wrong with some of them, and holds them to the table of tags.</summary>
internal static class EmvTlvReading
{
    // What repeats by its nature (EMV Book 1, 12.2; Book 3, 10.10).
    private static bool MayRepeat(uint tag) =>
        tag is EmvTag.IssuerScriptCommand or EmvTag.ScriptTemplate1 or EmvTag.ScriptTemplate2 or 0x61
        || BerTlv.IsConstructedTag(tag);

    /// <summary>
    /// Reads all that can be read: after a fault within an outermost object it goes on behind that object.
    /// </summary>
    /// <returns>Where reading ended: the end, or the object that nothing can be read after.</returns>
    public static int Read(ReadOnlySpan<byte> bytes, ParseMode mode, bool allowLongLengths, List<BerTlv> objects,
        DiagnosticList found)
    {
        for (int start = 0; start < bytes.Length;)
        {
            BerTlvReader reader = new(bytes[start..], mode) { AllowLongLengths = allowLongLengths };
            int outermostEnd = -1, lastEnd = start;
            while (reader.TryRead(out BerTlv item))
            {
                item = item with { Offset = item.Offset + start, ValueOffset = item.ValueOffset + start };
                if (objects.Count == EmvTlvMessage.MaxObjects)
                {
                    found.Add(TooMany(item));
                    return item.Offset;
                }

                objects.Add(item);
                if (item.Depth == 0) (outermostEnd, lastEnd) = (item.End, item.End);
            }

            if (reader.Error is not { } error) return bytes.Length;
            long at = error.Offset!.Value + start;
            found.Add(error.Diagnostic with { Offset = at, Path = PathOf(objects, (int)at, error.Diagnostic.Tag!) });
            if (outermostEnd <= at) return (int)Math.Max(at, lastEnd);
            start = outermostEnd;
        }

        return bytes.Length;
    }

    /// <summary>Longer lengths than needed, tags that come again, and what the table says of each tag.</summary>
    public static void Judge(ReadOnlySpan<byte> bytes, IReadOnlyList<BerTlv> objects, EmvScheme scheme,
        DiagnosticList found, bool formOnly)
    {
        HashSet<(int, uint)> seen = [];
        Span<int> holders = stackalloc int[BerTlvReader.MaxDepth + 1];
        holders[0] = -1;
        foreach (BerTlv item in objects)
        {
            if (found.IsFull) return;
            holders[item.Depth + 1] = item.Offset;
            int lengthSize = item.ValueOffset - item.Offset - BerTlv.TagSize(item.Tag);
            if (lengthSize > BerTlv.LengthSize(item.ValueLength))
            {
                Add("Emv.LongLength", Severity.Warning, item, "the length is longer than it need be",
                    $"{BerTlv.LengthSize(item.ValueLength)} bytes", $"{lengthSize} bytes");
            }

            if (!MayRepeat(item.Tag) && !seen.Add((holders[item.Depth], item.Tag)))
            {
                Add("Emv.Duplicate", Severity.Warning, item, "the tag comes again; which one counts is not laid down",
                    "each tag once", "the tag again");
            }

            if (formOnly) continue;
            if (!EmvTagTable.IsKnown(item.Tag))
            {
                Add("Emv.UnknownTag", Severity.Info, item, "the tag is not in the table; its value was kept", null,
                    null);
            }
            else if (EmvTagTable.Find(item.Tag, scheme) is { } rule)
            {
                ReadOnlySpan<byte> value = bytes.Slice(item.ValueOffset, item.ValueLength);
                if (!rule.AllowsLength(item.ValueLength))
                {
                    Add("Emv.ValueLength", Severity.Warning, item, "the value has another length than its tag's",
                        rule.Lengths, $"{item.ValueLength} bytes");
                }
                else if (rule.FirstMisfit(value) is >= 0 and int misfit)
                {
                    Add("Emv.ValueFormat", Severity.Warning, item, "a byte of the value is not as its tag has it",
                        InWords(rule.Format),
                            string.Create(CultureInfo.InvariantCulture, $"another at byte {misfit + 1}"));
                }
            }
        }

        void Add(string code, Severity severity, BerTlv item, string message, string? expected, string? actual) =>
            found.Add(new Diagnostic(code, severity, message)
            {
                Offset = item.Offset,
                Length = item.End - item.Offset,
                Tag = EmvTag.Show(item.Tag),
                Field = EmvTagTable.NameOf(item.Tag, scheme),
                Path = PathOf(objects, item.Offset, EmvTag.Show(item.Tag)),
                Expected = expected,
                Actual = actual,
            });
    }

    /// <summary>The tags of what holds a place, such as <c>/70/5A</c>.</summary>
    public static string PathOf(IReadOnlyList<BerTlv> objects, int at, string tag)
    {
        string path = "";
        foreach (BerTlv holder in objects)
        {
            bool holds = holder.IsConstructed && holder.ValueOffset <= at && at < holder.End;
            if (holds) path += "/" + EmvTag.Show(holder.Tag);
        }

        return $"{path}/{tag}";
    }

    /// <summary>By the application's identifier, where one of the data objects is one.</summary>
    public static EmvScheme SchemeOf(ReadOnlySpan<byte> bytes, IReadOnlyList<BerTlv> objects)
    {
        foreach (BerTlv item in objects)
        {
            if (item.Tag is not (EmvTag.DedicatedFileName or EmvTag.ApplicationIdentifier
                or EmvTag.TerminalApplicationIdentifier))
            {
                continue;
            }

            EmvScheme scheme = EmvTagTable.SchemeOf(bytes.Slice(item.ValueOffset, item.ValueLength));
            if (scheme != EmvScheme.Unknown) return scheme;
        }

        return EmvScheme.Unknown;
    }

    public static Diagnostic TooMany(BerTlv item) =>
        new("Emv.TooMany", Severity.Error, "there are more data objects than are read")
        {
            Offset = item.Offset,
            Tag = EmvTag.Show(item.Tag),
            Expected = $"at most {EmvTlvMessage.MaxObjects} data objects",
            Actual = "one more",
        };

    private static string InWords(EmvFormat format) => format switch
    {
        EmvFormat.Numeric => "packed digits",
        EmvFormat.CompressedNumeric => "packed digits, F at the end",
        EmvFormat.Alphabetic => "letters",
        EmvFormat.Alphanumeric => "letters and digits",
        _ => "printable characters",
    };
}
