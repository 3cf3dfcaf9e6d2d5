using Qbitel.Protocols.Emv;
using Qbitel.Protocols.Emv.Apdu;
using Qbitel.Protocols.Emv.Views;

namespace Qbitel.Protocols.Identification;

/// <summary>
/// Traces of what cards and terminals say to each other: proved by lines in hexadecimal that are commands a payment
/// card
/// has, of their exact lengths, and responses that end with a status.
/// </summary>
internal sealed class EmvApduFormat : MessageFormat
{
    private const double MinimumBits = 30;
    private const int Window = 64 * 1024;

    public override string Name => "emv-apdu";

    /// <remarks>A first line that is a mark such as C-APDU with digits, or a SELECT by name.</remarks>
    public override bool Claims(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> line = bytes.TrimStart(" \t\r\n"u8);
        int end = line.IndexOfAny((byte)'\r', (byte)'\n');
        if (end >= 0) line = line[..end];
        if (line.Length is < 8 or > 4096) return false;
        if (!TraceLine.TryRead(line, 0, line.Length, 1, out TraceLine? read, out _) || read is not { Hex: { } hex })
            return false;
        if (line.StartsWith("C-APDU"u8) || line.StartsWith("R-APDU"u8)) return true;
        return CommandApdu.TryParse(hex.Bytes, out CommandApdu command, out _) && command.Cla == 0
            && command.Ins == ApduNames.Select && command.P1 == 4 && command.Data.Length is >= 5 and <= 16;
    }

    public override IdentifiedMessage? Identify(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 12 || !MayBegin(bytes)) return null;
        int consumed = bytes.Length;
        if (consumed >= Window) consumed = bytes[..Window].LastIndexOf((byte)'\n') + 1; // the last line may be cut
        DiagnosticList found = new();
        TraceReading reading = TraceReading.Read(bytes[..consumed], found);
        if (found.HasErrors) return null;

        double bits = 16 * reading.Blocks.Count;
        int pairs = 0;
        bool awaits = false;
        foreach (TracedApdu apdu in reading.Apdus)
        {
            if (apdu.IsCommand)
            {
                if (!CommandApdu.TryParse(apdu.Hex.Bytes, out CommandApdu command, out _)) return null;
                bits += command.Name is null ? -12 : 12 + (command.Data.IsEmpty ? 0 : 7);
            }
            else
            {
                if (!ResponseApdu.TryParse(apdu.Hex.Bytes, out ResponseApdu response, out _)) return null;
                bits += response.Status.Value == 0x9000 ? 14 : 5;
                if (awaits) pairs++;
            }

            awaits = apdu.IsCommand;
        }

        return pairs == 0 || bits < MinimumBits ? null
            : new IdentifiedMessage(Name, null, reading.Blocks.Count > 0 ? "T=1" : null, consumed,
                IdentifiedMessage.ConfidenceOf(bits));
    }

    /// <remarks>A trace ends where a line is none of a trace.</remarks>
    public override FrameStatus TryReadMessage(ReadOnlySpan<byte> stream, out int consumed, out ParseError? error)
    {
        consumed = 0;
        error = null;
        bool hasLine = false;
        int number = 0;
        for (int from = 0; from < stream.Length;)
        {
            int length = stream[from..].IndexOf((byte)'\n');
            int next = length < 0 ? stream.Length : from + length + 1, to = length < 0 ? stream.Length : from + length;
            if (to > from && stream[to - 1] == '\r') to--;
            if (!TraceLine.TryRead(stream, from, to, ++number, out TraceLine? line, out int wrong))
            {
                if (hasLine) return FrameStatus.Complete;
                error = new ParseError(new Diagnostic("Apdu.Line", Severity.Error, "the line is none of a trace")
                {
                    Offset = wrong,
                    Expected = "an optional mark such as C-APDU:, and bytes in hexadecimal",
                });
                consumed = next;
                return FrameStatus.Invalid;
            }

            hasLine |= line is not null;
            from = consumed = next;
        }

        if (hasLine) return FrameStatus.Complete;
        error = Empty;
        consumed = 0;
        return FrameStatus.Incomplete;
    }

    public override void Cover(ReportField field, Span<byte> value) => EmvCovering.Cover(field, value);

    /// <remarks>Blocks of T=1 end with a check over their bytes.</remarks>
    public override void Reseal(Span<byte> message)
    {
        List<HexText> blocks = [];
        for (int from = 0; from < message.Length;)
        {
            int length = message[from..].IndexOf((byte)'\n'), to = length < 0 ? message.Length : from + length;
            if (!TraceLine.TryRead(message, from, to, 1, out TraceLine? line, out _)) return;
            if (line is { Hex: { } hex })
            {
                if (hex.Bytes.Length < 4 || hex.Bytes[2] + 4 != hex.Bytes.Length) return;
                blocks.Add(hex);
            }

            from = to + 1;
        }

        foreach (HexText block in blocks)
        {
            byte sum = 0;
            foreach (byte each in block.Bytes.AsSpan(0, block.Bytes.Length - 1)) sum ^= each;
            if (sum == block.Bytes[^1]) continue;
            int at = block.Start(block.Bytes.Length - 1);
            string digits = Convert.ToHexString([sum]);
            message[at] = (byte)digits[0];
            message[at + 1] = (byte)digits[1];
        }
    }

    public override ParseReport Parse(ReadOnlySpan<byte> bytes, ParseOptions options) =>
        EmvDecoder.DecodeTrace(bytes, options).ToReport(options.FieldLimit);

    // Most inputs are told apart by their first line, which is cheaper than reading all of them.
    private static bool MayBegin(ReadOnlySpan<byte> bytes)
    {
        int number = 0;
        for (int from = 0; from < bytes.Length && number < 8;)
        {
            int length = bytes[from..].IndexOf((byte)'\n');
            if (length > 8192 || (length < 0 && bytes.Length - from > 8192)) return false;
            int to = length < 0 ? bytes.Length : from + length;
            int end = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
            if (!TraceLine.TryRead(bytes, from, end, ++number, out TraceLine? line, out _)) return false;
            if (line is { Hex: { } hex }) return hex.Bytes.Length >= 4;
            from = to + 1;
        }

        return false;
    }
}
