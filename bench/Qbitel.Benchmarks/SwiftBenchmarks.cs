using System.Text;
using System.Text.RegularExpressions;
using BenchmarkDotNet.Attributes;
using Qbitel.Protocols;
using Qbitel.Protocols.Swift;

namespace Qbitel.Benchmarks;

/// <summary>
/// Reading one MT103 of thirteen fields, against a reader that finds blocks and fields by regular expressions, as many
/// home-made ones do.
/// </summary>
[MemoryDiagnoser]
public partial class SwiftBenchmarks
{
    private static readonly byte[] Message = Encoding.Latin1.GetBytes("""
        {1:F01DEUTDEFFAXXX0000000000}{2:I103BNPAFRPPXXXXN}{3:{108:REF1}{121:8a562c67-ca16-48ba-b074-65581be6f011}}{4:
        :20:INV2026112401
        :13C:/SNDTIME/0931+0100
        :23B:CRED
        :32A:261124EUR1234,5
        :33B:USD1300,00
        :36:0,9496
        :50K:/DE15288040723862551184
        ANNA BEISPIEL
        HAUPTSTRASSE 1
        60311 FRANKFURT
        :52A:DEUTDEFF
        :57A:/FR707156096438KOAZ5C1ZXTF00
        BNPAFRPP
        :59:/FR707156096438KOAZ5C1ZXTF00
        JEAN EXEMPLE
        :70:INVOICE 4711
        :71A:SHA
        :71F:USD10,00
        -}{5:{CHK:123456789ABC}}
        """.ReplaceLineEndings("\r\n"));

    [Benchmark(Baseline = true)]
    public int ByRegularExpressions()
    {
        string text = Encoding.Latin1.GetString(Message);
        Match blocks = Blocks.Match(text);
        int fields = 0;
        foreach (Match field in Fields.Matches(blocks.Groups["text"].Value))
        {
            string[] lines = field.Groups["value"].Value.Split("\r\n");
            fields += lines.Length > 0 && field.Groups["tag"].Value.Length > 1 ? 1 : 0;
        }

        return fields;
    }

    [Benchmark]
    public SwiftMessage Parse() => SwiftMessage.Parse(Message);

    [Benchmark]
    public int ParseAndValidate() => SwiftMessage.Parse(Message).Validate().Count;

    [Benchmark]
    public string? ParseValidateAndReadOneField()
    {
        SwiftMessage message = SwiftMessage.Parse(Message);
        return message.Validate().All(finding => finding.Severity != Severity.Error) ? message.GetField("32A") : null;
    }

    [GeneratedRegex(@"\{1:(?<basic>[^}]*)\}\{2:(?<application>[^}]*)\}(\{3:(?<user>(\{[^}]*\})*)\})?"
        + @"\{4:\r\n(?<text>.*?)-\}",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blocks { get; }

    [GeneratedRegex(@"^:(?<tag>\d\d[A-Z]?):(?<value>.*?)\r\n(?=:|\z)", RegexOptions.Singleline | RegexOptions.Multiline
        | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Fields { get; }
}
