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
        if (file.EndsWith(".txt", StringComparison.Ordinal)) Assert.Equal(bytes, FaimMessage.Parse(bytes).ToBytes());
    }

    // What the objects say is what the messages beside them say.
    [Theory, MemberData(nameof(Samples))]
    public void Objects_and_messages_of_one_name_say_the_same(string file, bool valid)
    {
        if (!valid || !file.EndsWith(".json", StringComparison.Ordinal)) return;
        byte[] json = File.ReadAllBytes(SharedFiles.Path("samples/fedwire-faim/" + file));
        string text = SharedFiles.Path("samples/fedwire-faim/" + Path.ChangeExtension(file, ".txt"));
        FaimMessage message = FaimMessage.Parse(File.ReadAllBytes(text));
        FaimMessage other = Assert.Single(FaimObjects.Read(json, out _)!.Messages).Message;
        foreach (FaimField field in message.Fields.Where(field => field.Tag is not "8300" and not "8350"))
        {
            Assert.Equal(field.Elements.Select(element => element.Text).Where(value => value.Length > 0),
                other.Find(field.Tag)!.Elements.Select(element => element.Text).Where(value => value.Length > 0));
        }
    }

    private static TheoryData<string, bool> Find()
    {
        TheoryData<string, bool> samples = [];
        if (!SharedFiles.TryFind("samples/fedwire-faim/manifest.json", out string path))
            return new() { { "absent", true } };
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (JsonElement entry in manifest.RootElement.GetProperty("files").EnumerateArray())
        {
            string file = entry.GetProperty("file").GetString()!;
            samples.Add(file, entry.GetProperty("expect").GetProperty("valid").GetBoolean());
        }

        return samples;
    }
}
