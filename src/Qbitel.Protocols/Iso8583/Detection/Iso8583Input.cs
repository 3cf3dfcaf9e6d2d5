namespace Qbitel.Protocols.Iso8583.Detection;

/// <summary>A file as messages: one as it is, hexadecimal digits, lines, or messages after their lengths.</summary>
/// <param name="Form">How the file holds them, in words.</param>
/// <param name="Messages">The messages, each with its header.</param>
public sealed record Iso8583Input(string Form, IReadOnlyList<ReadOnlyMemory<byte>> Messages)
{
    /// <summary>A file of more messages is looked at up to here.</summary>
    private const int MostMessages = 10_000;

    /// <summary>What the form itself proves: digits where any byte could stand, the ends of lines.</summary>
    internal double Bits { get; private init; }

    /// <summary>Finds out how a file holds its messages and in which variant they are written.</summary>
    /// <param name="file">All of it.</param>
    /// <param name="profiles">The field tables that may be meant; null for the general ones.</param>
    /// <param name="detection">What was found of the likeliest form.</param>
    public static Iso8583Input Read(ReadOnlySpan<byte> file, IReadOnlyList<Iso8583Profile>? profiles,
        out Iso8583Detection detection)
    {
        Iso8583Input? best = null;
        detection = new Iso8583Detection(0, []);
        double most = double.NegativeInfinity;
        foreach (Iso8583Input input in Forms(file))
        {
            Iso8583Detection found = Iso8583Detector.Detect(input.Messages, profiles);
            double bits = found.Candidates.Count == 0 || found.Candidates[0].Bits <= 0 ? -1_000_000
                : input.Bits + found.Candidates[0].Bits - (found.Winner is null ? 1000 : 0);
            if (best is not null && bits <= most) continue;
            (best, detection, most) = (input, found, bits);
        }

        return best!;
    }

    /// <summary>Every form that the file may have; as it is comes first.</summary>
    public static IEnumerable<Iso8583Input> Forms(ReadOnlySpan<byte> file)
    {
        byte[] whole = file.ToArray();
        List<Iso8583Input> forms = [new("one message", [whole])];
        int trimmed = file.TrimEnd("\r\n"u8).Length;
        if (trimmed < whole.Length)
        {
            forms.Add(new Iso8583Input("one message and a line end", [whole.AsMemory(0, trimmed)])
            {
                Bits = 8 * (whole.Length - trimmed),
            });
        }

        List<ReadOnlyMemory<byte>> lines = Lines(whole);
        if (lines.Count > 1) forms.Add(new Iso8583Input("a message a line", lines) { Bits = 8 * lines.Count });
        AddHex(whole, lines, forms);
        foreach (Iso8583Header header in Iso8583Encoding.Headers)
        {
            if (Split(whole, new Iso8583Encoding(header, Iso8583Bitmap.Binary)) is { Count: > 1 } stream)
                forms.Add(new Iso8583Input("messages after their lengths", stream));
        }

        return forms;
    }

    private static void AddHex(byte[] file, List<ReadOnlyMemory<byte>> lines, List<Iso8583Input> forms)
    {
        if (Unhex(file) is { } one)
        {
            forms.Add(new Iso8583Input("one message in hexadecimal", [one])
            {
                Bits = (8.0 * file.Length) - (8 * one.Length),
            });
        }

        if (lines.Count < 2) return;

        List<ReadOnlyMemory<byte>> messages = [];
        double bits = 0;
        foreach (ReadOnlyMemory<byte> line in lines)
        {
            if (Unhex(line.Span) is not { } message) return;
            messages.Add(message);
            bits += (8.0 * line.Length) - (8 * message.Length) + 8;
        }

        forms.Add(new Iso8583Input("a message a line in hexadecimal", messages) { Bits = bits });
    }

    // Every hexadecimal digit is 4 bits of its 8; the other 4 speak for the form, and are what is counted above.
    private static byte[]? Unhex(ReadOnlySpan<byte> text)
    {
        byte[] bytes = new byte[(text.Length / 2) + 1];
        int digits = 0;
        foreach (byte b in text)
        {
            char c = (char)b;
            if (c is ' ' or '\r' or '\n' or '\t') continue;
            if (!char.IsAsciiHexDigit(c)) return null;
            int value = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
            bytes[digits / 2] |= (byte)(digits % 2 == 0 ? value << 4 : value);
            digits++;
        }

        return digits > 8 && digits % 2 == 0 ? bytes[..(digits / 2)] : null;
    }

    private static List<ReadOnlyMemory<byte>> Lines(byte[] file)
    {
        List<ReadOnlyMemory<byte>> lines = [];
        for (int at = 0; at < file.Length && lines.Count < MostMessages;)
        {
            int length = file.AsSpan(at).IndexOf((byte)'\n');
            int end = length < 0 ? file.Length : at + length;
            ReadOnlyMemory<byte> line = file.AsMemory(at..end);
            if (line.Length > 0 && line.Span[^1] == '\r') line = line[..^1];
            if (line.Length > 0) lines.Add(line);
            at = end + 1;
        }

        return lines;
    }

    private static List<ReadOnlyMemory<byte>>? Split(byte[] file, Iso8583Encoding encoding)
    {
        if (encoding.Header == Iso8583Header.None) return null;
        List<ReadOnlyMemory<byte>> messages = [];
        for (int at = 0; at < file.Length && messages.Count < MostMessages;)
        {
            FrameStatus status = Iso8583Reader.TryReadLength(file.AsSpan(at), encoding, out int whole, out _);
            if (status != FrameStatus.Complete) return null;
            messages.Add(file.AsMemory(at, whole));
            at += whole;
        }

        return messages;
    }
}
