using Qbitel.Discovery.Captures;

namespace Qbitel.Discovery.Traces.Packets;

/// <summary>
/// Puts fragmented IP datagrams together (RFC 791, RFC 8200); incomplete ones are given up after 30 seconds of capture
/// time.
/// </summary>
internal sealed class FragmentTable(CaptureLimits limits, WarningLog warnings)
{
    private const int MaxDatagramSize = 65_535;
    private const int MaxFragments = 1_024;
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private readonly Dictionary<Key, Datagram> _open = [];
    private readonly LinkedList<Key> _order = []; // oldest first

    private readonly record struct Key(Endpoint Source, Endpoint Destination, int Protocol, uint Identification);

    private sealed class Datagram(LinkedListNode<Key> place, long offset, DateTimeOffset? time)
    {
        public LinkedListNode<Key> Place { get; } = place;
        public long Offset { get; } = offset;
        public DateTimeOffset? Time { get; } = time;
        public FirstCopy Pieces { get; } = new();
        public long? Length { get; set; }
    }

    /// <summary>
    /// Takes one fragment; returns the whole datagram's payload when this was its last missing piece.
    /// </summary>
    public byte[]? Add(in IpHeader header, in CapturedPacket packet)
    {
        Key key = new(new Endpoint(header.Source, 0), new Endpoint(header.Destination, 0), header.Protocol,
            header.Identification);
        if (_open.TryGetValue(key, out Datagram? datagram) && packet.Time - datagram.Time > Lifetime)
        {
            GiveUp(datagram, "older than 30 seconds");
            datagram = null;
        }

        if (header.Payload.Length < header.PayloadLength)
        {
            warnings.Add("Capture.ShortPacket", packet.Offset,
                "an IP fragment was cut by the capture's snap length; ignored");
            return null;
        }

        long end = (long)header.FragmentOffset + header.Payload.Length;
        bool odd = header.MoreFragments && header.Payload.Length % 8 != 0;
        if (end > MaxDatagramSize || odd || header.Payload.IsEmpty)
        {
            warnings.Add("Ip.Fragment", packet.Offset, "an IP fragment with an impossible length; ignored");
            return null;
        }

        if (datagram is null)
        {
            if (_open.Count >= limits.MaxFragmentedDatagrams) GiveUp(_open[_order.First!.Value], "too many at a time");
            _open[key] = datagram = new Datagram(_order.AddLast(key), packet.Offset, packet.Time);
        }

        (_, bool differs) = datagram.Pieces.Add(header.FragmentOffset, header.Payload, packet.Number, packet.Time);
        if (differs)
        {
            warnings.Add("Ip.Overlap", packet.Offset,
                "IP fragments overlap with different bytes; the first copy is kept");
        }

        if (!header.MoreFragments) datagram.Length ??= end;
        if (datagram.Length is { } length && datagram.Pieces.Size >= length) return Complete(datagram, (int)length);
        if (datagram.Pieces.Count > MaxFragments) GiveUp(datagram, "too many fragments");
        return null;
    }

    /// <summary>Reports what is still incomplete at the end of the capture.</summary>
    public void Flush()
    {
        while (_order.First is { } first) GiveUp(_open[first.Value], "the capture ended");
    }

    public void Save(StateWriter state) => state.List(_order, key =>
    {
        Datagram datagram = _open[key];
        state.Write(key.Source);
        state.Write(key.Destination);
        state.Write(key.Protocol);
        state.Write(key.Identification);
        state.Write(datagram.Offset);
        state.Write(datagram.Time);
        state.Write(datagram.Length ?? -1);
        datagram.Pieces.Save(state);
    });

    public void Load(StateReader state) => state.List(() =>
    {
        Key key = new(state.ReadEndpoint(), state.ReadEndpoint(), state.ReadInt32(), state.ReadUInt32());
        if (_open.ContainsKey(key)) throw state.Wrong("each datagram once", "one twice");
        Datagram datagram = new(_order.AddLast(key), state.ReadInt64(), state.ReadTime());
        long length = state.ReadInt64();
        if (length is < -1 or > MaxDatagramSize) throw state.Wrong("the length of a datagram", $"{length}");
        if (length >= 0) datagram.Length = length;
        datagram.Pieces.LoadPieces(state);
        if (datagram.Pieces.Count > 0 && (datagram.Pieces.First.Start < 0
            || datagram.Pieces.Last.End > MaxDatagramSize))
        {
            throw state.Wrong("fragments of a datagram", "others");
        }

        _open[key] = datagram;
    });

    private byte[]? Complete(Datagram datagram, int length)
    {
        byte[] whole = new byte[length];
        long end = 0;
        while (datagram.Pieces.Count > 0)
        {
            FirstCopy.Piece piece = datagram.Pieces.RemoveFirst();
            // a piece beyond the declared end took the place of one that is missing
            if (piece.Start != end || piece.End > length)
            {
                GiveUp(datagram, "fragments beyond its end");
                return null;
            }

            piece.Bytes.Span.CopyTo(whole.AsSpan((int)piece.Start));
            end = piece.End;
        }

        Remove(datagram);
        return whole;
    }

    private void GiveUp(Datagram datagram, string reason)
    {
        warnings.Add("Ip.Incomplete", datagram.Offset, $"a fragmented datagram stayed incomplete ({reason}); ignored");
        Remove(datagram);
    }

    private void Remove(Datagram datagram)
    {
        _open.Remove(datagram.Place.Value);
        _order.Remove(datagram.Place);
    }
}
