using System.Buffers;
using System.Globalization;

namespace Qbitel.Protocols.Emv.Apdu;

/// <summary>A block of the T=1 protocol (ISO/IEC 7816-3, 11.3): NAD, PCB, LEN, INF, and an LRC as its check.</summary>
/// <remarks>EMV has no other check than the LRC (Book 1, 9.2.4). It prints without what it carries.</remarks>
public sealed class TransmissionBlock
{
    private TransmissionBlock(byte node, byte control, ReadOnlyMemory<byte> information)
    {
        Node = node;
        Control = control;
        Information = information;
    }

    /// <summary>NAD: who sends to whom.</summary>
    public byte Node { get; }

    /// <summary>PCB: what the block is.</summary>
    public byte Control { get; }

    public ReadOnlyMemory<byte> Information { get; }

    public BlockKind Kind => (Control & 0x80) == 0 ? BlockKind.Information
        : (Control & 0xC0) == 0x80 ? BlockKind.ReceiveReady : BlockKind.Supervisory;

    /// <summary>The number of an information block, or the one that is awaited; 0 or 1.</summary>
    public int Sequence => Kind == BlockKind.Information ? (Control >> 6) & 1
        : Kind == BlockKind.ReceiveReady ? (Control >> 4) & 1 : 0;

    /// <summary>Whether the next information block goes on from this one.</summary>
    public bool HasMore => Kind == BlockKind.Information && (Control & 0x20) != 0;

    public string InWords => Kind switch
    {
        BlockKind.Information => string.Create(CultureInfo.InvariantCulture,
            $"block {Sequence}{(HasMore ? ", more follow" : "")}"),
        BlockKind.ReceiveReady => string.Create(CultureInfo.InvariantCulture, $"awaits block {Sequence}")
            + ((Control & 0xF) switch { 0 => "", 1 => ", the check was wrong", _ => ", something was wrong" }),
        _ => ((Control & 0x1F) switch
        {
            0 => "resynchronisation",
            1 => "size of information",
            2 => "abort of a chain",
            3 => "more time",
            _ => "reserved",
        }) + ((Control & 0x20) != 0 ? " granted" : " asked for"),
    };

    public static TransmissionBlock Create(byte node, byte control, ReadOnlySpan<byte> information)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(information.Length, 254, nameof(information));
        return new TransmissionBlock(node, control, information.ToArray());
    }

    /// <param name="bytes">Exactly one block; kept, not copied.</param>
    /// <param name="block">The block.</param>
    /// <param name="error">What is wrong, and where.</param>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, out TransmissionBlock block, out ParseError error)
    {
        block = null!;
        error = null!;
        ReadOnlySpan<byte> b = bytes.Span;
        if (b.Length < 3) return Fail(out error, b.Length, "NAD, PCB and LEN", $"{b.Length} bytes", 4 - b.Length);
        if (b[2] == 0xFF) return Fail(out error, 2, "a length of at most 254", "255", 0);
        if (b.Length != b[2] + 4)
            return Fail(out error, 2, $"{b[2]} bytes and a check", $"{b.Length - 3} bytes", b[2] + 4 - b.Length);

        byte sum = 0;
        foreach (byte each in b) sum ^= each;
        if (sum != 0) return Fail(out error, b.Length - 1, "the LRC of the block", "another", 0);
        block = new TransmissionBlock(b[0], b[1], bytes.Slice(3, b[2]));
        return true;
    }

    public void WriteTo(IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(ToBytes());
    }

    public byte[] ToBytes()
    {
        byte[] bytes = [Node, Control, (byte)Information.Length, .. Information.Span, 0];
        for (int i = 0; i < bytes.Length - 1; i++) bytes[^1] ^= bytes[i];
        return bytes;
    }

    public override string ToString() => InWords;

    private static bool Fail(out ParseError error, int offset, string expected, string actual, int missing)
    {
        error = new ParseError(new Diagnostic(missing > 0 ? "Apdu.Incomplete" : "Apdu.Block", Severity.Error,
            "this is no block of T=1")
        {
            Offset = offset,
            Path = "/block",
            Expected = expected,
            Actual = actual,
        }, missing > 0)
        { BytesNeeded = missing > 0 ? missing : null };
        return false;
    }
}
