using Qbitel.Printing;
using Qbitel.Protocols;
using Qbitel.Protocols.Fpml.Explaining;
using Spectre.Console;

namespace Qbitel.Messages.Trades;

/// <summary>An explained trade in a terminal: in words, as a table and along its days.</summary>
internal static class TradeText
{
    public static void Write(FpmlExplanation explained, IReadOnlyList<Diagnostic> findings, IAnsiConsole console)
    {
        bool isValid = findings.All(finding => finding.Severity != Severity.Error);
        console.Line($"{explained.Title}: {(isValid ? "valid" : "not valid")}");
        foreach ((string name, string value) in explained.Header.Concat(explained.Parties))
            console.Line($"  {name}: {value}");
        foreach (ExplainedTrade trade in explained.Trades) Write(trade, console);
        if (findings.Count == 0) return;

        console.Line("");
        foreach (Diagnostic finding in findings) console.Line(finding.ToString());
    }

    private static void Write(ExplainedTrade trade, IAnsiConsole console)
    {
        console.Line("");
        console.Line($"{trade.Product}{(trade.TradeIds.Count > 0 ? $" {string.Join(", ", trade.TradeIds)}" : "")}");
        foreach (string sentence in trade.Sentences) console.Line($"  {sentence}");
        if (trade.Lines.Count > 0)
        {
            console.Line("");
            Table lines = PeopleConsole.Table("What", "Pays", "Receives", "Amount", "Rate or price", "Period");
            foreach (TradeLine line in trade.Lines)
            {
                lines.AddRow(PeopleConsole.Cell(line.What), PeopleConsole.Cell(line.Payer),
                    PeopleConsole.Cell(line.Receiver), PeopleConsole.Cell(line.Amount), PeopleConsole.Cell(line.Rate),
                    PeopleConsole.Cell(line.Period));
            }

            console.Write(lines);
        }

        if (trade.Days.Count == 0) return;
        console.Line("");
        Table days = PeopleConsole.Table("Day", "What happens");
        foreach (TradeDay day in trade.Days)
            days.AddRow(PeopleConsole.Cell($"{day.Date:yyyy-MM-dd}"), PeopleConsole.Cell(day.What));
        console.Write(days);
    }
}
