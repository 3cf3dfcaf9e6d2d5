using System.Text.Json;
using Qbitel.Protocols.FedwireFaim;
using Qbitel.Protocols.Identification;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.FedwireFaim;

/// <summary>Every message of the shared samples is judged as its manifest says.</summary>
public sealed class FaimSampleTests
{
    public static readonly TheoryData<string, bool> Samples = Find();

    [Theory, MemberData(nameof(Samples))]
    public void The_verdict_is_that_of_the_manifest(string file, bool valid)
    {
        byte[] bytes = File.ReadAllBytes(SharedFiles.Path("samples/fedwire-faim/" + file));
        ParseReport report = MessageParser.Parse(bytes);
        Assert.Equal("fedwire-faim", report.Protocol);
        Assert.True(report.IsValid == valid, string.Join('\n', report.Errors));
        Assert.Equal("fedwire-faim", MessageIdentifier.Identify(bytes).Protocol);
        Assert.Equal(bytes.Length, MessageIdentifier.Identify(bytes).Consumed);
        Assert.Equal(bytes, FaimMessage.Parse(bytes).ToBytes());
    }

    // The folder's notes call the .json files another library's own form: they are not messages.
    private static TheoryData<string, bool> Find()
    {
        TheoryData<string, bool> samples = [];
        if (!SharedFiles.TryFind("samples/fedwire-faim/manifest.json", out string path)) return new() { { "absent",
            true } };
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (JsonElement entry in manifest.RootElement.GetProperty("files").EnumerateArray())
        {
            string file = entry.GetProperty("file").GetString()!;
            if (file.EndsWith(".txt", StringComparison.Ordinal))
                samples.Add(file, entry.GetProperty("expect").GetProperty("valid").GetBoolean());
        }

        return samples;
    }
}
