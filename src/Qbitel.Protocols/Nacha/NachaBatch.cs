using Qbitel.Protocols.Nacha.Rules;

namespace Qbitel.Protocols.Nacha;

/// <summary>One batch: its header, its entries, and its control.</summary>
public sealed class NachaBatch
{
    private readonly Func<IReadOnlyList<NachaEntry>> _read;
    private IReadOnlyList<NachaEntry>? _entries;

    internal NachaBatch(NachaRecord header, NachaRecord control, Func<IReadOnlyList<NachaEntry>> read)
    {
        Header = header;
        Control = control;
        _read = read;
    }

    public NachaRecord Header { get; }

    public NachaRecord Control { get; }

    /// <summary>Read when they are first asked for.</summary>
    public IReadOnlyList<NachaEntry> Entries => _entries ??= _read();

    /// <summary>Such as PPD or IAT.</summary>
    public string EntryClass => Header["entryClass"]!;

    /// <summary>What the class is in words.</summary>
    public string? EntryClassMeaning => NachaClass.Find(EntryClass)?.Title;

    /// <summary>200, 220, 225 or 280.</summary>
    public int ServiceClass => (int)Header.Number("serviceClass");

    /// <summary>Null in international batches, which have none.</summary>
    public string? CompanyName => Header["companyName"];

    public string CompanyId => Header["companyId"]!;

    public string Description => Header["description"]!;

    public DateOnly? EffectiveDate => Header.Date("effectiveDate");

    /// <summary>Eight digits of the originator's bank.</summary>
    public string OriginatingBank => Header["originatingBank"]!;

    public long Number => Header.Number("batchNumber");

    public bool IsInternational => Header.Layout == NachaLayout.IatBatchHeader;

    /// <summary>The batch header with what is personal masked.</summary>
    public override string ToString() => Header.ToString();
}
