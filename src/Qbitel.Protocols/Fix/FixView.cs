using System.Globalization;
using Qbitel.Protocols.Fix.Tables;

namespace Qbitel.Protocols.Fix;

/// <summary>
/// One message read where it lies: nothing is copied or allocated, and the table of its fields is the caller's.
/// </summary>
/// <remarks>For the wire path. A <see cref="FixMessage"/> owns its bytes and tells all that is wrong.</remarks>
public readonly ref struct FixView
{
    private readonly bool _isFaulty;

    private FixView(ReadOnlySpan<byte> bytes, FixVersion version, ReadOnlySpan<FixField> fields, bool isFaulty)
    {
        Bytes = bytes;
        Version = version;
        Fields = fields;
        _isFaulty = isFaulty;
    }

    public FixVersion Version { get; }

    /// <summary>The message alone, without what follows it in the stream.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>All fields in their order, from field 8 to field 10.</summary>
    public ReadOnlySpan<FixField> Fields { get; }

    /// <summary>Field 35.</summary>
    public ReadOnlySpan<byte> MessageType => ValueOf(Fields[2]);

    /// <summary>Reads the message a stream begins with, its frame checked as <see cref="FixFrame.TryRead"/> does.
    /// </summary>
    /// <remarks>The room is where the fields go; a message with more of them is refused.</remarks>
    public static FrameStatus TryRead(ReadOnlySpan<byte> stream, Span<FixField> room, out FixView view,
        out ParseError? error)
    {
        view = default;
        FrameStatus status = FixFrame.TryRead(stream, out FixFrame frame, out error);
        if (status != FrameStatus.Complete) return status;

        ReadOnlySpan<byte> bytes = stream[..frame.Length];
        int count = FixIndex.Read(bytes, room, out bool isFaulty);
        if (count < 0)
        {
            error = new ParseError(FixMessage.TooManyFields(room.Length));
            return FrameStatus.Invalid;
        }

        view = new FixView(bytes, frame.Version, room[..count], isFaulty);
        return FrameStatus.Complete;
    }

    public ReadOnlySpan<byte> ValueOf(FixField field) => Bytes.Slice(field.ValueOffset, field.ValueLength);

    /// <summary>The first field with this tag.</summary>
    public bool TryFind(int tag, out FixField field)
    {
        foreach (ref readonly FixField each in Fields)
        {
            if (each.Tag != tag) continue;
            field = each;
            return true;
        }

        field = default;
        return false;
    }

    /// <summary>Reads a number of the first field with this tag.</summary>
    public bool TryGet(int tag, out decimal value)
    {
        value = 0;
        return TryFind(tag, out FixField field) && FixValue.Fits(FixType.Number, ValueOf(field))
            && decimal.TryParse(ValueOf(field), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture, out value);
    }

    /// <summary>
    /// Whether <see cref="FixMessage.Validate(FixProfile, ParseMode)"/> would find no error. It stops at the first.
    /// </summary>
    /// <remarks>A version whose rules are not carried is judged by its form alone.</remarks>
    public bool IsValid(FixProfile? profile = null, ParseMode mode = ParseMode.Lenient)
    {
        if (_isFaulty) return false;
        FixValidation validation = new(Bytes, Fields, Version, profile ?? FixProfile.Standard, mode, null);
        validation.Run();
        return !validation.HasFailed;
    }

    /// <summary>A copy that lives on.</summary>
    public FixMessage ToMessage() => FixMessage.Parse(Bytes);
}
