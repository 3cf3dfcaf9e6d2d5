using System.Buffers;
using System.Text.Json;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Swift;
using Qbitel.Protocols.Swift.Xml;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Swift;

/// <summary>Every message of the shared manifest, judged as it says.</summary>
public sealed class SwiftSampleTests
{
    public static readonly TheoryData<string, bool?, bool?> Samples = ReadManifest();

    [Theory, MemberData(nameof(Samples))]
    public void A_sample_is_judged_as_the_manifest_says(string file, bool? valid, bool? looksComplete)
    {
        byte[] bytes = File.ReadAllBytes(SharedFiles.Path("samples/swift-mt/" + file));
        ParseReport report = MessageParser.Parse(bytes);
        if (file.EndsWith(".json", StringComparison.Ordinal))
        {
            Assert.NotEqual("swift-mt", report.Protocol); // tables of another library, not messages
            return;
        }

        Assert.Equal("swift-mt", report.Protocol);
        Assert.All(report.Findings, finding => Assert.NotNull(finding.Offset));
        if (valid is true) Assert.True(report.IsValid, string.Join('\n', report.Errors));
        if (looksComplete is false) Assert.NotEmpty(report.Errors);
        if (SwiftXml.Claims(bytes))
        {
            ArrayBufferWriter<byte> writer = new();
            SwiftXml.Read(bytes, out _)!.WriteTo(writer);
            Assert.Equal(bytes, writer.WrittenSpan.ToArray());
        }
        else if (valid is true || looksComplete is true)
        {
            Assert.Equal(FrameStatus.Complete,
                SwiftMessage.TryRead(bytes, out SwiftMessage message, out int consumed, out ParseError? error));
            Assert.Null(error);
            Assert.Equal(bytes[..consumed], message.ToBytes());
        }
    }

    private static TheoryData<string, bool?, bool?> ReadManifest()
    {
        if (!SharedFiles.TryFind("samples/swift-mt/manifest.json", out string path))
        {
            return new() { { "absent", null, null } };
        }

        TheoryData<string, bool?, bool?> rows = [];
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (JsonElement file in document.RootElement.GetProperty("files").EnumerateArray())
        {
            JsonElement expect = file.GetProperty("expect");
            rows.Add(file.GetProperty("file").GetString()!, Flag(expect, "valid"), Flag(expect, "looksComplete"));
        }

        return rows;

        static bool? Flag(JsonElement expect, string name) =>
            expect.TryGetProperty(name, out JsonElement value) ? value.GetBoolean() : null;
    }
}
