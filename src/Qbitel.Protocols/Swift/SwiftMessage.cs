using System.Buffers;
using System.Text;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Swift;

/// <summary>One FIN message of any type, with its bytes as they came.</summary>
public sealed class SwiftMessage
{
    private readonly byte[] _bytes;

    internal SwiftMessage(byte[] bytes, SwiftReading reading)
    {
        _bytes = bytes;
        Blocks = reading.Blocks;
        BasicHeader = reading.BasicHeader;
        ApplicationHeader = reading.ApplicationHeader;
        UserHeader = reading.UserHeader;
        Text = reading.Text;
        Trailer = reading.Trailer;
        Findings = reading.Findings.Found;
    }

    public IReadOnlyList<SwiftBlock> Blocks { get; }

    /// <summary>Block 1; null where it is malformed.</summary>
    public SwiftBasicHeader? BasicHeader { get; }

    /// <summary>Block 2; null where it is absent, as in an acknowledgement, or malformed.</summary>
    public SwiftApplicationHeader? ApplicationHeader { get; }

    /// <summary>Block 3.</summary>
    public IReadOnlyList<SwiftField> UserHeader { get; }

    /// <summary>Block 4.</summary>
    public IReadOnlyList<SwiftField> Text { get; }

    /// <summary>Block 5.</summary>
    public IReadOnlyList<SwiftField> Trailer { get; }

    /// <summary>
    /// What is wrong with the form of blocks and fields. Rules of the type are <see cref="Validate"/>'s to tell.
    /// </summary>
    public IReadOnlyList<Diagnostic> Findings { get; }

    public ReadOnlyMemory<byte> RawContent => _bytes;

    /// <summary>The three digits of block 2, such as 103; empty where there is none.</summary>
    public string MessageType => ApplicationHeader?.MessageType ?? "";

    /// <summary>Field 119 of block 3, such as STP.</summary>
    public string? ValidationFlag => Header("119");

    /// <summary>The end-to-end reference, field 121 of block 3.</summary>
    public Uetr? Uetr =>
        Identifiers.Uetr.TryParse(Header("121") ?? "", out Uetr uetr) ? uetr : null;

    /// <summary>Whether this is the network's answer to another message.</summary>
    public bool IsAcknowledgement => BasicHeader?.ServiceId == "21";

    /// <summary>Field 451 of an acknowledgement: accepted or refused.</summary>
    public bool? IsAccepted => IsAcknowledgement && GetField("451") is { } answer ? answer == "0" : null;

    /// <summary>Reads exactly one message; filler after it is allowed.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out SwiftMessage message, out ParseError error)
    {
        if (TryRead(bytes, out message, out int consumed, out ParseError? wrong) != FrameStatus.Complete)
        {
            error = wrong!;
            return false;
        }

        error = null!;
        int rest = consumed + SwiftFrame.SkipFiller(bytes[consumed..]);
        if (rest == bytes.Length) return true;

        error = new ParseError(new Diagnostic("Mt.TrailingBytes", Severity.Error, "bytes follow the message")
        {
            Offset = rest,
            Length = bytes.Length - rest,
            Expected = "the end of the input",
            Actual = $"{bytes.Length - rest} more bytes",
        });
        message = null!;
        return false;
    }

    /// <exception cref="MessageFormatException">The bytes are not one message.</exception>
    public static SwiftMessage Parse(ReadOnlySpan<byte> bytes) =>
        TryParse(bytes, out SwiftMessage message, out ParseError error)
            ? message : throw new MessageFormatException(error);

    /// <summary>The value of the first field of the text with this tag.</summary>
    public string? GetField(string tag) => Text.FirstOrDefault(field => field.Tag == tag)?.Value;

    /// <summary>The findings of form and those of the type's rules, where the product carries them.</summary>
    public IReadOnlyList<Diagnostic> Validate(ParseMode mode = ParseMode.Lenient)
    {
        DiagnosticList found = new();
        foreach (Diagnostic finding in Findings)
        {
            // Only deviations of form are tolerated at all, and only by choice.
            found.Add(mode == ParseMode.Strict && finding.Severity == Severity.Warning
                ? finding with { Severity = Severity.Error } : finding);
        }

        MtValidation.Run(this, found);
        return found.Found;
    }

    /// <summary>The message with the value of one field of its text changed; every other byte stays.</summary>
    /// <remarks>A checksum or authentication code in the trailer is the network's to make anew.</remarks>
    /// <exception cref="ArgumentException">There is no such field.</exception>
    /// <exception cref="MessageFormatException">With the value the bytes are no message.</exception>
    public SwiftMessage With(string tag, string value)
    {
        SwiftField field = Text.FirstOrDefault(field => field.Tag == tag)
            ?? throw new ArgumentException($"the text has no field {tag}", nameof(tag));
        if (!SwiftValue.IsOneField(value))
        {
            throw new ArgumentException("no line of a value begins with ':' or '-'", nameof(value));
        }

        string lineEnd = _bytes.AsSpan().IndexOf("\r\n"u8) >= 0 ? "\r\n" : "\n";
        string lines = value.Replace("\r\n", "\n", StringComparison.Ordinal);
        byte[] changed = Encoding.Latin1.GetBytes(lines.Replace("\n", lineEnd, StringComparison.Ordinal));
        return Parse([.. _bytes.AsSpan(0, field.ValueOffset), .. changed, .. _bytes.AsSpan(field.End)]);
    }

    public void WriteTo(IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_bytes);
    }

    public byte[] ToBytes() => [.. _bytes];

    /// <summary>Type and size; never a value.</summary>
    public override string ToString() => $"MT{MessageType} ({_bytes.Length} bytes)";

    private string? Header(string tag) => UserHeader.FirstOrDefault(field => field.Tag == tag)?.Value;

    /// <summary>Reads the message some bytes begin with.</summary>
    internal static FrameStatus TryRead(ReadOnlySpan<byte> stream, out SwiftMessage message, out int consumed,
        out ParseError? error)
    {
        message = null!;
        List<SwiftBlock> blocks = [];
        FrameStatus status = SwiftFrame.TryRead(stream, blocks, out consumed, out error);
        if (status == FrameStatus.Complete)
        {
            message = new SwiftMessage(stream[..consumed].ToArray(), new SwiftReading(stream[..consumed], blocks));
        }

        return status;
    }
}
