using System.Text;
using System.Text.Json;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.ThreeDS;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.ThreeDS;

/// <summary>Every vector of the shared samples is judged as it says.</summary>
public sealed class ThreeDSSampleTests
{
    public static readonly TheoryData<int, bool> Samples = Find();

    [Theory, MemberData(nameof(Samples))]
    public void The_verdict_is_that_of_the_vector(int id, bool valid)
    {
        using JsonDocument document =
            JsonDocument.Parse(File.ReadAllBytes(SharedFiles.Path("samples/3ds/messages.json")));
        byte[] bytes = Encoding.UTF8.GetBytes(document.RootElement.GetProperty("vectors").EnumerateArray()
            .Single(each => each.GetProperty("id").GetInt32() == id).GetProperty("message").GetRawText());

        ParseReport report = MessageParser.Parse(bytes);

        Assert.Equal("3ds", report.Protocol);
        Assert.True(report.IsValid == valid, string.Join('\n', report.Errors));
        Assert.Equal(bytes.Length, MessageIdentifier.Identify(bytes).Consumed);
        Assert.Equal(bytes, ThreeDSMessage.Parse(bytes).ToBytes());
    }

    private static TheoryData<int, bool> Find()
    {
        TheoryData<int, bool> samples = [];
        if (!SharedFiles.TryFind("samples/3ds/messages.json", out string path)) return new() { { -1, true } };
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (JsonElement vector in document.RootElement.GetProperty("vectors").EnumerateArray())
            samples.Add(vector.GetProperty("id").GetInt32(), vector.GetProperty("valid").GetBoolean());

        return samples;
    }
}
