using System.Text.Json;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.Iso8583;
using Qbitel.Protocols.Iso8583.Detection;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Iso8583;

/// <summary>The verdict of every open sample.</summary>
public sealed class Iso8583SampleTests
{
    public static readonly TheoryData<string, bool?> Samples = Read();

    [Theory, MemberData(nameof(Samples))]
    public void A_sample_is_judged_as_its_manifest_says(string file, bool? isValid)
    {
        byte[] bytes = File.ReadAllBytes(SharedFiles.Path("samples/iso8583/" + file));
        ParseReport report = MessageParser.Parse(bytes);
        Assert.True(isValid is null || report.IsValid == isValid, string.Join('\n', report.Errors));
        if (isValid is null || report.Protocol is null) return;

        Iso8583Input input = Iso8583Input.Read(bytes, null, out Iso8583Detection detection);
        ReadOnlyMemory<byte> message = Assert.Single(input.Messages);
        Assert.True(Iso8583Message.TryParse(message.Span, detection.Winner!.Profile, detection.Winner.Encoding,
            out Iso8583Message read, out ParseError error), error?.ToString());
        Assert.Equal(message, read.RawContent);
        Iso8583Builder builder = new(read.Mti, read.Profile, read.Encoding);
        foreach (Iso8583Slice slice in read.Fields) builder.Repeat(read, slice.Number);
        Assert.Equal(Values(read), Values(builder.Build(allowInvalid: true)));
    }

    private static IEnumerable<string?> Values(Iso8583Message message) =>
        message.Fields.Select(field => message[field.Number]);

    // A message is valid unless its note says otherwise; entries for fuzzing must be refused; the rest is no message.
    private static TheoryData<string, bool?> Read()
    {
        TheoryData<string, bool?> rows = [];
        if (!SharedFiles.TryFind("samples/iso8583/manifest.json", out string path))
        {
            rows.Add("absent", null);
            return rows;
        }

        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (JsonElement each in manifest.RootElement.GetProperty("files").EnumerateArray())
        {
            string file = each.GetProperty("file").GetString()!;
            bool isTable = file.EndsWith(".json", StringComparison.Ordinal)
                || file.Contains("attributes", StringComparison.Ordinal);
            bool isMessage = file.EndsWith(".dat", StringComparison.Ordinal) && !isTable;
            rows.Add(file,
                each.GetProperty("expect").TryGetProperty("valid", out JsonElement valid) ? valid.GetBoolean()
                    : isTable ? null : isMessage);
        }

        return rows;
    }
}
