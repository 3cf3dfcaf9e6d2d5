namespace Qbitel.Protocols.Nacha.Rules;

/// <summary>Where a record lies in the input, and in the tree of the file.</summary>
/// <param name="Offset">Bytes before it.</param>
/// <param name="Length">Bytes it takes, without line end.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Column">Of its first character, counted from 1.</param>
/// <param name="Record">Which record it is, counted from 1.</param>
internal readonly record struct NachaPlace(long Offset, int Length, long Line, long Column, long Record)
{
    /// <summary>Which batch; 0 outside of batches.</summary>
    public long Batch { get; init; }

    /// <summary>Which entry of the batch; 0 where it is none.</summary>
    public long Entry { get; init; }

    /// <summary>Which addenda of the entry; 0 where it is none.</summary>
    public long Addenda { get; init; }

    /// <summary>H, C or nothing: a header or control of what the numbers say.</summary>
    public string? Part { get; init; }

    /// <summary>Bytes from the start of the record to each character, where characters take more than one.</summary>
    public int[]? Characters { get; init; }

    public long OffsetOf(int column) =>
        Offset + (Characters is { } map ? map[Math.Min(column, map.Length - 1)] : Math.Min(column, Length));

    public string Path
    {
        get
        {
            string path = Batch > 0 ? $"/batch[{Batch}]" : "";
            if (Entry > 0) path += $"/entry[{Entry}]";
            if (Addenda > 0) path += $"/addenda[{Addenda}]";
            return Part is null ? path.Length == 0 ? "/" : path : $"{path}/{Part}";
        }
    }
}
