using System.Text.Json;
using Qbitel.Protocols.Identification;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Identification;

/// <summary>The published samples of the Reserve Banks' services and of RTP: our verdict is the manifests'.</summary>
public sealed class RailSampleTests
{
    public static readonly TheoryData<string, string, string> Samples =
        [.. Find("fedwire-iso20022"), .. Find("fednow")];

    [Theory, MemberData(nameof(Samples))]
    public void Verdict_is_that_of_the_manifest(string protocol, string file, string expect)
    {
        byte[] bytes = File.ReadAllBytes(SharedFiles.Path($"samples/{protocol}/{file}"));
        ParseReport report = MessageParser.Parse(bytes, protocol);

        Assert.True(report.IsValid, $"{file} ({expect}): {string.Join('\n', report.Errors)}");
        Assert.Equal(protocol, report.Protocol);
        Assert.NotEmpty(report.Fields);
        foreach (ReportField field in report.Fields)
        {
            string text = System.Text.Encoding.UTF8.GetString(bytes, (int)field.Offset, field.Length);
            Assert.Matches($"^<(\\w+:)?{field.Name}[ >/]", text);
        }
    }

    // A rejection that names no one and nothing is anyone's, and its empty reason is only read by those who know it.
    [Theory, MemberData(nameof(Samples))]
    public void It_is_named_without_being_told(string protocol, string file, string expect)
    {
        byte[] bytes = File.ReadAllBytes(SharedFiles.Path($"samples/{protocol}/{file}"));
        bool isAnyones = file.EndsWith("tests__testdata__admi_002.xml", StringComparison.Ordinal);

        Assert.Equal(isAnyones ? "iso20022" : protocol, MessageIdentifier.Identify(bytes).Protocol);
        ParseReport report = MessageParser.Parse(bytes);
        Assert.Equal(isAnyones ? "iso20022" : protocol, report.Protocol);
        Assert.True(report.IsValid != isAnyones, $"{expect}: {string.Join('\n', report.Errors)}");
    }

    [Theory, MemberData(nameof(Samples))]
    public void Every_prefix_is_refused(string protocol, string file, string expect)
    {
        byte[] bytes = File.ReadAllBytes(SharedFiles.Path($"samples/{protocol}/{file}"));
        int end = bytes.AsSpan().LastIndexOf((byte)'<');
        for (int length = 0; length < end; length += 1 + (length / 40))
        {
            Assert.False(MessageParser.Parse(bytes.AsSpan(0, length), protocol).IsValid,
                $"{expect}: the first {length} bytes");
        }
    }

    private static IEnumerable<TheoryDataRow<string, string, string>> Find(string protocol)
    {
        if (!SharedFiles.TryFind($"samples/{protocol}/manifest.json", out string path))
        {
            yield return new TheoryDataRow<string, string, string>(protocol, "absent", "");
            yield break;
        }

        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (JsonElement file in manifest.RootElement.GetProperty("files").EnumerateArray())
        {
            yield return new TheoryDataRow<string, string, string>(protocol, file.GetProperty("file").GetString()!,
                file.GetProperty("expect").GetRawText());
        }
    }
}
