namespace Qbitel.Protocols.Fix.Sessions;

/// <summary>Messages that came before their turn, bounded in number and size.</summary>
internal sealed class FixBacklog(int maximumCount, int maximumBytes)
{
    private readonly SortedDictionary<long, byte[]> _messages = [];
    private int _bytes;

    /// <summary>Keeps a message; one that does not fit is forgotten, and will be asked for again. An empty one only
    /// holds its number, of a message that was acted on when it came.</summary>
    public void Keep(long number, ReadOnlySpan<byte> message)
    {
        if (_messages.Count >= maximumCount || message.Length > maximumBytes - _bytes || _messages.ContainsKey(number))
            return;

        _messages.Add(number, message.ToArray());
        _bytes += message.Length;
    }

    /// <summary>Takes the message of a number, and forgets all before it.</summary>
    public bool TryTake(long number, out byte[] message)
    {
        message = [];
        while (_messages.Count > 0)
        {
            (long first, byte[] bytes) = _messages.First();
            if (first > number) return false;

            _messages.Remove(first);
            _bytes -= bytes.Length;
            if (first != number) continue;

            message = bytes;
            return true;
        }

        return false;
    }

    public void Clear()
    {
        _messages.Clear();
        _bytes = 0;
    }
}
