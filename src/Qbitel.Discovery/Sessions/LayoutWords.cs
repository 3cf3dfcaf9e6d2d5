using System.Globalization;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Sessions;

/// <summary>What a layout says of its parts, for people.</summary>
internal static class LayoutWords
{
    public static string Size(FieldSize size) => size switch
    {
        FixedSize fixedSize => fixedSize.Bytes.ToString(CultureInfo.InvariantCulture),
        SizeBy by => $"as {by.Field} says",
        SizeToMultiple pad => $"up to a multiple of {pad.Unit.ToString(CultureInfo.InvariantCulture)}",
        SizeUntil until => $"up to 0x{Convert.ToHexStringLower(until.Delimiter.Span)}",
        _ => "the rest",
    };

    public static string Size(LayoutGroup group) => (group.Choice is { } choice ? $"{choice.Field} chooses" : "")
        + (group.Choice is not null && group.Size is not null ? ", " : "") + (group.Size is { } size ? Size(size)
            : group.Choice is null ? "as its parts say" : "");

    public static string End(ChainEnd end) => end switch
    {
        EndByCount by => $"as many items as {by.Field} says",
        EndByLength by => $"as many bytes as {by.Field} says",
        EndByMark by => $"items up to 0x{Convert.ToHexStringLower(by.Mark.Span)}",
        _ => "items to the end",
    };

    public static string Rule(FieldRule? rule) => rule switch
    {
        null => "",
        ConstantRule => "always the same",
        FillRule fill => $"0x{fill.Value.ToString("x2", CultureInfo.InvariantCulture)} throughout",
        LengthRule length => $"bytes of {length.Of.TrimStart('$')}" + (length.Unit == 1 ? "" : $" / {length.Unit}")
            + (length.Addend == 0 ? "" : $" {(length.Addend > 0 ? "+" : "-")} {Math.Abs(length.Addend)}"),
        CountRule count => $"items of {count.Of}",
        ChecksumRule sum => $"{sum.Algorithm} from {sum.From.TrimStart('$')} to {sum.To.TrimStart('$')}",
        _ => "",
    };
}
