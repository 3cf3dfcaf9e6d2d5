using System.Buffers;

namespace Qbitel.Protocols.Emv.Apdu;

/// <summary>What a card and a terminal said to each other, from a file of lines in hexadecimal.</summary>
/// <remarks>
/// Lines may have a time and a mark of their direction before the digits; without marks commands and responses take
/// turns. Where every line is a block of T=1, the commands and responses are put together from the blocks. The bytes
/// are kept as they came. It prints without data.
/// </remarks>
public sealed class ApduTrace
{
    private readonly byte[] _bytes;

    private ApduTrace(byte[] bytes, IReadOnlyList<ApduExchange> exchanges, IReadOnlyList<Diagnostic> findings,
        bool isBlocks)
    {
        _bytes = bytes;
        Exchanges = exchanges;
        Findings = findings;
        IsBlocks = isBlocks;
    }

    public IReadOnlyList<ApduExchange> Exchanges { get; }

    /// <summary>Whether the lines are blocks of T=1.</summary>
    public bool IsBlocks { get; }

    public IReadOnlyList<Diagnostic> Findings { get; }

    /// <exception cref="MessageFormatException">The text is no trace.</exception>
    public static ApduTrace Parse(ReadOnlySpan<byte> text) =>
        TryParse(text, out ApduTrace trace, out ParseError error) ? trace : throw new MessageFormatException(error);

    public static bool TryParse(ReadOnlySpan<byte> text, out ApduTrace trace, out ParseError error)
    {
        DiagnosticList found = new();
        TraceReading reading = TraceReading.Read(text, found);
        List<ApduExchange> exchanges = Exchange(reading, found);
        trace = null!;
        error = null!;
        Diagnostic? wrong = found.Found.FirstError() ?? (exchanges.Count > 0 ? null
            : new Diagnostic("Common.Empty", Severity.Error, "there is no command") { Offset = 0 });
        if (wrong is not null)
        {
            error = new ParseError(wrong, wrong.Code is "Apdu.Incomplete" or "Common.Empty");
            return false;
        }

        trace = new ApduTrace(text.ToArray(), exchanges, found.Found, reading.Blocks.Count > 0);
        return true;
    }

    public void WriteTo(IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_bytes);
    }

    public override string ToString() => $"trace of {Exchanges.Count} commands";

    private static List<ApduExchange> Exchange(TraceReading reading, DiagnosticList found)
    {
        List<ApduExchange> exchanges = [];
        foreach (TracedApdu apdu in reading.Apdus)
        {
            if (apdu.IsCommand)
            {
                if (CommandApdu.TryParse(apdu.Hex.Bytes, out CommandApdu command, out ParseError wrong))
                    exchanges.Add(new ApduExchange(apdu.Line, command, null));
                else found.Add(Place(wrong.Diagnostic, apdu));
            }
            else if (!ResponseApdu.TryParse(apdu.Hex.Bytes, out ResponseApdu response, out ParseError wrong))
            {
                found.Add(Place(wrong.Diagnostic, apdu));
            }
            else if (exchanges is [.., { Response: null } open])
            {
                exchanges[^1] = open with { Response = response };
            }
            else
            {
                exchanges.Add(new ApduExchange(apdu.Line, null, response));
            }
        }

        return exchanges;
    }

    /// <summary>A finding about the bytes of one command or response, as one about the trace.</summary>
    internal static Diagnostic Place(Diagnostic finding, TracedApdu apdu)
    {
        int index = (int)Math.Clamp(finding.Offset ?? 0, 0, apdu.Hex.Bytes.Length);
        return finding with
        {
            Offset = index == apdu.Hex.Bytes.Length && index > 0 ? apdu.Hex.Start(index - 1) : apdu.Hex.Start(index),
            Path = $"/line[{apdu.Line}]{finding.Path}",
        };
    }
}
