namespace Qbitel.Discovery.Boundaries.Evidence;

/// <summary>Signs of the order in which the bytes of numbers come: each from -1, little-endian, to 1, big-endian.
/// </summary>
/// <param name="Words">Aligned groups of four bytes with three zeros before or behind.</param>
/// <param name="Pairs">Aligned pairs with a zero before or behind.</param>
/// <param name="Changes">Whether more bits change towards the end or the beginning of what looks like a number.</param>
/// <param name="TextLengths">Lengths of two or four bytes right before a text they fit.</param>
internal sealed record ByteOrder(float Words, float Pairs, float Changes, float TextLengths)
{
    private const int MaxLooked = 512;

    public static ByteOrder Of(TraceView trace)
    {
        Balance words = new(), pairs = new(), changes = new(), texts = new();
        byte[]? last = null;
        foreach (int i in trace.Counted)
        {
            byte[] all = trace.Bytes[i];
            ReadOnlySpan<byte> message = all.AsSpan(0, Math.Min(all.Length, MaxLooked));
            for (int at = 0; at + 4 <= message.Length; at += 4)
            {
                ReadOnlySpan<byte> word = message.Slice(at, 4);
                words.Note(word[3] != 0 && !word[..3].ContainsAnyExcept((byte)0),
                    word[0] != 0 && !word[1..].ContainsAnyExcept((byte)0));
            }

            for (int at = 0; at + 2 <= message.Length; at += 2)
                pairs.Note(message[at] == 0 && message[at + 1] != 0, message[at] != 0 && message[at + 1] == 0);
            for (int at = 1; last is not null && at < Math.Min(message.Length, last.Length) - 2; at++)
            {
                // One byte changed and only by a little, and a neighbour did not: the low end of a number.
                if (message[at] == last[at] || Math.Abs(message[at] - last[at]) > 16) continue;
                changes.Note(message[at - 1] == last[at - 1] && message[at - 1] != 0 && message[at + 1] != last[at + 1],
                    message[at + 1] == last[at + 1] && message[at + 1] != 0 && message[at - 1] != last[at - 1]);
            }

            Texts(message, texts);
            last = all;
        }

        return new ByteOrder(words.Value, pairs.Value, changes.Value, texts.Value);
    }

    private static void Texts(ReadOnlySpan<byte> message, Balance texts)
    {
        int run = 0;
        for (int at = message.Length - 1; at >= 4; at--)
        {
            run = ByteRuns.IsPrintable(message[at]) ? run + 1 : 0;
            if (run < 4) continue;
            if (message[at - 2] == 0 && message[at - 1] == run)
                texts.Note(true, false);
            else if (message[at - 1] == 0 && message[at - (message[at - 2] == 0 ? 4 : 2)] == run)
                texts.Note(false, true);
        }
    }

    private sealed class Balance
    {
        private int _big, _little;

        public float Value => (float)(_big - _little) / (_big + _little + 8);

        public void Note(bool isBig, bool isLittle)
        {
            if (isBig) _big++;
            if (isLittle) _little++;
        }
    }
}
