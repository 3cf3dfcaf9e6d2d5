using System.Runtime.CompilerServices;
using Qbitel.Protocols.Nacha.Rules;

namespace Qbitel.Protocols.Nacha;

/// <summary>
/// Reads an ACH file of any length as a sequence of events, with running totals and the findings where they belong. A
/// batch that is wrong does not keep the next one from being read.
/// </summary>
/// <remarks>
/// Memory holds one piece of the input and one entry. The addenda of an entry beyond the 9,999 that any class allows
/// are judged and counted, not kept.
/// </remarks>
public sealed class NachaReader
{
    private const int PieceSize = 64 * 1024;
    private const int MaximumAddenda = 9_999;

    private readonly Stream _stream;
    private readonly NachaFramer _framer = new();
    private readonly NachaFindings _findings;
    private readonly NachaValidator _validator;
    private readonly List<NachaEvent> _events = [];
    private NachaRecord? _entry;
    private List<NachaAddenda> _addenda = [];
    private long _errorsBefore;

    /// <param name="stream">Read from where it is; the caller disposes it.</param>
    /// <param name="options">How to judge; null for <see cref="ParseOptions.Default"/>.</param>
    public NachaReader(Stream stream, ParseOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= ParseOptions.Default;
        NachaProfiles.Check(options);
        _stream = stream;
        _findings = new NachaFindings(options.Mode);
        _validator = new NachaValidator(_framer, _findings, options);
    }

    /// <summary>Reads to the end; to be enumerated once.</summary>
    public async IAsyncEnumerable<NachaEvent> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        byte[] piece = new byte[PieceSize];
        int length;
        while ((length = await _stream.ReadAsync(piece, cancellationToken)) > 0)
        {
            Take(piece.AsSpan(0, length));
            foreach (NachaEvent each in _events) yield return each;
            _events.Clear();
        }

        Finish();
        foreach (NachaEvent each in _events) yield return each;
    }

    private void Take(ReadOnlySpan<byte> piece)
    {
        while (_framer.TryRead(ref piece, out ReadOnlySpan<byte> record)) Accept(record);
    }

    private void Finish()
    {
        if (_framer.TryFinish(out ReadOnlySpan<byte> record)) Accept(record);
        _validator.EndEntry();
        EndEntry();
        _validator.Finish();
        _events.Add(new NachaFileEnded(_findings.Errors == 0, Totals(), _findings.Drain()));
    }

    private void Accept(ReadOnlySpan<byte> record)
    {
        _validator.EndEntryBefore(record);
        if (!_validator.Entry.IsOpen && record[0] != '7') EndEntry();
        NachaStep step = _validator.Accept(record);
        switch (step)
        {
            case NachaStep.FileHeader:
                _events.Add(new NachaFileStarted(Keep(record), Totals(), _findings.Drain()));
                break;
            case NachaStep.BatchHeader:
                _events.Add(new NachaBatchStarted(Keep(record), Totals(), _findings.Drain()));
                break;
            case NachaStep.Entry:
                _entry = Keep(record);
                break;
            case NachaStep.Addenda when _entry is not null && _addenda.Count < MaximumAddenda:
                _addenda.Add(new NachaAddenda(Keep(record)));
                break;
            case NachaStep.BatchControl:
                bool isValid = _findings.Errors == _errorsBefore;
                _events.Add(new NachaBatchEnded(Keep(record), isValid, Totals(), _findings.Drain()));
                _errorsBefore = _findings.Errors;
                break;
        }

        if (step == NachaStep.FileHeader) _errorsBefore = _findings.Errors;
    }

    private void EndEntry()
    {
        if (_entry is null) return;
        _events.Add(new NachaEntryRead(new NachaEntry(_entry, _addenda), Totals(), _findings.Drain()));
        _entry = null;
        _addenda = [];
    }

    private NachaTotals Totals() => NachaTotals.Of(_validator);

    private NachaRecord Keep(ReadOnlySpan<byte> record) =>
        new(record.ToArray(), _validator.Layout, _framer.Place.Offset, -1);
}
