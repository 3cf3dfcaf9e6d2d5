using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Nacha.Rules;

namespace Qbitel.Protocols.Nacha.Building;

/// <summary>Makes one batch of a file; it comes from a <see cref="NachaFileBuilder"/>.</summary>
public sealed class NachaBatchBuilder
{
    internal delegate void Writer(ReadOnlySpan<byte> record);

    private readonly NachaFileBuilder _file;
    private readonly List<NachaEntryBuilder> _entries = [];
    private bool _hasServiceClass;

    internal NachaBatchBuilder(NachaFileBuilder file, NachaClass entryClass, bool isInternational)
    {
        _file = file;
        Class = entryClass;
        IsInternational = isInternational;
        Header = new NachaDraft(isInternational ? NachaLayout.IatBatchHeader : NachaLayout.BatchHeader, '5');
        Header.Set("entryClass", entryClass.Code).Set("originatorStatus", entryClass.IsAdv ? "0" : "1");
    }

    internal NachaClass Class { get; }

    internal bool IsInternational { get; }

    internal NachaDraft Header { get; }

    internal NachaLayout EntryLayout => IsInternational ? NachaClass.Iat.Entry : Class.Entry;

    /// <summary>Sets a field of the batch header, such as <c>serviceClass</c>.</summary>
    /// <exception cref="ArgumentException">There is no such field.</exception>
    /// <exception cref="MessageFormatException">The value does not fit its field.</exception>
    public NachaBatchBuilder Set(string field, string value)
    {
        Header.Set(field, value);
        _hasServiceClass |= field == "serviceClass";
        return this;
    }

    /// <summary>Adds an entry; the caller sets what else its class has.</summary>
    /// <param name="transactionCode">Such as 22, a credit to a checking account.</param>
    /// <param name="routingNumber">Nine digits of the receiver's bank.</param>
    /// <param name="account">The receiver's.</param>
    /// <param name="amount">In dollars; zero for prenotes and the like.</param>
    /// <exception cref="ArgumentException">The amount is not in dollars.</exception>
    /// <exception cref="MessageFormatException">A value does not fit its field.</exception>
    public NachaEntryBuilder AddEntry(int transactionCode, string routingNumber, string account, Money amount)
    {
        ArgumentNullException.ThrowIfNull(routingNumber);
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(amount);
        if (amount.Currency.Code != "USD") throw new ArgumentException("amounts are in dollars", nameof(amount));
        if (routingNumber.Length != 9)
        {
            throw new ArgumentException("a routing number has nine digits", nameof(routingNumber));
        }

        NachaEntryBuilder entry = Add();
        entry.Draft.Set("transactionCode", transactionCode).Set("receivingBank", routingNumber.AsSpan(0, 8))
            .Set("checkDigit", routingNumber.AsSpan(8)).Set("account", account).Set("amount", amount.ToMinorUnits());
        return entry;
    }

    internal NachaEntryBuilder Add()
    {
        NachaEntryBuilder entry = new(this, EntryLayout);
        _entries.Add(entry);
        return entry;
    }

    /// <summary>The first eight digits are the batch's bank, the last seven count through the file.</summary>
    internal string NextTrace() => $"{BankText()}{_file.NextTrace():D7}";

    internal NachaSums WriteTo(Writer write, int number)
    {
        Header.Set("batchNumber", number);
        if (!_hasServiceClass) Header.Set("serviceClass", ServiceClass());
        write(Header.Record);
        NachaSums sums = default;
        int sequence = 0;
        foreach (NachaEntryBuilder entry in _entries) sums.Add(entry.WriteTo(write, ++sequence));

        NachaDraft control = new(Class.IsAdv ? NachaLayout.AdvBatchControl : NachaLayout.BatchControl, '8');
        control.Set("serviceClass", Text("serviceClass"))
            .Set("entryAddendaCount", sums.Count).Set("entryHash", sums.Hash)
            .Set("totalDebit", sums.Debit).Set("totalCredit", sums.Credit)
            .Set("originatingBank", BankText()).Set("batchNumber", number);
        if (!Class.IsAdv && !IsInternational) control.Set("companyId", Text("companyId"));
        write(control.Record);
        return sums;
    }

    internal string Text(string field) => System.Text.Encoding.ASCII.GetString(Header.Layout[field].Of(Header.Record));

    private string BankText() => Text("originatingBank");

    private int ServiceClass()
    {
        if (Class.IsAdv) return 280;
        bool hasCredits = _entries.Any(entry => NachaTransaction.IsCredit(entry.Code));
        bool hasDebits = _entries.Any(entry => !NachaTransaction.IsCredit(entry.Code));
        return hasCredits && hasDebits ? 200 : hasDebits ? 225 : 220;
    }
}
