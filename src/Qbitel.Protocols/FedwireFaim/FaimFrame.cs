namespace Qbitel.Protocols.FedwireFaim;

/// <summary>Finds the messages of a file: they have no end of their own, the next one's beginning ends them.</summary>
internal static class FaimFrame
{
    /// <summary>The length of the message some bytes begin with.</summary>
    /// <param name="bytes">From the start of a message on.</param>
    /// <param name="length">Up to the next message or the end.</param>
    /// <returns>Whether another message follows.</returns>
    public static bool FindEnd(ReadOnlySpan<byte> bytes, out int length)
    {
        FaimTagReader reader = new(bytes);
        bool hasSupplied = false, hasDisposition = false, hasBody = false, beganWithDisposition = false;
        bool isFirst = true;
        while (reader.Read())
        {
            ReadOnlySpan<byte> tag = reader.Tag;
            // {1500} begins a message, and in what came from the service {1100} does; the service may also append
            // its tags to the end.
            bool begins = (tag.SequenceEqual("1500"u8) && (hasSupplied || hasBody))
                || (tag.SequenceEqual("1100"u8) && hasBody && (hasDisposition || beganWithDisposition));
            if (begins)
            {
                length = reader.Offset;
                return true;
            }

            if (isFirst) beganWithDisposition = tag.SequenceEqual("1100"u8);
            isFirst = false;
            hasSupplied |= tag.SequenceEqual("1500"u8);
            hasDisposition |= tag.SequenceEqual("1100"u8);
            hasBody |= tag[0] >= '2' || tag.SequenceEqual("1510"u8) || tag.SequenceEqual("1520"u8);
        }

        length = bytes.Length;
        return false;
    }

    /// <summary>Whether every tag that a message must have is there.</summary>
    public static bool HasMandatory(ReadOnlySpan<byte> bytes)
    {
        FaimTagReader reader = new(bytes);
        int seen = 0;
        while (reader.Read())
        {
            for (int i = 0; i < FaimTable.Mandatory.Length; i++)
            {
                if (Is(reader.Tag, FaimTable.Mandatory[i])) seen |= 1 << i;
            }

            if (Is(reader.Tag, "1100")) seen |= 1; // in place of {1500}
        }

        return seen == (1 << FaimTable.Mandatory.Length) - 1;
    }

    public static bool Is(ReadOnlySpan<byte> tag, string wanted)
    {
        for (int i = 0; i < 4; i++) if (tag[i] != wanted[i]) return false;
        return true;
    }

    /// <summary>How many bytes to drop so that the stream begins with what may be the next message.</summary>
    public static int Resynchronise(ReadOnlySpan<byte> stream)
    {
        if (stream.IsEmpty) return 0;
        for (int at = 1; at < stream.Length;)
        {
            at = FaimTagReader.NextTag(stream, at);
            if (at == stream.Length) break;
            if (Is(stream.Slice(at + 1, 4), "1500") || Is(stream.Slice(at + 1, 4), "1100")) return at;
            at += FaimTagReader.TagLength;
        }

        // A tag that has only begun is kept.
        int brace = stream[Math.Max(1, stream.Length - FaimTagReader.TagLength + 1)..].LastIndexOf((byte)'{');
        return brace < 0 ? stream.Length : Math.Max(1, stream.Length - FaimTagReader.TagLength + 1) + brace;
    }
}
