using System.Globalization;
using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Nacha.Rules;

/// <summary>
/// Findings in the order they were made: the first ones are kept, all are counted, and a message is made only for what
/// is kept.
/// </summary>
internal sealed class NachaFindings(ParseMode mode)
{
    private const int Limit = DiagnosticList.Limit;

    private readonly Dictionary<string, long> _codes = new(StringComparer.Ordinal);
    private List<Diagnostic> _kept = [];
    private int _keptWarnings;
    private bool _isFull;

    /// <summary>What real traffic does and everyone reads is an error only where the mode is strict.</summary>
    public Severity Deviation { get; } = mode == ParseMode.Strict ? Severity.Error : Severity.Warning;

    public long Errors { get; private set; }

    public IReadOnlyDictionary<string, long> Codes => _codes;

    public IReadOnlyList<Diagnostic> Kept => _kept;

    /// <summary>What was kept since the last call; the room for more is new.</summary>
    public IReadOnlyList<Diagnostic> Drain()
    {
        if (_kept.Count == 0) return [];

        List<Diagnostic> drained = _kept;
        _kept = [];
        (_keptWarnings, _isFull) = (0, false);
        return drained;
    }

    /// <param name="code">Such as <c>Nacha.CheckDigit</c>.</param>
    /// <param name="severity">Only an error makes the file invalid.</param>
    /// <param name="message">A sentence without a value.</param>
    /// <param name="place">The record.</param>
    /// <param name="field">The field; null for the whole record.</param>
    /// <param name="record">The record's characters, from which what was found is shown by the field's class.</param>
    /// <param name="expected">In words.</param>
    /// <param name="number">Expected, where it is a number.</param>
    public void Report(string code, Severity severity, string message, in NachaPlace place, NachaField? field = null,
        ReadOnlySpan<byte> record = default, string? expected = null, Int128? number = null)
    {
        if (!Counts(code, severity)) return;

        _kept.Add(new Diagnostic(code, severity, message)
        {
            Offset = place.OffsetOf(field?.Start ?? 0),
            Length = field?.Length ?? place.Length,
            Line = (int)Math.Min(place.Line, int.MaxValue),
            Column = (int)Math.Min(place.Column + (field?.Start ?? 0), int.MaxValue),
            Record = (int)Math.Min(place.Record, int.MaxValue),
            Path = field is null ? place.Path : $"{place.Path.TrimEnd('/')}/{field.Name}",
            Field = field?.Name,
            Tag = field?.Positions,
            Expected = number is { } value ? value.ToString(CultureInfo.InvariantCulture) : expected,
            Actual = field is null || record.IsEmpty ? null : field.Redaction.Mask(field.Of(record).TrimEnd((byte)' ')),
        });
    }

    private bool Counts(string code, Severity severity)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_codes, code, out _)++;
        if (severity == Severity.Error)
        {
            Errors++;
            if (_kept.Count < Limit) return true;
            if (_isFull) return false;

            _isFull = true;
            _kept.Add(new Diagnostic("Common.TooManyErrors", Severity.Error,
                "more findings than are reported; the first ones are listed")
            {
                Expected = $"at most {Limit} findings",
            });
            return false;
        }

        // Warnings may come with every line, and must not leave errors without room.
        return _keptWarnings < Limit / 2 && _kept.Count < Limit && ++_keptWarnings > 0;
    }
}
