using System.Buffers;
using System.Diagnostics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Protocols.Fpml;
using Qbitel.Protocols.Fpml.Building;
using Qbitel.Protocols.Fpml.Explaining;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Tests.Iso20022;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Fpml;

public sealed class FpmlFuzzTests(ITestOutputHelper output)
{
    // What the builder makes, alone and as a message, in an envelope, in UTF-16, of an earlier version and another
    // view.
    private static readonly byte[][] Originals =
    [
        .. FpmlTrades.All.Select(each => FpmlBuilder.Build(FpmlTrades.Terms, each.Terms,
            FpmlTrades.Message).Source.ToArray()),
        Encoding.UTF8.GetBytes(FpmlDocumentTests.Forward),
        Encoding.UTF8.GetBytes($"<e>{FpmlRuleTests.Text("cds")[38..]}</e>"),
        [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(FpmlDocumentTests.Forward[38..])],
        Encoding.UTF8.GetBytes(FpmlDocumentTests.Forward.Replace("5-13", "5-10", StringComparison.Ordinal)),
        Encoding.UTF8.GetBytes(FpmlDocumentTests.Forward.Replace("confirmation", "transparency",
            StringComparison.Ordinal)),
    ];

    [Fact, Trait("Soak", "fpml-fuzz")]
    public void Any_change_ends_in_a_report_in_bounded_time()
    {
        MxMutation mutation = new(1);
        int times = Soak.Times(5_000, 1_000_000), read = 0;
        TimeSpan longest = TimeSpan.Zero;
        for (int i = 0; i < times; i++)
        {
            byte[] bytes = mutation.Of(Originals[mutation.Next(Originals.Length)]);
            long start = Stopwatch.GetTimestamp();
            ParseReport report = MessageParser.Parse(bytes, "fpml");
            FrameStatus status = MessageIdentifier.TryReadMessage("fpml", bytes, out int consumed, out _);
            TimeSpan taken = Stopwatch.GetElapsedTime(start);
            double allowed = 50 * Math.Max(1, bytes.Length / 1024.0);

            Assert.True(report.IsValid || report.Errors.Any(), Encoding.UTF8.GetString(bytes));
            Assert.True(report.Findings.All(finding => finding.Offset >= 0 && finding.Offset <= bytes.Length * 3L));
            Assert.True(report.Findings.All(finding => finding.Code.StartsWith("Fpml.", StringComparison.Ordinal)
                || finding.Code.StartsWith("Common.", StringComparison.Ordinal)));
            Assert.True((consumed <= bytes.Length && (status == FrameStatus.Incomplete) == (consumed == 0))
                || bytes.Length == 0);
            for (int again = 0; taken.TotalMilliseconds > allowed && again < 20; again++)
            {
                start = Stopwatch.GetTimestamp();
                MessageParser.Parse(bytes, "fpml");
                taken = Stopwatch.GetElapsedTime(start);
            }

            Assert.True(taken.TotalMilliseconds <= allowed, Encoding.UTF8.GetString(bytes));
            if (taken > longest) longest = taken;
            if (!FpmlDocument.TryParse(bytes, out FpmlDocument document, out _)) continue;

            read++;
            ArrayBufferWriter<byte> written = new(bytes.Length);
            document.WriteTo(written);
            Assert.True(written.WrittenSpan.SequenceEqual(bytes));
            Assert.Equal(document.Trades.Count, FpmlExplanation.Of(document).Trades.Count);
        }

        Assert.True(read > times / 10, $"only {read} of {times} were read");
        output.WriteLine(
            $"{times} changed documents, {read} of them read; the longest took {longest.TotalMilliseconds:0.0} ms");
    }

    [Fact, Trait("Soak", "fpml-fuzz")]
    public void Any_single_fault_is_read_explained_and_written_back()
    {
        FpmlFaults faults = new(7);
        int times = Soak.Times(300, 100_000);
        for (int i = 0; i < times; i++)
        {
            byte[] bytes = faults.One(Originals[i % FpmlTrades.All.Length]);
            FpmlDocument document = FpmlDocument.Parse(bytes);
            Assert.NotEmpty(FpmlExplanation.Of(document).Title);
            Assert.Equal(document.IsValid, document.Findings.All(finding => finding.Severity != Severity.Error));
        }

        output.WriteLine($"{times} documents of one fault each were read and explained");
    }

    [Fact]
    public void Any_bytes_end_in_a_document_or_an_error() => Prop.ForAll<byte[]>(bytes =>
    {
        bool isRead = FpmlDocument.TryParse(bytes, out FpmlDocument document, out ParseError error);
        return isRead ? document.Source.Length == bytes.Length : error.Diagnostic.Offset >= 0;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_prefix_is_incomplete_or_an_error()
    {
        byte[] whole = Originals[0];
        for (int length = 0; length < whole.Length - 1; length += 7)
        {
            bool isRead = FpmlDocument.TryParse(whole.AsSpan(0, length), out _, out ParseError error);
            Assert.False(isRead);
            Assert.True(error.IsIncomplete || error.Code == "Fpml.NotThisMessage", $"{length}: {error}");
        }
    }

    [Fact]
    public void What_is_built_of_any_terms_is_valid_or_refused() => Prop.ForAll<int, int,
        NonNegativeInt>((notional, rate, days) =>
    {
        SwapTerms terms = FpmlTrades.Swap with
        {
            Notional = notional,
            FixedRate = rate / 10_000m,
            TerminationDate = FpmlTrades.Swap.EffectiveDate.AddDays(days.Get % 10_000),
        };
        try
        {
            FpmlDocument document = FpmlBuilder.Build(FpmlTrades.Terms, terms);
            return document.IsValid
                && FpmlDocument.Parse(document.Source.Span).Trades[0].Product!.Kind == "interest rate swap";
        }
        catch (MessageFormatException)
        {
            return notional <= 0 || days.Get % 10_000 == 0;
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Limits_hold()
    {
        const string Root = "<dataDocument xmlns='http://www.fpml.org/FpML-5/confirmation' fpmlVersion='5-13'>";
        string deep = string.Concat(Enumerable.Repeat("<trade>", 100))
            + string.Concat(Enumerable.Repeat("</trade>", 100));
        Assert.False(FpmlDocument.TryParse(Encoding.UTF8.GetBytes(Root + deep + "</dataDocument>"), out _,
            out ParseError error));
        Assert.Equal("Fpml.TooDeep", error.Code);

        string many = string.Concat(Enumerable.Repeat("<other/>", 5_000));
        FpmlDocument document = FpmlDocument.Parse(Encoding.UTF8.GetBytes(Root + many + "</dataDocument>"));
        Assert.Equal("Common.TooManyErrors", document.Findings[^1].Code);
    }
}
