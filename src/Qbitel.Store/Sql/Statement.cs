using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Qbitel.Cryptography;
using Qbitel.Governance;

namespace Qbitel.Store.Sql;

/// <summary>A piece of SQL that is text and not a value: a list of columns, a clause of the dialect.</summary>
internal readonly record struct SqlText(string Text);

/// <summary>An SQL statement written as an interpolated string in which every hole becomes a parameter.</summary>
/// <remarks>
/// A value can therefore not become SQL, and a type without an overload here does not compile. How values are kept is
/// the same in every
/// dialect: times and durations as whole microseconds, days as ISO 8601 text, enumerations by name, booleans as 0 and
/// 1, ids as lower-case text.
/// </remarks>
[InterpolatedStringHandler]
internal sealed class Statement
{
    private readonly StringBuilder _text;
    private readonly List<object?> _values;

    public Statement(int literalLength, int formattedCount)
    {
        _text = new StringBuilder(literalLength + (4 * formattedCount));
        _values = new List<object?>(formattedCount);
    }

    public void AppendLiteral(string text) => _text.Append(text);

    public void AppendFormatted(SqlText text) => _text.Append(text.Text);

    /// <exception cref="StateStoreException">The text holds a NUL, which PostgreSQL cannot keep: then no store keeps
    /// it.</exception>
    public void AppendFormatted(string? value)
    {
        if (value?.Contains('\0', StringComparison.Ordinal) is true)
            throw new StateStoreException("Text with a NUL character (U+0000) cannot be kept.");

        AppendValue(value);
    }

    public void AppendFormatted(long? value) => AppendValue(value);

    public void AppendFormatted(bool value) => AppendValue(value ? 1L : 0L);

    public void AppendFormatted(Guid? value) => AppendValue(value?.ToString("D"));

    public void AppendFormatted(KeyId? value) => AppendFormatted(value?.Value);

    public void AppendFormatted(DateTimeOffset? value) =>
        AppendValue(value is { } time ? Moment.ToMicroseconds(time) : null);

    public void AppendFormatted(TimeSpan? value) => AppendValue(value is { } span ? Moment.ToMicroseconds(span) : null);

    public void AppendFormatted(DateOnly? value) => AppendValue(value?.ToString("O", CultureInfo.InvariantCulture));

    public void AppendFormatted(ReadOnlyMemory<byte> value) => AppendValue(value.ToArray());

    public void AppendFormatted(KeyAlgorithm value) => AppendValue(value.Name);

    public void AppendFormatted<T>(T value)
        where T : struct, Enum => AppendValue(value.ToString());

    public void AppendFormatted<T>(T? value)
        where T : struct, Enum => AppendValue(value?.ToString());

    public DbCommand ToCommand(DbConnection connection, DbTransaction transaction)
    {
        DbCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // the text has no value in it: see above
        command.CommandText = _text.ToString();
#pragma warning restore CA2100
        command.Transaction = transaction;
        for (int i = 0; i < _values.Count; i++)
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = Name(i);
            parameter.Value = _values[i] ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private void AppendValue(object? value)
    {
        _text.Append(Name(_values.Count));
        _values.Add(value);
    }

    private static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"@p{index}");
}
