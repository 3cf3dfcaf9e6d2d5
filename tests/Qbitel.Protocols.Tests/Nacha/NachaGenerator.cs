using System.Globalization;
using System.Text;

namespace Qbitel.Protocols.Tests.Nacha;

/// <summary>Makes valid files of any length without holding them: 10,000 entries a batch, wages and payments in
/// turn.</summary>
internal sealed class NachaGenerator
{
    private const int BatchSize = 10_000;
    private const string Odfi = "12104288";

    private static readonly string[] Banks = ["231380104", "121042882", "031300012", "011000015"];

    public byte[] Make(long entries, bool withAddenda = false)
    {
        using MemoryStream output = new();
        Write(output, entries, withAddenda);
        return output.ToArray();
    }

    /// <summary>Writes a file of so many entries.</summary>
    public void Write(Stream output, long entries, bool withAddenda = false)
    {
        ArgumentNullException.ThrowIfNull(output);
        StringBuilder batch = new();
        long records = 0;
        void Line(FormattableString line)
        {
            batch.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
            records++;
        }

        void Flush()
        {
            output.Write(Encoding.ASCII.GetBytes(batch.ToString()));
            batch.Clear();
        }

        Line($"101 231380104 1210428822603200930A094101{"FEDERAL RESERVE",-23}{"FIRST BANK",-23}{"",-8}");
        int batches = 0;
        (long count, long hash, long debit, long credit) file = default;
        for (long done = 0; done < entries;)
        {
            batches++;
            bool isCredit = batches % 2 == 1;
            int service = isCredit ? 220 : 225;
            string description = isCredit ? "PAYROLL" : "DUES";
            Line($"5{service}{"ACME CORP",-36}1234567890PPD{description,-16}260323   1{Odfi}{batches:D7}");
            (long count, long hash, long sum) own = default;
            for (int i = 1; i <= BatchSize && done < entries; i++, done++)
            {
                string bank = Banks[done % Banks.Length];
                long amount = 100 + (done * 37 % 10_000); // millions of them fit a total of twelve digits
                string receiver = $"RECEIVER {done}";
                string front = $"6{(isCredit ? 22 : 27)}{bank}{done:D17}{amount:D10}{done:D15}";
                Line($"{front}{receiver,-24}{(withAddenda ? 1 : 0)}{Odfi}{i:D7}");
                if (withAddenda) Line($"705{"PAYMENT " + done,-80}0001{i:D7}");
                own = (own.count + (withAddenda ? 2 : 1), own.hash + int.Parse(bank.AsSpan(0, 8),
                    CultureInfo.InvariantCulture),
                    own.sum + amount);
            }

            (long debit, long credit) = isCredit ? (0L, own.sum) : (own.sum, 0L);
            long ownHash = own.hash % 10_000_000_000;
            string sums = $"{own.count:D6}{ownHash:D10}{debit:D12}{credit:D12}";
            Line($"8{service}{sums}{"1234567890",-35}{Odfi}{batches:D7}");
            file = (file.count + own.count, (file.hash + ownHash) % 10_000_000_000, file.debit + debit,
                file.credit + credit);
            Flush();
        }

        string totals = $"{file.count:D8}{file.hash:D10}{file.debit:D12}{file.credit:D12}";
        Line($"9{batches:D6}{((records / 10) + 1) % 1_000_000:D6}{totals,-81}");
        while (records % 10 != 0) Line($"{new string('9', 94)}");
        Flush();
    }
}
