using System.Globalization;
using System.Text;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Nacha;
using Qbitel.Protocols.Nacha.Building;

namespace Qbitel.Protocols.Tests.Nacha;

/// <summary>Files made for tests: names, numbers and banks are invented, check digits hold.</summary>
internal static class NachaText
{
    public const string Bank = "231380104";
    public const string Originator = "12104288";

    public static readonly DateOnly Monday = new(2026, 3, 23);

    public static NachaFileBuilder Builder(string lineEnd = "\n") =>
        new NachaFileBuilder(Bank, "121042882", new DateTimeOffset(2026, 3, 20, 9, 30, 0, TimeSpan.Zero))
        {
            LineEnd = lineEnd,
        }.Set("destinationName", "FEDERAL RESERVE").Set("originName", "FIRST BANK").Set("reference", "REF00001");

    public static NachaBatchBuilder Batch(this NachaFileBuilder file, string entryClass,
        string description = "PAYROLL") =>
        file.AddBatch(entryClass, Originator, "ACME CORP", "1234567890", description, Monday);

    /// <summary>A file of one batch of wages and one of corporate debits with addenda.</summary>
    public static NachaFile File(string lineEnd = "\n")
    {
        NachaFileBuilder file = Builder(lineEnd);
        NachaBatchBuilder wages = file.Batch("PPD");
        wages.AddEntry(22, Bank, "744567899", Dollars(1500.25m)).Set("name", "JANE DOE").Set("identification",
            "EMP001");
        wages.AddEntry(32, "121042882", "987654321", Dollars(900m)).Set("name", "JOHN ROE").Set("identification",
            "EMP002");
        file.Batch("CCD", "INVOICE").AddEntry(27, Bank, "12345678", Dollars(77.10m)).Set("name", "SUPPLIER INC")
            .Set("identification", "INV4711").AddAddenda("RMR*IV*4711**77.10\\");
        return file.Build();
    }

    public static Money Dollars(decimal amount) =>
        Money.TryParse(amount.ToString(CultureInfo.InvariantCulture), "USD", out Money money) ? money
        : throw new FormatException();

    public static string[] Lines(NachaFile file) => Encoding.ASCII.GetString(file.ToBytes()).TrimEnd('\n').Split('\n');

    public static byte[] Join(IEnumerable<string> lines) => Encoding.Latin1.GetBytes(string.Join('\n', lines) + "\n");

    /// <summary>The line with characters put at a position that is counted from 1.</summary>
    public static string Put(string line, int position, string text) =>
        line[..(position - 1)] + text + line[(position - 1 + text.Length)..];

    public static IReadOnlyList<Diagnostic> Judge(byte[] bytes, ParseOptions? options = null)
    {
        NachaScan scan = new(options);
        scan.Append(bytes);
        return scan.Complete().Findings;
    }
}
