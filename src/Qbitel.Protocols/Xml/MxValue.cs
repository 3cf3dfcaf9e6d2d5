using System.Buffers;

namespace Qbitel.Protocols.Xml;

/// <summary>What the text between two tags, or two quotes, stands for. The text is well-formed.</summary>
internal static class MxValue
{
    private static readonly SearchValues<byte> ContentMarks = SearchValues.Create("<&\r"u8);
    private static readonly SearchValues<byte> AttributeMarks = SearchValues.Create("&\t\r\n"u8);

    public static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> raw, bool isAttribute, ref byte[]? rented)
    {
        if (rented is null || rented.Length < raw.Length)
        {
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
            rented = ArrayPool<byte>.Shared.Rent(Math.Max(raw.Length, 256));
        }

        // Whatever is replaced becomes no longer.
        Span<byte> target = rented;
        int length = 0;
        while (!raw.IsEmpty)
        {
            int mark = raw.IndexOfAny(isAttribute ? AttributeMarks : ContentMarks);
            ReadOnlySpan<byte> plain = mark < 0 ? raw : raw[..mark];
            plain.CopyTo(target[length..]);
            length += plain.Length;
            if (mark < 0) break;

            raw = raw[mark..];
            switch (raw[0])
            {
                case (byte)'&':
                    int end = raw.IndexOf((byte)';');
                    if (MxCharacters.TryReference(raw[1..end], out System.Text.Rune character))
                        length += character.EncodeToUtf8(target[length..]);
                    raw = raw[(end + 1)..];
                    break;
                case (byte)'<':
                    raw = Skip(raw, target, ref length);
                    break;
                case (byte)'\r':
                    target[length++] = (byte)(isAttribute ? ' ' : '\n');
                    raw = raw[(raw.Length > 1 && raw[1] == '\n' ? 2 : 1)..];
                    break;
                default:
                    target[length++] = (byte)' ';
                    raw = raw[1..];
                    break;
            }
        }

        return target[..length];
    }

    // Comments and instructions are no part of the value, nor are elements; CDATA is, line ends normalised.
    private static ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> raw, Span<byte> target, scoped ref int length)
    {
        if (raw.StartsWith("<!--"u8)) return raw[(raw[4..].IndexOf("-->"u8) + 7)..];
        if (raw.StartsWith("<?"u8)) return raw[(raw.IndexOf("?>"u8) + 2)..];
        if (!raw.StartsWith("<![CDATA["u8)) return raw[(raw.IndexOf((byte)'>') + 1)..];

        int end = raw.IndexOf("]]>"u8);
        ReadOnlySpan<byte> data = raw[9..end];
        for (int i = 0; i < data.Length; i++)
        {
            bool isReturn = data[i] == '\r';
            target[length++] = isReturn ? (byte)'\n' : data[i];
            if (isReturn && i + 1 < data.Length && data[i + 1] == '\n') i++;
        }

        return raw[(end + 3)..];
    }
}
