using Qbitel.Discovery.Captures;

namespace Qbitel.Discovery.Traces.Packets;

/// <summary>
/// Pieces of a byte sequence that arrive in any order; where pieces overlap, the bytes that came first stay.
/// </summary>
internal sealed class FirstCopy
{
    private readonly List<Piece> _pieces = []; // ascending, disjoint

    public readonly record struct Piece(long Start, ReadOnlyMemory<byte> Bytes, long Packet, DateTimeOffset? Time)
    {
        public long End => Start + Bytes.Length;
    }

    public int Count => _pieces.Count;

    public long Size { get; private set; }

    public Piece First => _pieces[0];

    public Piece Last => _pieces[^1];

    /// <summary>Keeps what of a piece is new. The bytes are copied.</summary>
    /// <returns>How many bytes were known already, and whether any of those differed.</returns>
    public (int Known, bool Differs) Add(long start, ReadOnlySpan<byte> bytes, long packet, DateTimeOffset? time)
    {
        int known = 0;
        bool differs = false;
        int i = IndexOfFirstEndingAfter(start);
        while (bytes.Length > 0)
        {
            if (i == _pieces.Count || _pieces[i].Start >= start + bytes.Length)
            {
                Insert(i, start, bytes, packet, time);
                break;
            }

            Piece there = _pieces[i];
            if (there.Start > start)
            {
                int free = (int)(there.Start - start);
                Insert(i, start, bytes[..free], packet, time);
                bytes = bytes[free..];
                start += free;
                i++;
            }

            int common = (int)Math.Min(bytes.Length, there.End - start);
            differs |= !there.Bytes.Span.Slice((int)(start - there.Start), common).SequenceEqual(bytes[..common]);
            known += common;
            bytes = bytes[common..];
            start += common;
            i++;
        }

        return (known, differs);
    }

    public Piece RemoveFirst()
    {
        Piece first = _pieces[0];
        _pieces.RemoveAt(0);
        Size -= first.Bytes.Length;
        return first;
    }

    public static void Save(StateWriter state, IReadOnlyCollection<Piece> pieces) => state.List(pieces, piece =>
    {
        state.Write(piece.Start);
        state.Bytes(piece.Bytes.Span);
        state.Write(piece.Packet);
        state.Write(piece.Time);
    });

    public static List<Piece> Load(StateReader state)
    {
        List<Piece> pieces = [];
        state.List(() =>
        {
            Piece piece = new(state.ReadInt64(), state.ReadBlock(), state.ReadInt64(), state.ReadTime());
            if (piece.Start is < -(1L << 62) or > 1L << 62 || piece.Bytes.IsEmpty
                || (pieces.Count > 0 && pieces[^1].End > piece.Start))
            {
                throw state.Wrong("pieces in their order", "others");
            }

            pieces.Add(piece);
        });
        return pieces;
    }

    public void Save(StateWriter state) => Save(state, _pieces);

    public void LoadPieces(StateReader state)
    {
        foreach (Piece piece in Load(state))
        {
            _pieces.Add(piece);
            Size += piece.Bytes.Length;
        }
    }

    private void Insert(int index, long start, ReadOnlySpan<byte> bytes, long packet, DateTimeOffset? time)
    {
        _pieces.Insert(index, new Piece(start, bytes.ToArray(), packet, time));
        Size += bytes.Length;
    }

    private int IndexOfFirstEndingAfter(long start)
    {
        int low = 0, high = _pieces.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_pieces[middle].End > start) high = middle;
            else low = middle + 1;
        }

        return low;
    }
}
