using System.Buffers;
using System.Globalization;

namespace Qbitel.Protocols.Emv.Apdu;

/// <summary>A card's response: data, and a status. It prints without its data.</summary>
public sealed class ResponseApdu
{
    private ResponseApdu(ReadOnlyMemory<byte> data, StatusWord status)
    {
        Data = data;
        Status = status;
    }

    public ReadOnlyMemory<byte> Data { get; }

    public StatusWord Status { get; }

    public static ResponseApdu Create(ReadOnlySpan<byte> data, ushort status)
        => new(data.ToArray(), new StatusWord(status));

    /// <exception cref="MessageFormatException">The bytes are no response.</exception>
    public static ResponseApdu Parse(ReadOnlyMemory<byte> bytes) =>
        TryParse(bytes, out ResponseApdu response, out ParseError error) ? response
            : throw new MessageFormatException(error);

    /// <param name="bytes">Exactly one response; kept, not copied.</param>
    /// <param name="response">The response.</param>
    /// <param name="error">What is wrong, and where.</param>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, out ResponseApdu response, out ParseError error)
    {
        response = null!;
        error = null!;
        ReadOnlySpan<byte> b = bytes.Span;
        StatusWord status = b.Length < 2 ? default : new StatusWord((ushort)((b[^2] << 8) | b[^1]));
        if (status.IsStatus)
        {
            response = new ResponseApdu(bytes[..^2], status);
            return true;
        }

        bool isCut = b.Length < 2;
        error = new ParseError(new Diagnostic(isCut ? "Apdu.Incomplete" : "Apdu.Status", Severity.Error,
            "the response does not end with a status")
        {
            Offset = Math.Max(0, b.Length - 2),
            Path = "/response",
            Expected = "61xx to 6Fxx, or 9xxx",
            Actual = isCut ? string.Create(CultureInfo.InvariantCulture, $"{b.Length} bytes") : status.ToString(),
        }, isCut)
        { BytesNeeded = isCut ? 2 - b.Length : null };
        return false;
    }

    public void WriteTo(IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Data.Span);
        writer.Write([Status.Sw1, Status.Sw2]);
    }

    public byte[] ToBytes() => [.. Data.Span, Status.Sw1, Status.Sw2];

    public override string ToString() => Data.IsEmpty ? $"{Status}"
        : string.Create(CultureInfo.InvariantCulture, $"{Data.Length} bytes, {Status}");
}
