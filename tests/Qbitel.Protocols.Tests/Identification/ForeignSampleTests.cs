using Qbitel.Protocols.Identification;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Identification;

/// <summary>Every shared sample of every format: what is not built here is unknown, never something else.</summary>
public sealed class ForeignSampleTests
{
    // What a folder's files may be called; a folder that is not here holds nothing that is read.
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["swift-mt"] = "swift-mt",
        ["iso20022"] = "iso20022",
        ["fedwire-iso20022"] = "fedwire-iso20022",
        ["fednow"] = "fednow",
        ["fedwire-faim"] = "fedwire-faim",
        ["iso8583"] = "iso8583",
        ["nacha"] = "nacha",
        ["fpml"] = "fpml",
        ["emv-tlv"] = "emv-apdu",
    };

    public static readonly TheoryData<string> Folders = FindFolders();

    [Theory, MemberData(nameof(Folders))]
    public void No_sample_is_misnamed(string folder)
    {
        string path = SharedFiles.Path("samples/" + folder);
        foreach (string file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories))
        {
            FileInfo info = new(file);
            if (info.Length > 1024 * 1024 || info.Extension is ".json" or ".xsd" or ".md") continue;

            byte[] bytes = File.ReadAllBytes(file);
            // A rejection that names no bank is of the standard, whoever sent it.
            string? expected = info.Name == "tests__testdata__admi_002.xml" ? "iso20022"
                : Known.GetValueOrDefault(folder);
            string? identified = MessageIdentifier.Identify(bytes).Protocol;
            string? reported = MessageParser.Parse(bytes).Protocol;
            Assert.True(identified is null || identified == expected, $"{file} is called {identified}");
            Assert.True(reported is null || reported == expected, $"{file} is reported as {reported}");
        }
    }

    private static TheoryData<string> FindFolders() => SharedFiles.TryFind("samples", out string path)
        ? [.. Directory.EnumerateDirectories(path).Select(folder => Path.GetFileName(folder))
            .Order(StringComparer.Ordinal)]
        : ["absent"];
}
