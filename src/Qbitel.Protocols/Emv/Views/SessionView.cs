using System.Globalization;
using Qbitel.Protocols.Emv.Apdu;
using Qbitel.Protocols.Emv.Words;

namespace Qbitel.Protocols.Emv.Views;

/// <summary>
/// A trace as nodes: what each command asks, by what the card has said before, and what each response gives.
/// </summary>
internal sealed class SessionView
{
    // EMV Book 2, 6.5.1, and Contactless Book C-2, A.1.38: what is asked where the card gives no list.
    private static readonly byte[] DefaultDdol = [0x9F, 0x37, 0x04], DefaultUdol = [0x9F, 0x6A, 0x04];

    private readonly ParseOptions _options;
    private readonly DiagnosticList _found;
    private readonly Dictionary<uint, byte[]> _lists = [];
    private readonly List<HexText> _commandParts = [], _responseParts = [];
    private readonly List<string> _applications = [];
    private EmvScheme _scheme;
    private CommandApdu? _asked;
    private int _cryptograms, _commands;
    private bool _isOpen;
    private string? _card, _outcome;

    private SessionView(ParseOptions options, DiagnosticList found)
    {
        _options = options;
        _found = found;
    }

    public static EmvDocument Read(ReadOnlySpan<byte> input, ParseOptions options)
    {
        DiagnosticList found = new();
        TraceReading reading = TraceReading.Read(input, found);
        SessionView view = new(options, found);
        List<EmvNode> nodes = [.. reading.Remarks.Select(Remark), .. reading.Blocks.Select(Block)];
        foreach (TracedApdu apdu in reading.Apdus)
        {
            if (found.IsFull) break;
            nodes.Add(apdu.IsCommand ? view.Command(apdu) : view.Response(apdu));
        }

        if (view._isOpen)
            view.Warn("Apdu.NoResponse", Severity.Info, "the trace ends with a command", reading.Apdus[^1]);
        if (reading.Apdus.Count == 0 && !found.HasErrors)
            found.Add(new Diagnostic("Common.Empty", Severity.Error, "there is no command") { Offset = 0 });
        if (options.Mode == ParseMode.Strict) found.Harden();

        List<KeyValuePair<string, string>> summary =
            [new("commands", view._commands.ToString(CultureInfo.InvariantCulture))];
        if (view._applications.Count > 0) summary.Add(new("applications", string.Join(", ", view._applications)));
        if (view._card is not null) summary.Add(new("card", view._card));
        if (view._outcome is not null) summary.Add(new("outcome", view._outcome));
        return new EmvDocument("emv-apdu", reading.Blocks.Count > 0 ? "T=1" : null, view._scheme,
            [.. nodes.OrderBy(node => node.Offset).ThenByDescending(node => node.Tag == "T=1")], found.Found, summary);
    }

    // Who made the trace may have written whose card it is.
    private static EmvNode Remark(HexText text) =>
        new("remark", null, Redaction.Text.Mask(text.Bytes), text, 0, 0, text.Bytes.Length)
        {
            Redaction
            = Redaction.Text
        };

    private static EmvNode Block(TracedBlock traced) =>
        new("T=1", traced.IsToCard ? "to the card" : "from the card", traced.Block.InWords, traced.Hex, 0, 0, 3)
        {
            Path = $"/line[{traced.Line}]/block",
        };

    private EmvNode Command(TracedApdu apdu)
    {
        if (_isOpen) Warn("Apdu.NoResponse", Severity.Warning, "the command before it has no response", apdu);
        if (!CommandApdu.TryParse(apdu.Hex.Bytes, out CommandApdu command, out ParseError error))
        {
            (_asked, _isOpen) = (null, true);
            return Unreadable(apdu, "C-APDU", error);
        }

        _commands++;
        _isOpen = true;
        bool fetches = command.Ins == ApduNames.GetResponse && _responseParts.Count > 0;
        if (!fetches)
        {
            if (_asked is not { IsChained: true } || _asked.Ins != command.Ins) _commandParts.Clear();
            _asked = command;
            _responseParts.Clear();
        }

        EmvNode node = new("C-APDU", command.Name, command.ToString(), apdu.Hex, 0, 0, apdu.Hex.Bytes.Length)
        {
            Path = $"/line[{apdu.Line}]/command",
            Words = [.. AskedInWords(command).Select(text => new EmvWord(0, 0, text))],
        };
        if (command.Data.IsEmpty) return node;

        _commandParts.Add(apdu.Hex.Slice(command.DataOffset, command.Data.Length));
        if (ApduNames.HasPin(command.Ins))
        {
            node.Add(Hidden(_commandParts[^1], "PIN data", $"{command.Data.Length} bytes, hidden", node.Path!,
                Redaction.Secret));
            _commandParts.Clear();
        }
        else if (!command.IsChained)
        {
            foreach (EmvNode child in DataOf(command, HexText.Join(_commandParts), node.Path!, apdu)) node.Add(child);
            _commandParts.Clear();
        }

        return node;
    }

    private IEnumerable<EmvNode> DataOf(CommandApdu command, HexText data, string path, TracedApdu apdu)
    {
        byte[] bytes = data.Bytes;
        EmvContext context = new(_scheme, null);
        switch (command.Ins)
        {
            case ApduNames.Select when command.P1 == 4:
                if (EmvTagTable.SchemeOf(bytes) is var scheme and not EmvScheme.Unknown) _scheme = scheme;
                return [Name(data, path)];

            case ApduNames.ProcessingOptions:
                List<EmvNode> nodes = Tlv(data, path, out List<BerTlv> objects);
                if (objects is [{ Tag: 0x83 } values])
                {
                    HexText inner = data.Slice(values.ValueOffset, values.ValueLength);
                    foreach (EmvNode child in Filled(0x9F38, [], inner, $"{path}/83", apdu)) nodes[0].Add(child);
                }

                return nodes;

            case ApduNames.GenerateCryptogram:
                return Filled(_cryptograms == 0 ? 0x8Cu : 0x8Du, [], data, path, apdu);

            case ApduNames.InternalAuthenticate:
                return Filled(0x9F49, DefaultDdol, data, path, apdu);

            case ApduNames.CardCode when (command.Cla & 0x80) != 0:
                return Filled(0x9F69, DefaultUdol, data, path, apdu);

            case ApduNames.ExternalAuthenticate:
                return [TlvView.Bare(data, EmvTag.IssuerAuthenticationData, 0, bytes.Length, context, path)];

            case 0xDA when (command.Cla & 0x04) == 0:
                return [TlvView.Bare(data, Tag(command), 0, bytes.Length, context, path)];

            default:
                return Unknown(data, path);
        }
    }

    private EmvNode Response(TracedApdu apdu)
    {
        if (!_isOpen) Warn("Apdu.NoCommand", Severity.Warning, "the response has no command before it", apdu);
        _isOpen = false;
        if (!ResponseApdu.TryParse(apdu.Hex.Bytes, out ResponseApdu response, out ParseError error))
            return Unreadable(apdu, "R-APDU", error);

        int size = response.Data.Length;
        if (_asked?.Expected is { } expected && size > expected)
        {
            Warn("Apdu.TooLong", Severity.Warning, "the response has more bytes than were asked for", apdu,
                $"at most {expected} bytes", $"{size} bytes");
        }

        EmvNode node = new("R-APDU", _asked?.Name, response.ToString(), apdu.Hex, 0, 0, apdu.Hex.Bytes.Length)
        {
            Path = $"/line[{apdu.Line}]/response",
            Words = [new EmvWord(0, 0, response.Status.InWords)],
        };
        if (size > 0 || response.Status.Waiting is not null) _responseParts.Add(apdu.Hex.Slice(0, size));
        if (response.Status.Waiting is not null) return node;
        HexText data = HexText.Join(_responseParts);
        _responseParts.Clear();
        if (data.Bytes.Length == 0) return node;
        foreach (EmvNode child in Given(data, node.Path!, apdu)) node.Add(child);
        return node;
    }

    private List<EmvNode> Given(HexText data, string path, TracedApdu apdu)
    {
        byte[] bytes = data.Bytes;
        byte? asked = _asked?.Ins;
        bool isOwn = (_asked?.Cla & 0x80) != 0;
        bool isTlv = asked switch
        {
            ApduNames.Select or ApduNames.ProcessingOptions or ApduNames.GenerateCryptogram or ApduNames.GetData
                or ApduNames.InternalAuthenticate => true,
            ApduNames.CardCode => isOwn,
            // Files 11 and up hold what the network or the issuer likes (EMV Book 3, 5.3.2).
            ApduNames.ReadRecord => _asked!.P2 >> 3 <= 10 || bytes[0] == 0x70,
            0xEA => isOwn,
            _ => false,
        };
        if (!isTlv)
        {
            return asked == ApduNames.GetChallenge ? [Shown(data, path)] : Unknown(data, path);
        }

        if (asked == ApduNames.Select)
        {
            _lists.Clear();
            _cryptograms = 0;
        }

        List<EmvNode> nodes = Tlv(data, path, out List<BerTlv> objects);
        if (objects is [{ Tag: 0x80 } answer, ..])
        {
            foreach (EmvNode child in Untagged(data.Slice(answer.ValueOffset, answer.ValueLength), $"{path}/80"))
                nodes[0].Add(child);
        }
        else if (asked == ApduNames.ReadRecord && bytes[0] != 0x70)
        {
            Warn("Apdu.Record", Severity.Warning, "the record is no template", apdu, "70", $"{bytes[0]:X2}");
        }

        Remember(bytes, objects);
        if (asked == ApduNames.GenerateCryptogram) _cryptograms++;
        return nodes;
    }

    // Answers of format 1 (EMV Book 3, 6.5.5.4, 6.5.8.4 and 6.5.9.4).
    private List<EmvNode> Untagged(HexText data, string path)
    {
        int length = data.Bytes.Length;
        (uint Tag, int Size)[] parts = _asked?.Ins switch
        {
            ApduNames.ProcessingOptions when length >= 6 => [(0x82, 2), (0x94, length - 2)],
            ApduNames.GenerateCryptogram when length >= 11 =>
                [(0x9F27, 1), (0x9F36, 2), (0x9F26, 8), (0x9F10, length - 11)],
            ApduNames.InternalAuthenticate => [(0x9F4B, length)],
            _ => [],
        };
        List<EmvNode> nodes = [];
        int at = 0;
        foreach ((uint tag, int size) in parts)
        {
            if (size == 0) continue;
            nodes.Add(TlvView.Bare(data, tag, at, at + size, new EmvContext(_scheme, null), path));
            if (tag == 0x9F27) Conclude(data.Bytes[at]);
            at += size;
        }

        return nodes;
    }

    private IEnumerable<EmvNode> Filled(uint list, byte[] otherwise, HexText data, string path, TracedApdu apdu)
    {
        if (data.Bytes.Length == 0) return [];
        bool isKnown = _lists.TryGetValue(list, out byte[]? given);
        if (!DataObjectList.TryParse(given ?? otherwise, out DataObjectList asked, out _) || asked.Entries.Count == 0)
            return Unknown(data, path);
        if (asked.Size != data.Bytes.Length)
        {
            if (isKnown)
            {
                Warn("Apdu.ListLength", Severity.Warning,
                    $"the values do not fill the list {EmvTag.Show(list)} of the card",
                    apdu, $"{asked.Size} bytes", $"{data.Bytes.Length} bytes");
            }

            return Unknown(data, path);
        }

        List<(uint Tag, int From, int To)> places = [];
        int at = 0;
        foreach (DataObjectEntry entry in asked.Entries)
        {
            if (entry.Length > 0) places.Add((entry.Tag, at, at + entry.Length));
            at += entry.Length;
        }

        (_, int from, int to) = places.Find(place => place.Tag == EmvTag.TransactionCurrency);
        EmvContext context = new(_scheme, EmvCodes.CurrencyOf(data.Bytes.AsSpan(from, to - from)));
        return places.Select(place => TlvView.Bare(data, place.Tag, place.From, place.To, context, path));
    }

    private List<EmvNode> Tlv(HexText data, string path, out List<BerTlv> objects) =>
        TlvView.Read(data, _options with { Mode = ParseMode.Lenient }, _scheme, path, _found, out objects);

    private void Remember(byte[] bytes, List<BerTlv> objects)
    {
        foreach (BerTlv item in objects)
        {
            ReadOnlySpan<byte> value = bytes.AsSpan(item.ValueOffset, item.ValueLength);
            switch (item.Tag)
            {
                case 0x9F38 or 0x8C or 0x8D or 0x9F49 or 0x9F69:
                    _lists[item.Tag] = value.ToArray();
                    break;
                case EmvTag.DedicatedFileName when EmvTagTable.SchemeOf(value) is var scheme and not EmvScheme.Unknown:
                    _scheme = scheme;
                    string application = Convert.ToHexString(value);
                    if (!_applications.Contains(application)) _applications.Add(application);
                    break;
                case EmvTag.Pan:
                    _card = EmvValue.Show(item.Tag, value);
                    break;
                case EmvTag.CryptogramInformation when value.Length == 1:
                    Conclude(value[0]);
                    break;
            }
        }
    }

    private void Conclude(byte information) =>
        _outcome = EmvWords.Of(EmvTag.CryptogramInformation, [information]) is [EmvWord word, ..] ? word.Text : null;

    private static IEnumerable<string> AskedInWords(CommandApdu command)
    {
        switch (command.Ins)
        {
            case ApduNames.Select:
                yield return command.P1 == 4 ? "by name" : "by file";
                if ((command.P2 & 0x02) != 0) yield return "the next one";
                break;
            case ApduNames.ReadRecord:
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"file {command.P2 >> 3}, record {command.P1}");
                break;
            case ApduNames.GetData or 0xDA:
                uint tag = Tag(command);
                yield return $"{EmvTag.Show(tag)} {EmvTagTable.NameOf(tag)}".TrimEnd();
                break;
            case ApduNames.GenerateCryptogram:
                yield return (command.P1 & 0xC0) switch
                {
                    0x00 => "asks to decline (AAC)",
                    0x40 => "asks to approve (TC)",
                    0x80 => "asks to go online (ARQC)",
                    _ => "reserved",
                };
                if ((command.P1 & 0x18) != 0) yield return "with a signature (CDA or XDA)";
                break;
            case ApduNames.Verify:
                yield return command.P2 switch { 0x80 => "plain PIN", 0x88 => "encrypted PIN", _ => "other data" };
                break;
            case ApduNames.GetResponse:
                yield return "fetches what waits";
                break;
        }

        if (command.IsChained) yield return "more of the data follow";
        if ((command.Cla & 0xF4) == 0x84 || (command.Cla & 0xEC) == 0x0C) yield return "with secure messaging";
    }

    private static uint Tag(CommandApdu command)
        => command.P1 == 0 ? command.P2 : (uint)((command.P1 << 8) | command.P2);

    private static EmvNode Name(HexText data, string path)
    {
        byte[] bytes = data.Bytes;
        return new EmvNode("84", "name that is selected", EmvValue.Show(EmvTag.DedicatedFileName, bytes), data, 0, 0,
            bytes.Length)
        {
            Path = $"{path}/84",
            Words = EmvWords.Application(bytes) is { } words ? [new EmvWord(0, 0, words)] : [],
        };
    }

    // What nobody describes is told tag by tag where it is of data objects that are known; else only its length is.
    private List<EmvNode> Unknown(HexText data, string path)
    {
        BerTlvReader reader = new(data.Bytes, ParseMode.Strict);
        bool isKnown = reader.TryRead(out BerTlv first) && EmvTagTable.IsKnown(first.Tag)
            && (first.Tag > 0xFF || first.IsConstructed);
        while (isKnown && reader.TryRead(out BerTlv item)) isKnown = EmvTagTable.IsKnown(item.Tag);
        return isKnown && reader.Error is null ? Tlv(data, path, out _)
            : [Hidden(data, "data", $"{data.Bytes.Length} bytes, not told", path, Redaction.Text)];
    }

    private static EmvNode Shown(HexText data, string path) =>
        new("data", null, EmvValue.Bytes(data.Bytes), data, 0, 0, data.Bytes.Length) { Path = $"{path}/data" };

    private static EmvNode Hidden(HexText data, string tag, string value, string path, Redaction redaction) =>
        new(tag, null, value, data, 0, 0, data.Bytes.Length) { Path = $"{path}/data", Redaction = redaction };

    private EmvNode Unreadable(TracedApdu apdu, string tag, ParseError error)
    {
        _found.Add(ApduTrace.Place(error.Diagnostic, apdu));
        int length = apdu.Hex.Bytes.Length;
        return new EmvNode(tag, null, $"{length} bytes that cannot be read", apdu.Hex, 0, 0, length)
        {
            Path = $"/line[{apdu.Line}]",
            Redaction = Redaction.Secret,
        };
    }

    private void Warn(string code, Severity severity, string message, TracedApdu apdu, string? expected = null,
        string? actual = null) => _found.Add(new Diagnostic(code, severity, message)
        {
            Offset = apdu.Hex.Start(0),
            Path = $"/line[{apdu.Line}]",
            Expected = expected,
            Actual = actual,
        });
}
