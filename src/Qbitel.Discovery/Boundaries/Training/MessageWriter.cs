using System.Text;

namespace Qbitel.Discovery.Boundaries.Training;

/// <summary>Writes one made-up message and notes where its fields are.</summary>
internal sealed class MessageWriter(long number)
{
    private readonly List<byte> _bytes = [];
    private readonly List<TruthField> _fields = [];
    private readonly List<(int At, int Width, bool IsBigEndian, int From, int Addend)> _open = [];

    /// <summary>Which message of the trace it is: counters and clocks go by it.</summary>
    public long Number { get; } = number;

    public int Length => _bytes.Count;

    public ReadOnlySpan<byte> Written => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_bytes);

    public void Field(ReadOnlySpan<byte> value, string meaning)
    {
        if (value.Length == 0) return;
        _fields.Add(new TruthField(_bytes.Count, value.Length, meaning));
        _bytes.AddRange(value);
    }

    public void Text(string value, string meaning = "string") => Field(Encoding.Latin1.GetBytes(value), meaning);

    public void Number_(ulong value, int width, bool isBigEndian, string meaning) =>
        Field(Bytes(value, width, isBigEndian), meaning);

    /// <summary>A length to be filled in by <see cref="Close"/>; what it counts begins at <paramref name="from"/>, or
    /// behind it where that is negative.</summary>
    public int Open(int width, bool isBigEndian, int from, int addend, string meaning = "length")
    {
        _open.Add((Length, width, isBigEndian, from < 0 ? Length + width : from, addend));
        Field(new byte[width], meaning);
        return _open.Count - 1;
    }

    public void Close(int handle)
    {
        (int at, int width, bool isBigEndian, int from, int addend) = _open[handle];
        byte[] value = Bytes((ulong)Math.Max(0, Length - from + addend), width, isBigEndian);
        for (int i = 0; i < width; i++) _bytes[at + i] = value[i];
    }

    public TruthMessage Finish(int index, string flow, FlowDirection direction, string type)
    {
        Inference.Sample sample = new(index, _bytes.ToArray(), new Flow(flow), direction, null);
        return new TruthMessage(sample, [.. _fields.Where(f => f.Start > 0).Select(f => f.Start)], [.. _fields], type);
    }

    public static byte[] Bytes(ulong value, int width, bool isBigEndian)
    {
        byte[] bytes = new byte[width];
        for (int i = 0; i < width; i++)
        {
            bytes[isBigEndian ? width - 1 - i : i] = (byte)(value & 0xFF);
            value >>= 8;
        }

        return bytes;
    }
}
