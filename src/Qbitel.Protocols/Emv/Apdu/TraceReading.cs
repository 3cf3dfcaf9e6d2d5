using System.Globalization;
using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Emv.Apdu;

/// <summary>A command or response of a trace, with where its bytes stand.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TracedApdu(int Line, bool IsCommand, HexText Hex);

/// <summary>A block of T=1 of a trace.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TracedBlock(int Line, bool IsToCard, HexText Hex, TransmissionBlock Block);

/// <summary>Reads the lines of a trace, tells commands from responses, and puts blocks of T=1 together.</summary>
internal sealed class TraceReading
{
    /// <summary>A trace of more lines is read to here.</summary>
    public const int MaxLines = 100_000;

    private readonly DiagnosticList _found;

    private TraceReading(DiagnosticList found) => _found = found;

    public List<TracedApdu> Apdus { get; } = [];

    /// <summary>Lines that say something to people.</summary>
    public List<HexText> Remarks { get; } = [];

    /// <summary>Where the trace is one of blocks.</summary>
    public List<TracedBlock> Blocks { get; } = [];

    public static TraceReading Read(ReadOnlySpan<byte> input, DiagnosticList found)
    {
        TraceReading reading = new(found);
        List<TraceLine> lines = reading.Lines(input);
        bool isBlocks = lines.Count > 0
            && lines.TrueForAll(line => TransmissionBlock.TryParse(line.Hex.Bytes, out _, out _));
        if (isBlocks) reading.ReadBlocks(lines);
        else reading.ReadApdus(lines);
        return reading;
    }

    private List<TraceLine> Lines(ReadOnlySpan<byte> input)
    {
        List<TraceLine> lines = [];
        int number = 0;
        for (int from = 0; from < input.Length && !_found.IsFull;)
        {
            int length = input[from..].IndexOf((byte)'\n');
            int next = length < 0 ? input.Length : from + length + 1, to = length < 0 ? input.Length : from + length;
            if (to > from && input[to - 1] == '\r') to--;
            number++;
            if (lines.Count == MaxLines)
            {
                Add("Apdu.TooMany", Severity.Error, "there are more lines than are read", number, from, from,
                    $"at most {MaxLines} lines", null);
                break;
            }

            if (!TraceLine.TryRead(input, from, to, number, out TraceLine? line, out int wrong))
            {
                Add("Apdu.Line", Severity.Error, "the line is none of a trace", number, wrong, from,
                    "an optional mark such as C-APDU:, and bytes in hexadecimal", null);
            }

            bool isBlank = !input[from..to].ContainsAnyExcept((byte)' ', (byte)'\t');
            if (line is { } read) lines.Add(read);
            else if (!isBlank) Remarks.Add(HexText.Characters(input, from, to));
            from = next;
        }

        return lines;
    }

    // Lines without a mark go to and fro, beginning with a command; where one is missing, what the line can be tells.
    private void ReadApdus(List<TraceLine> lines)
    {
        bool awaitsResponse = false;
        foreach (TraceLine line in lines)
        {
            bool isCommand = line.Direction switch
            {
                TraceDirection.ToCard => true,
                TraceDirection.FromCard => false,
                _ when awaitsResponse => IsCommandInPlaceOfResponse(line.Hex.Bytes),
                _ => CommandApdu.TryParse(line.Hex.Bytes, out _, out _)
                    || !ResponseApdu.TryParse(line.Hex.Bytes, out _, out _),
            };
            Apdus.Add(new TracedApdu(line.Number, isCommand, line.Hex));
            awaitsResponse = isCommand;
        }
    }

    // A response with data is not one of an error, and none that a payment card gives begins with the class 00.
    private static bool IsCommandInPlaceOfResponse(byte[] bytes)
    {
        if (!CommandApdu.TryParse(bytes, out CommandApdu command, out _) || command.Name is null) return false;
        if (!ResponseApdu.TryParse(bytes, out ResponseApdu response, out _)) return true;
        return !response.Data.IsEmpty
            && ((!response.Status.IsDone && !response.Status.IsWarning) || (bytes[0] == 0 && bytes.Length == 5));
    }

    private void ReadBlocks(List<TraceLine> lines)
    {
        bool isToCard = true;
        List<HexText>[] chains = [[], []];
        int[] last = [-1, -1], begun = [0, 0];
        foreach (TraceLine line in lines)
        {
            if (line.Direction != TraceDirection.Untold) isToCard = line.Direction == TraceDirection.ToCard;
            if (!TransmissionBlock.TryParse(line.Hex.Bytes, out TransmissionBlock block, out _)) continue;
            Blocks.Add(new TracedBlock(line.Number, isToCard, line.Hex, block));
            int side = isToCard ? 0 : 1;
            if (block.Kind == BlockKind.Supervisory && (block.Control & 0x1F) == 0) last = [-1, -1]; // resynchronised
            if (block.Kind == BlockKind.Information)
            {
                if (block.Sequence == last[side])
                {
                    // Sent again, because the other side asked for it: only one of them counts.
                    Add("Apdu.Repeated", Severity.Info, "the block was sent again", line.Number, line.Hex.Start(0),
                        line.Start, null, null);
                    if (chains[side].Count > 0) chains[side].RemoveAt(chains[side].Count - 1);
                    else if (Apdus.Count > 0 && Apdus[^1].IsCommand == isToCard) Apdus.RemoveAt(Apdus.Count - 1);
                }

                last[side] = block.Sequence;
                if (chains[side].Count == 0) begun[side] = line.Number;
                chains[side].Add(line.Hex.Slice(3, block.Information.Length));
                if (!block.HasMore)
                {
                    Apdus.Add(new TracedApdu(begun[side], isToCard, HexText.Join(chains[side])));
                    chains[side] = [];
                }
            }

            isToCard = !isToCard;
        }

        for (int side = 0; side < 2; side++)
        {
            if (chains[side] is not [HexText first, ..]) continue;
            Add("Apdu.Incomplete", Severity.Error, "the chain of blocks does not end", begun[side], first.Start(0),
                first.Start(0), "a block without more to follow", "the end of the trace");
        }
    }

    private void Add(string code, Severity severity, string message, int line, int offset, int lineStart,
        string? expected, string? actual) =>
        _found.Add(new Diagnostic(code, severity, message)
        {
            Offset = offset,
            Line = line,
            Column = offset - lineStart + 1,
            Path = string.Create(CultureInfo.InvariantCulture, $"/line[{line}]"),
            Expected = expected,
            Actual = actual,
        });
}
