using Qbitel.Discovery.Boundaries.Evidence;

namespace Qbitel.Discovery.Boundaries;

/// <summary>How a field is encoded, where nothing but its bytes says so.</summary>
internal static class FieldForm
{
    public static string Of(ReadOnlySpan<byte> value)
    {
        bool isText = true;
        foreach (byte b in value) isText &= ByteRuns.IsPrintable(b) || b == 0;
        if (isText && value.Length > 2 && value[0] != 0) return "ascii";
        return value.Length == 1 ? "uint8" : "bytes";
    }
}
