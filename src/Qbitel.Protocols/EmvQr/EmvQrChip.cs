using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using Qbitel.Protocols.Emv;

namespace Qbitel.Protocols.EmvQr;

/// <summary>Reads the data objects of a consumer's code, which are a chip card's in Base64.</summary>
internal static class EmvQrChip
{
    /// <summary>Tag 85 of five bytes, and the first four of them: what every such code begins with.</summary>
    public static ReadOnlySpan<byte> Beginning => "hQVDUFYw"u8;

    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="u8);

    /// <summary>Bytes of the Base64 text at the start.</summary>
    public static int TextLength(ReadOnlySpan<byte> bytes) =>
        bytes.IndexOfAnyExcept(Alphabet) is >= 0 and int end ? end : bytes.Length;

    /// <summary>The data objects; null where the text is not whole Base64.</summary>
    public static byte[]? Decode(ReadOnlySpan<byte> text)
    {
        byte[] payload = new byte[(text.Length / 4 * 3) + 3];
        return text.Length % 4 == 0
            && Base64.DecodeFromUtf8(text, payload, out int read, out int written) == OperationStatus.Done
            && read == text.Length ? payload[..written] : null;
    }

    public static ParseError? Read(ReadOnlySpan<byte> payload, List<EmvQrObject> objects)
    {
        BerTlvReader reader = new(payload);
        List<EmvQrObject> open = [];
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        while (reader.TryRead(out BerTlv item))
        {
            while (open.Count > 0 && open[^1].End <= item.Offset) open.RemoveAt(open.Count - 1);
            string tag = item.Tag.ToString("X2", CultureInfo.InvariantCulture);
            string path = open.Count == 0 ? tag : $"{open[^1].Path}/{tag}";
            int times = seen[path] = seen.GetValueOrDefault(path) + 1;
            if (times > 1) path = $"{path}[{times.ToString(CultureInfo.InvariantCulture)}]";
            (Redaction Redaction, string Name)? known = EmvQrTable.Tag(tag);
            EmvQrObject made = new(path, item.Offset, item.ValueOffset, item.ValueLength, item.IsConstructed)
            {
                Name = known?.Name,
                Redaction = item.IsConstructed ? Redaction.None : known?.Redaction ?? Redaction.Secret,
            };
            objects.Add(made);
            if (item.IsConstructed) open.Add(made);
        }

        return reader.Error is not { } error ? null : error with
        {
            Diagnostic = error.Diagnostic with { Code = error.IsIncomplete ? "EmvQr.Incomplete" : "EmvQr.Object" },
        };
    }
}
