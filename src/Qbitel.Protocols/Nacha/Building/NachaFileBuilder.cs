using System.Globalization;
using Qbitel.Protocols.Nacha.Rules;

namespace Qbitel.Protocols.Nacha.Building;

/// <summary>
/// Makes ACH files: counts, hashes, totals, trace numbers, controls and filler are filled in, and what breaks a rule
/// is not made.
/// </summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
public sealed class NachaFileBuilder
{
    private readonly NachaDraft _header = new(NachaLayout.FileHeader, '1');
    private readonly List<NachaBatchBuilder> _batches = [];
    private int _lastTrace;

    /// <param name="destination">The routing number of the receiving point, nine digits.</param>
    /// <param name="origin">The routing number of the sending point, or an identification agreed with it.</param>
    /// <param name="created">In the time of the sender.</param>
    /// <param name="modifier">Tells the files of one day apart: A to Z, 0 to 9.</param>
    /// <exception cref="MessageFormatException">A value does not fit its field.</exception>
    public NachaFileBuilder(string destination, string origin, DateTimeOffset created, char modifier = 'A')
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(origin);
        _header.Set("priority", "01").Set("recordSize", "094").Set("blockingFactor", "10").Set("format", "1")
            .Set("destination", destination.PadLeft(10)).Set("origin", origin.PadLeft(10))
            .Set("date", DateOnly.FromDateTime(created.DateTime))
            .Set("time", created.ToString("HHmm", CultureInfo.InvariantCulture)).Set("modifier", [modifier]);
    }

    /// <summary>What ends each record: CRLF, LF, CR, or nothing; LF unless set.</summary>
    public string LineEnd { get; init; } = "\n";

    /// <summary>The trace number of the next entry, its last seven digits.</summary>
    internal int NextTrace() => ++_lastTrace;

    /// <summary>Sets a field of the file header, such as <c>originName</c>.</summary>
    /// <exception cref="ArgumentException">There is no such field.</exception>
    /// <exception cref="MessageFormatException">The value does not fit its field.</exception>
    public NachaFileBuilder Set(string field, string value)
    {
        _header.Set(field, value);
        return this;
    }

    /// <summary>Begins a batch; its service class follows from its entries.</summary>
    /// <param name="entryClass">Such as PPD.</param>
    /// <param name="originatingBank">Eight digits of the originator's bank.</param>
    /// <param name="companyName">Of the originator; international batches do not have it.</param>
    /// <param name="companyId">Of the originator.</param>
    /// <param name="description">What the receiver reads.</param>
    /// <param name="effectiveDate">When the entries shall settle.</param>
    /// <exception cref="ArgumentException">There is no such class.</exception>
    /// <exception cref="MessageFormatException">A value does not fit its field.</exception>
    public NachaBatchBuilder AddBatch(string entryClass, string originatingBank, string companyName, string companyId,
        string description, DateOnly? effectiveDate)
    {
        ArgumentNullException.ThrowIfNull(entryClass);
        NachaClass known = NachaClass.Find(entryClass)
            ?? throw new ArgumentException($"there is no standard entry class {entryClass}", nameof(entryClass));
        NachaBatchBuilder batch = Add(known, known.IsIat);
        if (!known.IsIat) batch.Set("companyName", companyName);
        batch.Set("companyId", companyId).Set("description", description).Set("originatingBank", originatingBank);
        if (effectiveDate is { } date) batch.Header.Set("effectiveDate", date);
        return batch;
    }

    /// <summary>
    /// Sends an entry back: a return; for reasons R61 to R70 the dishonor of a return, for R71 to R77 the contest of a
    /// dishonored one.
    /// </summary>
    /// <param name="batch">The entry's batch.</param>
    /// <param name="entry">The entry as it was received.</param>
    /// <param name="reason">Such as R01.</param>
    /// <param name="sendingBank">Eight digits of the bank that sends it back.</param>
    /// <param name="dateOfDeath">For R14 and R15.</param>
    /// <exception cref="ArgumentException">There is no such reason.</exception>
    public NachaBatchBuilder AddReturn(NachaBatch batch, NachaEntry entry, string reason, string sendingBank,
        DateOnly? dateOfDeath = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(entry);
        if (!NachaCodes.Returns.Contains(reason))
        {
            throw new ArgumentException($"there is no return reason {reason}", nameof(reason));
        }

        return NachaAnswers.Return(Answer(batch, batch.EntryClass), batch, entry, reason, sendingBank, dateOfDeath);
    }

    /// <summary>Tells the originator's bank what to change: a notification of change, without an amount.</summary>
    /// <param name="batch">The entry's batch.</param>
    /// <param name="entry">The entry as it was received.</param>
    /// <param name="change">Such as C01.</param>
    /// <param name="correctedData">What stands right, as the code wants it.</param>
    /// <param name="sendingBank">Eight digits of the receiver's bank.</param>
    /// <exception cref="ArgumentException">There is no such code.</exception>
    public NachaBatchBuilder AddChange(NachaBatch batch, NachaEntry entry, string change, string correctedData,
        string sendingBank)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(entry);
        if (!NachaCodes.Changes.Contains(change) || change.StartsWith("C6", StringComparison.Ordinal))
        {
            throw new ArgumentException($"there is no change code {change}", nameof(change));
        }

        return NachaAnswers.Change(Answer(batch, "COR"), batch, entry, change, correctedData, sendingBank);
    }

    /// <summary>Undoes entries that were sent in error: the same amounts, the other way round.</summary>
    /// <param name="batch">The batch of the entries.</param>
    /// <param name="entries">Those to undo; null for all.</param>
    /// <param name="effectiveDate">When the reversals shall settle.</param>
    public NachaBatchBuilder AddReversal(NachaBatch batch, IEnumerable<NachaEntry>? entries, DateOnly? effectiveDate)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return NachaAnswers.Reversal(Answer(batch, batch.EntryClass), batch, entries ?? batch.Entries, effectiveDate);
    }

    /// <summary>Makes the file.</summary>
    /// <exception cref="MessageFormatException">The file would break a rule, or a sum does not fit its
    /// field.</exception>
    public NachaFile Build()
    {
        NachaFile file = NachaFile.Parse(ToBytes());
        return file.Validate().FirstError() is { } wrong
            ? throw new MessageFormatException(new ParseError(wrong)) : file;
    }

    /// <summary>The file, though it may break rules.</summary>
    /// <exception cref="MessageFormatException">A sum does not fit its field.</exception>
    internal byte[] ToBytes()
    {
        using MemoryStream output = new();
        byte[] lineEnd = System.Text.Encoding.ASCII.GetBytes(LineEnd);
        int records = 0;
        void Write(ReadOnlySpan<byte> record)
        {
            output.Write(record);
            output.Write(lineEnd);
            records++;
        }

        Write(_header.Record);
        NachaSums sums = default;
        bool isAdv = false;
        for (int i = 0; i < _batches.Count; i++)
        {
            NachaSums own = _batches[i].WriteTo(Write, i + 1);
            sums.Add(own);
            isAdv |= _batches[i].Class.IsAdv;
        }

        int blocks = (records / NachaLayout.BlockingFactor) + 1;
        NachaDraft control = new(isAdv ? NachaLayout.AdvFileControl : NachaLayout.FileControl, '9');
        control.Set("batchCount", _batches.Count).Set("blockCount", blocks).Set("entryAddendaCount", sums.Count)
            .Set("entryHash", sums.Hash).Set("totalDebit", sums.Debit).Set("totalCredit", sums.Credit);
        Write(control.Record);
        Span<byte> filler = stackalloc byte[NachaLayout.RecordLength];
        filler.Fill((byte)'9');
        while (records % NachaLayout.BlockingFactor != 0) Write(filler);
        return output.ToArray();
    }

    internal NachaBatchBuilder Add(NachaClass entryClass, bool isInternational)
    {
        NachaBatchBuilder batch = new(this, entryClass, isInternational);
        _batches.Add(batch);
        return batch;
    }

    private NachaBatchBuilder Answer(NachaBatch batch, string entryClass) =>
        Add(NachaClass.Find(entryClass) ?? throw new ArgumentException("the batch's class is not known", nameof(batch)),
            batch.IsInternational);
}
