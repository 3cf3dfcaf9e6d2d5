using Qbitel.Discovery.Boundaries.Evidence;

namespace Qbitel.Discovery.Boundaries;

/// <summary>What speaks for a field that was cut being a field: how sure its edges are, and how many messages of its
/// type have it too.</summary>
internal sealed class FieldTrust
{
    public const int Count = 12;

    private readonly TraceView _trace;
    private readonly Dictionary<(int, int, int), int> _fromStart = [], _fromEnd = [];
    private readonly int[] _messages;
    private readonly float _mean, _perByte;

    public FieldTrust(TraceView trace, IReadOnlyDictionary<int, List<RawField>> cut)
    {
        _trace = trace;
        _messages = new int[trace.Clusters.Length];
        double sum = 0, bytes = 0;
        int fields = 0;
        foreach (int i in cut.Keys.Order())
        {
            int type = trace.Types[i], n = trace.Bytes[i].Length;
            _messages[type]++;
            bytes += n;
            foreach (RawField field in cut[i])
            {
                Increment(_fromStart, (type, field.Start, field.Length));
                Increment(_fromEnd, (type, n - field.Start, field.Length));
                sum += field.Whole;
                fields++;
            }
        }

        _mean = fields == 0 ? 0 : (float)(sum / fields);
        _perByte = bytes == 0 ? 0 : (float)(fields / bytes);
    }

    public float[] Of(int index, RawField field)
    {
        byte[] message = _trace.Bytes[index];
        int type = _trace.Types[index], n = message.Length;
        ReadOnlySpan<byte> value = message.AsSpan(field.Start, field.Length);
        int zeros = value.Count((byte)0), printable = 0;
        foreach (byte b in value)
        {
            if (ByteRuns.IsPrintable(b)) printable++;
        }

        float all = Math.Max(1, _messages[type]);
        return
        [
            field.Whole, field.AtStart, field.AtEnd, field.Inside, Math.Min(field.AtStart, field.AtEnd), field.Length, _mean,
            _perByte, _fromStart.GetValueOrDefault((type, field.Start, field.Length)) / all,
            _fromEnd.GetValueOrDefault((type, n - field.Start, field.Length)) / all, (float)zeros / field.Length,
            (float)printable / field.Length,
        ];
    }

    private static void Increment(Dictionary<(int, int, int), int> counts, (int, int, int) key) =>
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;
}
