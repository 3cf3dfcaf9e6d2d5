using System.Diagnostics;
using System.Text;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Tests.Fix;
using Qbitel.Protocols.Tests.Nacha;
using Qbitel.Protocols.Tests.Swift;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests;

/// <summary>Large inputs made to be slow: every one ends in a report, in bounded time and memory.</summary>
public sealed class HostileInputTests
{
    private const int Size = 1024 * 1024;

    private static readonly Dictionary<string, Func<byte[]>> Inputs = new(StringComparer.Ordinal)
    {
        ["zeros"] = () => new byte[Size],
        ["fix beginnings"] = () => Repeat("8=FIX.4.4\u00019=99999\u0001"),
        ["fix of empty fields"] = () => FixText.Frame("35=D|" + Encoding.Latin1.GetString(Repeat("1=\u0001", 200_000))),
        ["fix with nested groups"] = () =>
            FixText.Frame("35=D|"
                + Encoding.Latin1.GetString(Repeat("453=1\u0001448=P\u0001802=1\u0001523=S\u0001", 800_000))),
        ["fix with lengths of data"] = () =>
            FixText.Frame("35=D|" + Encoding.Latin1.GetString(Repeat("95=999999999\u000196=x\u0001", 400_000))),
        ["mt beginnings"] = () => Repeat("{1:"),
        ["mt of open braces"] = () => [.. "{1:F01DEUTDEFFAXXX0000000000}{3:"u8, .. Repeat("{")],
        ["mt that never ends"] = () =>
            [.. "{1:F01DEUTDEFFAXXX0000000000}{2:I103BNPAFRPPXXXXN}{4:\r\n"u8, .. Repeat("-} ")],
        ["mt of wrong fields"] = () =>
            [.. "{1:F01DEUTDEFFAXXX0000000000}{2:I103BNPAFRPPXXXXN}{4:"u8, .. Repeat("\r\n:20:\u0080", Size - 100),
                .. "\r\n-}"u8],
        ["mt of one long line"] = () => SwiftText.With("INVOICE 4711", new string('A', Size - 2000)),
        ["mt of many messages"] = () => [.. Enumerable.Repeat(SwiftText.Bytes(), 1000).SelectMany(bytes => bytes)],
        ["faim beginnings"] = () => Repeat("{1500}"),
        ["faim of delimiters"] = () => [.. "{1500}30REQ00001P {1510}1000{3600}CTR"u8, .. Repeat("*")],
        ["faim of open braces"] = () => [.. "{1500}30REQ00001P {1510}1000{4200}D"u8, .. Repeat("{")],
        ["faim of unknown tags"] = () => [.. "{1500}30REQ00001P "u8, .. Repeat("{9998}X*")],
        ["faim as objects"] = () => Repeat("{\"fedWireMessage\":{\"amount\":{"),
        ["card message of ones"] = () => [.. "0200"u8, .. Repeat("FFFFFFFFFFFFFFFF")],
        ["digits"] = () => Repeat("0200"),
        ["ach headers"] = () => [.. Enumerable.Repeat(NachaText.Builder().Build().ToBytes()[..95], 11_000)
            .SelectMany(bytes => bytes)],
        ["ach of wrong entries"] = () => [.. NachaText.File().ToBytes()[..190],
            .. Repeat("6" + new string('X', 93) + "\n")],
        ["ach without an end"] = () => [.. NachaText.File("").ToBytes()[..188], .. Repeat("6")],
        ["ach beginnings"] = () => Repeat("101"),
        ["3ds that nests"] = () => Repeat("{\"messageType\":"),
        ["3ds of many values"] = () => [.. "{\"messageType\":\"AReq\",\"messageVersion\":\"2.2.0\",\"x\":["u8,
            .. Repeat("1,"), .. "1]}"u8],
        ["3ds of many fields"] = () => Encoding.Latin1.GetBytes("{\"messageType\":\"AReq\",\"messageVersion\":\"2.2.0\""
            + string.Concat(Enumerable.Range(0, 80_000).Select(i => $",\"x{i}\":{i}")) + "}"),
        ["3ds of one field"] = () => [.. "{\"messageType\":\"AReq\",\"messageVersion\":\"2.2.0\""u8,
            .. Repeat(",\"mcc\":\"54\""), .. "}"u8],
        ["3ds of escapes"] = () =>
            [.. "{\"messageType\":\"AReq\",\"messageVersion\":\""u8, .. Repeat("\\u0031"), .. "\"}"u8],
        ["3ds in Base64url"] = () => [.. "eyJtZXNzYWdlVHlwZSI6"u8, .. Repeat("AAAA")],
        ["qr beginnings"] = () => Repeat("000201"),
        ["qr of objects"] = () => [.. "000201"u8, .. Repeat("2600")],
        ["qr of lines"] = () => Repeat("000201xx\n"),
        ["qr in Base64"] = () => [.. "hQVDUFYwMWEa"u8, .. Repeat("AAAA")],
        ["xml that nests"] = () => Repeat("<a>"),
    };

    public static readonly TheoryData<string> Names = [.. Inputs.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_hostile_input_ends_in_a_report_soon(string name)
    {
        byte[] bytes = Inputs[name]();
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        ParseReport report = MessageParser.Parse(bytes);
        foreach (string protocol in MessageIdentifier.Protocols)
            _ = MessageIdentifier.TryReadMessage(protocol, bytes, out _, out _);
        TimeSpan took = Stopwatch.GetElapsedTime(start);

        Assert.True(report.IsValid == (name == "mt of many messages"), string.Join('\n', report.Errors.Take(3)));
        Assert.True(report.Findings.Count <= DiagnosticList.Limit + 1);
        Assert.True(took < TimeSpan.FromSeconds(20), $"{name} took {took}");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (48L * bytes.Length) + Size);
    }

    private static byte[] Repeat(string text, int size = Size) =>
        Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(text, size / text.Length)));
}
