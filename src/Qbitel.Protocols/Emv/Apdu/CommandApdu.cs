using System.Buffers;
using System.Globalization;

namespace Qbitel.Protocols.Emv.Apdu;

/// <summary>A command to a card (ISO/IEC 7816-4, 5.1): header, data, and how much is expected back.</summary>
/// <remarks>It prints without its data.</remarks>
public sealed class CommandApdu
{
    private CommandApdu(byte cla, byte ins, byte p1, byte p2, ReadOnlyMemory<byte> data, int? expected, bool isExtended)
    {
        Cla = cla;
        Ins = ins;
        P1 = p1;
        P2 = p2;
        Data = data;
        Expected = expected;
        IsExtended = isExtended;
    }

    public byte Cla { get; }

    public byte Ins { get; }

    public byte P1 { get; }

    public byte P2 { get; }

    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>The most bytes that may come back (Ne); null where none may.</summary>
    public int? Expected { get; }

    /// <summary>Whether lengths are of two and three bytes.</summary>
    public bool IsExtended { get; }

    public ApduCase Case => (Data.IsEmpty, Expected) switch
    {
        (true, null) => ApduCase.One,
        (true, _) => ApduCase.Two,
        (false, null) => ApduCase.Three,
        _ => ApduCase.Four,
    };

    /// <summary>Where the data begin in the bytes of the command.</summary>
    public int DataOffset => Data.IsEmpty ? 4 : IsExtended ? 7 : 5;

    /// <summary>Whether more of the data come with the next command.</summary>
    public bool IsChained => (Cla & 0xE0) is 0x00 or 0x80 && (Cla & 0x10) != 0;

    /// <summary>What it is called; null where that is not known here.</summary>
    public string? Name => ApduNames.Of(Cla, Ins);

    /// <exception cref="ArgumentException">There are more data, or more expected, than a command can have.</exception>
    public static CommandApdu Create(byte cla, byte ins, byte p1, byte p2, ReadOnlySpan<byte> data = default,
        int? expected = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(data.Length, 0xFFFF, nameof(data));
        if (expected is < 1 or > 0x10000) throw new ArgumentOutOfRangeException(nameof(expected));
        return new CommandApdu(cla, ins, p1, p2, data.ToArray(), expected, data.Length > 255 || expected > 256);
    }

    /// <exception cref="MessageFormatException">The bytes are no command.</exception>
    public static CommandApdu Parse(ReadOnlyMemory<byte> bytes) =>
        TryParse(bytes, out CommandApdu command, out ParseError error) ? command
            : throw new MessageFormatException(error);

    /// <param name="bytes">Exactly one command; kept, not copied.</param>
    /// <param name="command">The command.</param>
    /// <param name="error">What is wrong, and where.</param>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, out CommandApdu command, out ParseError error)
    {
        command = null!;
        error = null!;
        ReadOnlySpan<byte> b = bytes.Span;
        if (b.Length < 4) return Fail(out error, b.Length, "CLA, INS, P1 and P2", $"{b.Length} bytes", 4 - b.Length);
        if (b[0] == 0xFF) return Fail(out error, 0, "a class other than FF", "FF", 0);

        int body = b.Length - 4;
        if (body == 0) return Make(default, null, false, out command);
        if (body == 1) return Make(default, b[4] == 0 ? 256 : b[4], false, out command);
        if (b[4] != 0)
        {
            int length = b[4];
            if (body == 1 + length) return Make(bytes.Slice(5, length), null, false, out command);
            if (body == 2 + length)
            {
                int le = b[^1];
                return Make(bytes.Slice(5, length), le == 0 ? 256 : le, false, out command);
            }

            return Short(out error, 4, length, body - 1, 1);
        }

        if (body < 3) return Fail(out error, 4, "a length of three bytes", $"{body} bytes", 3 - body);
        int wide = (b[5] << 8) | b[6];
        if (body == 3) return Make(default, wide == 0 ? 0x10000 : wide, true, out command);
        if (wide == 0) return Fail(out error, 4, "a length of data", "zero, and data", 0);
        if (body == 3 + wide) return Make(bytes.Slice(7, wide), null, true, out command);
        if (body == 5 + wide)
        {
            int le = (b[^2] << 8) | b[^1];
            return Make(bytes.Slice(7, wide), le == 0 ? 0x10000 : le, true, out command);
        }

        return Short(out error, 4, wide, body - 3, 2);

        bool Make(ReadOnlyMemory<byte> data, int? expected, bool isExtended, out CommandApdu made)
        {
            ReadOnlySpan<byte> head = bytes.Span;
            made = new CommandApdu(head[0], head[1], head[2], head[3], data, expected, isExtended);
            return true;
        }
    }

    public void WriteTo(IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write([Cla, Ins, P1, P2]);
        if (!Data.IsEmpty)
        {
            if (IsExtended) writer.Write([(byte)0, (byte)(Data.Length >> 8), (byte)(Data.Length & 0xFF)]);
            else writer.Write([(byte)Data.Length]);
            writer.Write(Data.Span);
        }

        if (Expected is not { } expected) return;
        if (!IsExtended) writer.Write([(byte)(expected & 0xFF)]);
        else if (Data.IsEmpty) writer.Write([(byte)0, (byte)(expected >> 8 & 0xFF), (byte)(expected & 0xFF)]);
        else writer.Write([(byte)(expected >> 8 & 0xFF), (byte)(expected & 0xFF)]);
    }

    public byte[] ToBytes()
    {
        ArrayBufferWriter<byte> writer = new();
        WriteTo(writer);
        return writer.WrittenSpan.ToArray();
    }

    public override string ToString()
    {
        string data = Data.IsEmpty ? "" : string.Create(CultureInfo.InvariantCulture, $", {Data.Length} bytes");
        string back = Expected is null ? "" : string.Create(CultureInfo.InvariantCulture, $", up to {Expected} back");
        return $"{Cla:X2} {Ins:X2} {P1:X2} {P2:X2}{data}{back}";
    }

    private static bool Short(out ParseError error, int offset, int length, int there, int ofExpected)
    {
        string expected = string.Create(CultureInfo.InvariantCulture,
            $"{length} bytes of data, and then nothing or {(ofExpected == 1 ? "one byte" : "two bytes")}");
        return Fail(out error, offset, expected, string.Create(CultureInfo.InvariantCulture, $"{there} bytes"),
            Math.Max(0, length - there));
    }

    private static bool Fail(out ParseError error, int offset, string expected, string actual, int missing)
    {
        error = new ParseError(new Diagnostic(missing > 0 ? "Apdu.Incomplete" : "Apdu.Command", Severity.Error,
            "this is no command")
        {
            Offset = offset,
            Path = "/command",
            Expected = expected,
            Actual = actual,
        }, missing > 0)
        { BytesNeeded = missing > 0 ? missing : null };
        return false;
    }
}
