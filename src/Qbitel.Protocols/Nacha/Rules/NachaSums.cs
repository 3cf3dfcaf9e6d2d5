using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Nacha.Rules;

/// <summary>What a control record sums up. 128 bits, so that no stream is long enough to overflow them.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct NachaSums
{
    private const long HashModulus = 10_000_000_000;

    public long Count;
    public long Hash;
    public Int128 Debit;
    public Int128 Credit;

    public void Add(long bank, int code, long amount)
    {
        Hash = (Hash + bank) % HashModulus; // the rightmost ten digits
        if (NachaTransaction.IsCredit(code)) Credit += amount;
        else Debit += amount;
    }

    public void Add(in NachaSums other)
    {
        Count += other.Count;
        Hash = (Hash + other.Hash) % HashModulus;
        Debit += other.Debit;
        Credit += other.Credit;
    }

    /// <summary>As a control record says them; -1 for what cannot be read.</summary>
    public static NachaSums Of(NachaLayout control, ReadOnlySpan<byte> record) => new()
    {
        Count = NachaNumber.Read(control["entryAddendaCount"].Of(record)),
        Hash = NachaNumber.Read(control["entryHash"].Of(record)),
        Debit = NachaNumber.ReadLong(control["totalDebit"].Of(record)),
        Credit = NachaNumber.ReadLong(control["totalCredit"].Of(record)),
    };
}
