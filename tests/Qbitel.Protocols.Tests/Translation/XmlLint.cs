using System.Diagnostics;
using System.Text;
using Qbitel.Protocols.Translation;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Translation;

/// <summary>A second opinion on what was written: xmllint with the published schema, where both are there.</summary>
internal static class XmlLint
{
    private static readonly string? Program = ((string[])["/usr/bin/xmllint", "/usr/local/bin/xmllint"])
        .FirstOrDefault(File.Exists);

    private static readonly string Folder = Directory.CreateTempSubdirectory("translated").FullName;

    public static bool IsHere => Program is not null && SharedFiles.TryFind("samples/iso20022/xsd", out _);

    public static void Check(TranslatedMessage translated)
    {
        bool isHere = SharedFiles.TryFind($"samples/iso20022/xsd/{translated.TargetType}.xsd", out string schema);
        if (Program is null || !isHere) return; // the test of its own says so
        Run(schema, translated.Document.ToArray());
        if (translated.Header is { } header && SharedFiles.TryFind($"samples/iso20022/xsd/{VersionOf(header.Span)}.xsd",
            out string headerSchema))
        {
            Run(headerSchema, header.ToArray());
        }
    }

    private static string VersionOf(ReadOnlySpan<byte> header)
    {
        int at = header.IndexOf("head.001.001."u8);
        Assert.True(at > 0);
        return Encoding.UTF8.GetString(header.Slice(at, "head.001.001.nn".Length));
    }

    private static void Run(string schema, byte[] document)
    {
        string file = Path.Combine(Folder, Guid.CreateVersion7() + ".xml");
        File.WriteAllBytes(file, document);
        using Process process = new();
        process.StartInfo = new ProcessStartInfo(Program!, ["--nonet", "--noout", "--schema", schema, file])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        process.Start();
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        File.Delete(file);
        Assert.True(process.ExitCode == 0, said);
    }
}
