using Qbitel.Discovery.Boundaries.Evidence;
using Qbitel.Discovery.Inference;

namespace Qbitel.Discovery.Boundaries;

/// <summary>What speaks for and against a boundary at each interior offset of a message. Nothing here knows any
/// protocol.</summary>
internal sealed class BoundaryFeatures
{
    private const int Missing = -9;

    /// <summary>Features of an offset.</summary>
    public static readonly int Count = Measure();

    private readonly TraceView _trace;
    private readonly ColumnTable[] _columns, _fromEnd;
    private readonly ColumnTable _allColumns, _allFromEnd;
    private readonly ContextTable _context;
    private readonly Neighbours _neighbours;
    private readonly LengthFields[] _lengths;
    private readonly Chains?[] _chains;
    private readonly IReadOnlyList<IReadOnlyList<Hint>> _hints;

    public BoundaryFeatures(TraceView trace, IReadOnlyList<IReadOnlyList<Hint>> hints)
    {
        _trace = trace;
        _hints = hints;
        _columns = [.. trace.Clusters.Select(c => new ColumnTable(trace.Bytes, c, fromEnd: false))];
        _fromEnd = [.. trace.Clusters.Select(c => new ColumnTable(trace.Bytes, c, fromEnd: true))];
        _allColumns = new ColumnTable(trace.Bytes, trace.Counted, fromEnd: false);
        _allFromEnd = new ColumnTable(trace.Bytes, trace.Counted, fromEnd: true);
        _context = new ContextTable(trace.Bytes, trace.Counted);
        _neighbours = new Neighbours(trace);
        _lengths = [.. trace.Clusters.Select(c => new LengthFields(trace.Bytes, c))];
        _chains = [.. trace.Clusters.Select(c => Chains.Find(trace.Bytes, c))];
    }

    public TraceView Trace => _trace;

    /// <summary>What there is to see of a message. Safe for concurrent use, each caller with an alignment of its own.
    /// </summary>
    public MessageEvidence Of(int message, PairAlignment alignment)
    {
        int rows = Math.Max(0, _trace.LookedAt(message) - 1);
        float[] features = new float[rows * Count];
        List<(int, short[])> partners = [];
        Fill(message, features, Count, alignment, partners);
        return new MessageEvidence(features, partners);
    }

    // All features of a tiny trace are as many as those of any other.
    private static int Measure()
    {
        Sample sample = new(0, new byte[] { 1, 2 }, Flow.None, FlowDirection.Unknown, null);
        float[] row = new float[1_024];
        return new BoundaryFeatures(new TraceView([sample], [0]), [[]]).Fill(0, row, row.Length, new PairAlignment(), []);
    }

    private int Fill(int index, float[] features, int width, PairAlignment alignment,
        List<(int Other, short[] Partner)> partners)
    {
        byte[] message = _trace.Bytes[index];
        int type = _trace.Types[index], n = message.Length;
        ColumnTable own = _columns[type], tail = _fromEnd[type];
        ByteRuns printable = new(message, ByteRuns.IsPrintable), zero = new(message, ByteRuns.IsZero),
            digits = new(message, ByteRuns.IsDigit), letters = new(message, ByteRuns.IsLetter),
            ebcdic = new(message, ByteRuns.IsEbcdic), packed = new(message, ByteRuns.IsPackedDigits);
        int[] same = SameRuns(message);
        float[] pointed = LengthsThatEnd(message);
        float[] links = ChainsThroughout(message);
        float[] chain = ChainRoles(message, _chains[type]);
        float[] aligned = Aligned(index, alignment, partners);
        float[] hinted = Hinted(n, _hints[index]);
        int used = 0, end = _trace.LookedAt(index);
        for (int p = 1; p < end; p++)
        {
            Row row = new(features.AsSpan((p - 1) * width, width));
            row.Add(p);
            row.Add(n - p);
            row.Add(p & 1);
            row.Add(p & 3);
            row.Add((n - p) & 3);
            row.Add(n);
            row.Add(own.Count);
            row.Add((float)own.Count / Math.Max(1, _trace.Counted.Length));
            row.Add((int)_trace.Samples[index].Direction);
            row.Add(_trace.Order.Words);
            row.Add(_trace.Order.Pairs);
            row.Add(_trace.Order.Changes);
            row.Add(_trace.Order.TextLengths);
            AddColumns(ref row, own, p);
            AddTail(ref row, tail, n - p);
            row.Add(_allColumns.Entropy(p - 1));
            row.Add(_allColumns.Entropy(p));
            row.Add(_allColumns.Top(p - 1));
            row.Add(_allColumns.Top(p));
            row.Add(_allColumns.SharedWithPrevious(p));
            row.Add(_allFromEnd.Entropy(n - p));
            row.Add(_allFromEnd.Entropy(n - p - 1));
            AddBytes(ref row, message, p);
            AddRuns(ref row, printable, zero, digits, letters, ebcdic, packed, same, p);
            AddContext(ref row, message, p);
            AddLengths(ref row, _lengths[type], p);
            for (int k = 0; k < PointerFeatures; k++) row.Add(pointed[(p * PointerFeatures) + k]);
            for (int k = 0; k < LinkFeatures; k++) row.Add(links[(p * LinkFeatures) + k]);
            for (int k = 0; k < ChainFeatures; k++) row.Add(chain[(p * ChainFeatures) + k]);
            for (int k = 0; k < AlignmentFeatures; k++) row.Add(aligned[(p * AlignmentFeatures) + k]);
            for (int k = 0; k < HintFeatures; k++) row.Add(hinted[(p * HintFeatures) + k]);
            used = row.Used;
        }

        return used;
    }

    private static void AddColumns(ref Row row, ColumnTable columns, int p)
    {
        for (int at = p - 3; at <= p + 2; at++)
        {
            row.Add(columns.Entropy(at));
            row.Add(columns.Zero(at));
        }

        for (int at = p - 2; at <= p + 1; at++)
        {
            row.Add(columns.Distinct(at));
            row.Add(columns.Printable(at));
            row.Add(columns.Top(at));
            row.Add(columns.BitFlips(at));
            row.Add(columns.SharedWithPrevious(at));
        }

        row.Add(columns.SharedWithPrevious(p + 2));
        row.Add(columns.Presence(p));
        row.Add(columns.Presence(p) - columns.Presence(p - 1));
        row.Add(columns.Entropy(p) - columns.Entropy(p - 1));
        row.Add(columns.Entropy(p - 1) - columns.Entropy(p - 2));
        row.Add(columns.Entropy(p + 1) - columns.Entropy(p));
        row.Add(columns.BitFlips(p) - columns.BitFlips(p - 1));
        row.Add(Nearest(columns, p, -1));
        row.Add(Nearest(columns, p, 1));
    }

    // How many columns away the next one is that never changes, or if this one does not, the next that does.
    private static int Nearest(ColumnTable columns, int p, int step)
    {
        int at = step < 0 ? p - 1 : p, count = 0;
        bool isConstant = columns.Entropy(at) == 0;
        while (count < 16 && at >= 0 && columns.Entropy(at) >= 0 && columns.Entropy(at) == 0 == isConstant)
        {
            at += step;
            count++;
        }

        return isConstant ? -count : count;
    }

    private static void AddTail(ref Row row, ColumnTable tail, int left)
    {
        for (int at = left - 2; at <= left + 1; at++)
        {
            row.Add(tail.Entropy(at));
            row.Add(tail.Zero(at));
        }

        row.Add(tail.Top(left));
        row.Add(tail.Top(left - 1));
        row.Add(tail.SharedWithPrevious(left));
        row.Add(tail.Printable(left));
        row.Add(tail.Printable(left - 1));
    }

    private static void AddBytes(ref Row row, byte[] message, int p)
    {
        for (int at = p - 4; at <= p + 3; at++) row.Add(at < 0 || at >= message.Length ? Missing : message[at]);
        for (int at = p - 2; at <= p + 1; at++) row.Add(at < 0 || at >= message.Length ? Missing : Kind(message[at]));
        row.Add(System.Numerics.BitOperations.PopCount((uint)(message[p - 1] ^ message[p])));
        row.Add(Math.Abs(message[p - 1] - message[p]));
        int zeros = 0, highs = 0;
        for (int at = Math.Max(0, p - 8); at < Math.Min(message.Length, p + 8); at++)
        {
            if (message[at] == 0) zeros++;
            if (message[at] >= 0x80) highs++;
        }

        row.Add(zeros);
        row.Add(highs);
    }

    private static int Kind(byte b) => b switch
    {
        0 => 0,
        < 9 => 1,
        < 0x20 => 2,
        0x20 => 3,
        0x40 => 4,
        0xFF => 12,
        _ when ByteRuns.IsDigit(b) => 5,
        _ when char.IsAsciiLetterUpper((char)b) => 6,
        _ when char.IsAsciiLetterLower((char)b) => 7,
        < 0x7F => 8,
        >= 0xF0 and <= 0xF9 => 9,
        _ when ByteRuns.IsEbcdic(b) => 10,
        _ => 11,
    };

    private static void AddRuns(ref Row row, ByteRuns printable, ByteRuns zero, ByteRuns digits, ByteRuns letters,
        ByteRuns ebcdic, ByteRuns packed, int[] same, int p)
    {
        row.Add(printable.Left(p));
        row.Add(printable.Right(p));
        row.Add(zero.Left(p));
        row.Add(zero.Right(p));
        row.Add(digits.Left(p));
        row.Add(digits.Right(p));
        row.Add(letters.Left(p));
        row.Add(letters.Right(p));
        row.Add(ebcdic.Left(p));
        row.Add(ebcdic.Right(p));
        row.Add(packed.Left(p));
        row.Add(packed.Right(p));
        row.Add(zero.Left(p - 1)); // the zeros before the last byte: the head of a big-endian number
        row.Add(p + 1 < same.Length ? zero.Right(p + 1) : 0); // those behind the first: the rest of a little-endian one
        row.Add(same[p - 1]);
        row.Add(same[p]);
    }

    // Length of the run of equal bytes that each byte belongs to.
    private static int[] SameRuns(byte[] message)
    {
        int[] runs = new int[message.Length];
        for (int start = 0; start < message.Length;)
        {
            int end = start + 1;
            while (end < message.Length && message[end] == message[start]) end++;
            runs.AsSpan(start, end - start).Fill(end - start);
            start = end;
        }

        return runs;
    }

    private void AddContext(ref Row row, byte[] message, int p)
    {
        float ahead1 = _context.Ahead(message, p, 1), ahead2 = _context.Ahead(message, p, 2),
            ahead3 = _context.Ahead(message, p, 3);
        float behind1 = _context.Behind(message, p, 1), behind2 = _context.Behind(message, p, 2),
            behind3 = _context.Behind(message, p, 3);
        row.Add(ahead1);
        row.Add(ahead2);
        row.Add(ahead3);
        row.Add(behind1);
        row.Add(behind2);
        row.Add(behind3);
        row.Add(ahead2 - _context.Ahead(message, p - 1, 2));
        row.Add(behind2 - (p + 1 < message.Length ? _context.Behind(message, p + 1, 2) : -1));
        row.Add(p + 1 < message.Length ? ahead2 - _context.Ahead(message, p + 1, 2) : Missing);
        row.Add(behind2 - (p > 1 ? _context.Behind(message, p - 1, 2) : -1));
        float pair = _context.Frequency(message, p - 1, 2), left = _context.Frequency(message, p - 1, 1),
            right = _context.Frequency(message, p, 1);
        row.Add(pair);
        row.Add(left);
        row.Add(right);
        row.Add(pair - left - right);
        row.Add(_context.Frequency(message, p, 2));
        row.Add(_context.Frequency(message, p, 4));
        row.Add(_context.Frequency(message, p - 2, 4));
        row.Add(_context.Frequency(message, p - 4, 4));
        row.Add(_context.Frequency(message, p - 1, 3));
        row.Add(_context.Frequency(message, p - 2, 3));
    }

    private static void AddLengths(ref Row row, LengthFields lengths, int p)
    {
        int starts = 0, ends = 0, inside = 0, widest = 0;
        foreach ((int start, NumberForm form) in lengths.Found)
        {
            if (start == p)
            {
                starts++;
                widest = Math.Max(widest, form.Width);
            }

            if (start + form.Width == p) ends++;
            if (start < p && p < start + form.Width) inside++;
        }

        row.Add(starts);
        row.Add(ends);
        row.Add(inside);
        row.Add(widest);
    }

    private const int PointerFeatures = 8;

    // Numbers anywhere in the message that, taken as a length, end here; and lengths of text that stand right before it.
    private static float[] LengthsThatEnd(byte[] message)
    {
        int n = message.Length;
        float[] found = new float[(n + 1) * PointerFeatures];
        ByteRuns printable = new(message, ByteRuns.IsPrintable);
        for (int form = 0; form < NumberForm.All.Length; form++)
        {
            NumberForm number = NumberForm.All[form];
            int group = number.Width == 1 ? 0 : number.IsBigEndian ? 1 : 2;
            for (int at = 0; at + number.Width <= n; at++)
            {
                long value = number.Read(message, at);
                long end = at + number.Width + value;
                if (value == 0 || end > n || (value < 2 && number.Width == 1)) continue;
                if (end < n) found[(end * PointerFeatures) + group] = Math.Min(3, found[(end * PointerFeatures) + group] + 1);
                int start = at + number.Width;
                // A length whose text fills it, and behind which something else or the end comes.
                bool isText = value >= 3 && printable.Right(start) >= value && printable.Right(start) <= value + 1;
                bool isMostlyText = value >= 3 && printable.Right(start) >= value;
                if (!isText && !isMostlyText) continue;
                float weight = isText ? 2 : 1;
                Raise(at, 3, weight * number.Width);
                Raise(start, 4, weight * number.Width);
                if (end < n) Raise((int)end, 5, weight);
                for (int p = at + 1; p < start; p++) Raise(p, 6, 1);
            }
        }

        for (int p = 1; p < n; p++)
        {
            if (message[p - 1] == 0 && p > 3 && printable.Left(p - 1) >= 3)
                found[(p * PointerFeatures) + 7] = printable.Left(p - 1);
        }

        return found;

        void Raise(int at, int feature, float value)
        {
            ref float old = ref found[(at * PointerFeatures) + feature];
            old = Math.Max(old, value);
        }
    }

    private const int LinkFeatures = 6;

    // Over all forms of chains: the most values that follow from here to the end, where a length would start, and where
    // a value would.
    private static float[] ChainsThroughout(byte[] message)
    {
        int n = message.Length;
        float[] found = new float[(n + 1) * LinkFeatures];
        short[] links = new short[n];
        foreach (ChainForm form in ChainForm.All)
        {
            if (form.CountsHeader && form.Length.Width == 1) continue;
            form.Links(message, links);
            int strong = form.TagWidth + form.Length.Width >= 3 ? 1 : 0;
            for (int at = 0; at < n; at++)
            {
                if (links[at] < 2) continue;
                Raise(at, strong, links[at]);
                Raise(at + form.TagWidth, 2 + strong, links[at]);
                Raise(at + form.TagWidth + form.Length.Width, 4 + strong, links[at]);
            }
        }

        return found;

        void Raise(int at, int feature, float value)
        {
            ref float old = ref found[(at * LinkFeatures) + feature];
            old = Math.Max(old, value);
        }
    }

    private const int ChainFeatures = 3;

    private static float[] ChainRoles(byte[] message, Chains? chain)
    {
        int n = message.Length;
        float[] roles = new float[(n + 1) * ChainFeatures];
        if (chain is null) return roles;

        chain.Form.Walk(message, chain.Start, (start, length, value, end) =>
        {
            for (int p = start; p < end; p++) roles[p * ChainFeatures] = p < value ? 5 : 4;
            if (value <= n) roles[value * ChainFeatures] = 3;
            roles[length * ChainFeatures] = 2;
            roles[start * ChainFeatures] = 1;
            if (end <= n) roles[end * ChainFeatures] = 6;
        });
        for (int p = 0; p <= n; p++)
        {
            roles[(p * ChainFeatures) + 1] = (float)chain.MeanLinks;
            roles[(p * ChainFeatures) + 2] = p - chain.Start;
        }

        return roles;
    }

    private const int AlignmentFeatures = 11;

    private float[] Aligned(int index, PairAlignment alignment, List<(int Other, short[] Partner)> partners)
    {
        byte[] message = _trace.Bytes[index];
        int n = message.Length;
        float[] found = new float[(n + 1) * AlignmentFeatures];
        short[] skipped = new short[n];
        foreach (int other in _neighbours.Of(index)) Compare(other, 0);
        if (_neighbours.CounterpartOf(index) is >= 0 and int answer) Compare(answer, 6);
        return found;

        void Compare(int other, int first)
        {
            byte[] bytes = _trace.Bytes[other];
            short[] partner = new short[n];
            partners.Add((other, partner));
            alignment.Align(message, bytes, partner, skipped);
            int size = Math.Min(n, PairAlignment.MaxLength);
            for (int p = 1; p < size; p++)
            {
                Span<float> row = found.AsSpan((p * AlignmentFeatures) + first, 5);
                bool leftGap = partner[p - 1] < 0, rightGap = partner[p] < 0;
                bool leftEqual = !leftGap && message[p - 1] == bytes[partner[p - 1]];
                bool rightEqual = !rightGap && message[p] == bytes[partner[p]];
                if (skipped[p] > 0 || (leftGap && !rightGap)) row[0]++;
                if (!leftGap && rightGap) row[1]++;
                if (leftGap && rightGap) row[2]++;
                if (leftEqual) row[3]++;
                if (rightEqual) row[4]++;
                if (first == 0 && leftEqual != rightEqual) found[(p * AlignmentFeatures) + 5]++;
            }
        }
    }

    private const int HintFeatures = 15;

    // By what a hint rests on: does one start here, end here, or lie across?
    private static float[] Hinted(int n, IReadOnlyList<Hint> hints)
    {
        float[] found = new float[(n + 1) * HintFeatures];
        foreach (Hint hint in hints)
        {
            int group = hint.IsExact ? 0 : hint.Relation.Kind switch
            {
                RelationKind.Length or RelationKind.Count or RelationKind.Pointer => 3,
                RelationKind.Chain or RelationKind.Tree or RelationKind.KeyValue or RelationKind.Delimiter => 6,
                RelationKind.Sequence or RelationKind.Timestamp or RelationKind.Checksum or RelationKind.Echo => 9,
                _ => 12,
            };
            float confidence = (float)hint.Relation.Confidence;
            Raise(hint.Start, group, confidence);
            Raise(hint.Start + hint.Length, group + 1, confidence);
            for (int p = hint.Start + 1; p < hint.Start + hint.Length; p++) Raise(p, group + 2, confidence);
        }

        return found;

        void Raise(int at, int feature, float value)
        {
            ref float old = ref found[(at * HintFeatures) + feature];
            old = Math.Max(old, value);
        }
    }

    private ref struct Row(Span<float> values)
    {
        private readonly Span<float> _values = values;

        public int Used { get; private set; }

        public void Add(float value) => _values[Used++] = value;
    }
}

/// <summary>What there is to see of one message.</summary>
/// <param name="Rows">Features of each interior offset, the first for offset 1.</param>
/// <param name="Partners">Its neighbours, and for each byte of it the offset of the byte in the neighbour that
/// corresponds, or -1.</param>
internal sealed record MessageEvidence(float[] Rows, IReadOnlyList<(int Other, short[] Partner)> Partners);
