using System.Data.Common;
using System.Globalization;
using Qbitel.Cryptography;
using Qbitel.Governance;

namespace Qbitel.Store.Sql;

/// <summary>One row of a result, read from left to right in the order of its columns.</summary>
/// <remarks>Initialisers run in the order they are written, so a record is read in the order its columns are
/// selected.</remarks>
internal sealed class Row(DbDataReader reader)
{
    private int _column;

    /// <summary>Moves to the next row.</summary>
    public async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        _column = 0;
        return await reader.ReadAsync(cancellationToken);
    }

    public string Text() => reader.GetString(_column++);

    public string? TextOrNull() => IsNull() ? null : Text();

    public long Long() => reader.GetInt64(_column++);

    public long? LongOrNull() => IsNull() ? null : Long();

    public int Int() => checked((int)Long());

    public int? IntOrNull() => IsNull() ? null : Int();

    public bool Flag() => Long() != 0;

    public byte[] Bytes() => reader.GetFieldValue<byte[]>(_column++);

    public Guid Id() => Guid.ParseExact(Text(), "D");

    public Guid? IdOrNull() => IsNull() ? null : Id();

    public KeyId KeyId() => new(Id());

    public KeyId? KeyIdOrNull() => IsNull() ? null : KeyId();

    public DateTimeOffset Time() => Moment.ToTime(Long());

    public DateTimeOffset? TimeOrNull() => IsNull() ? null : Time();

    public TimeSpan? SpanOrNull() => IsNull() ? null : Moment.ToSpan(Long());

    public DateOnly? DayOrNull() => IsNull() ? null : DateOnly.ParseExact(Text(), "O", CultureInfo.InvariantCulture);

    public T Enum<T>()
        where T : struct, Enum => System.Enum.Parse<T>(Text());

    public T? EnumOrNull<T>()
        where T : struct, Enum => IsNull() ? null : Enum<T>();

    public KeyAlgorithm Algorithm() => KeyAlgorithm.Parse(Text());

    // A null is passed over; anything else is still to be read.
    private bool IsNull()
    {
        if (!reader.IsDBNull(_column)) return false;

        _column++;
        return true;
    }
}
