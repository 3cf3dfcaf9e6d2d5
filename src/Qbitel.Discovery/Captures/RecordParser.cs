namespace Qbitel.Discovery.Captures;

/// <summary>One capture format: takes the next record off the front of the bytes at hand.</summary>
internal abstract class RecordParser
{
    public enum Result
    {
        /// <summary>The record is not complete: <see cref="Needed"/> bytes are wanted at hand.</summary>
        NeedMore,

        /// <summary>
        /// <see cref="Consumed"/> bytes (which may lie beyond those at hand) held nothing of interest.
        /// </summary>
        Skipped,

        /// <summary>A packet was read.</summary>
        Packet,
    }

    public int Needed { get; protected set; }

    public long Consumed { get; protected set; }

    public CapturedPacket Packet { get; protected set; }

    /// <param name="available">The bytes at hand, beginning with a record.</param>
    /// <param name="offset">Where they begin in the input.</param>
    /// <exception cref="InputFormatException">The record cannot be right.</exception>
    public abstract Result Next(ReadOnlyMemory<byte> available, long offset);

    /// <summary>Writes what later records depend on.</summary>
    public abstract void Save(StateWriter state);

    public abstract void Load(StateReader state);

    protected Result NeedMore(int needed)
    {
        Needed = needed;
        return Result.NeedMore;
    }

    protected Result Skip(long consumed)
    {
        Consumed = consumed;
        return Result.Skipped;
    }
}
