using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Xml;
using System.Xml.Schema;
using Qbitel.Protocols.Iso20022;
using Qbitel.Protocols.Iso20022.Schemas;
using Qbitel.Testing;

namespace Qbitel.Protocols.Tests.Iso20022;

/// <summary>
/// Our validator by tables of facts against XSD validation by others: the same verdict on everything. Only what the
/// schema says is compared: totals, check digits and the like are no errors of the schema.
/// </summary>
public sealed class SchemaAgreementTests(ITestOutputHelper output)
{
    private static readonly string[] SchemaCodes =
    [
        "Mx.UnknownElement", "Mx.UnknownAttribute", "Mx.Text", "Mx.Missing", "Mx.TooMany", "Mx.Order", "Mx.Choice",
        "Mx.Value",
    ];

    private static readonly string[] Folders =
        ["samples/iso20022/messages", "samples/fedwire-iso20022/messages", "samples/fednow/messages"];

    private static readonly ConcurrentDictionary<string, XmlSchemaSet> Schemas = new(StringComparer.Ordinal);

    [Fact]
    public void Verdict_on_the_samples_is_that_of_the_schema()
    {
        int compared = 0, valid = 0;
        foreach (string file in Samples())
        {
            byte[] bytes = File.ReadAllBytes(file);
            if (!MxInput.TryRead(bytes, out MxInput input, out _) || !IsComparable(input)) continue;

            bool ours = OursSays(input), theirs = PlatformSays(input, bytes);
            Assert.True(theirs == ours, $"{file}: {string.Join("; ", input.Documents.SelectMany(d => d.Findings))}");
            compared++;
            if (ours) valid++;
        }

        Assert.True(compared > 30, $"only {compared} samples could be compared");
        output.WriteLine($"{compared} samples, {valid} of them valid: the verdict of the schema on each");
    }

    [Fact, Trait("Soak", "iso20022-schema")]
    public void Message_of_every_type_made_from_the_facts_is_valid_by_its_schema()
    {
        MxSamples samples = new(1);
        int times = Soak.Times(1, 20);
        foreach (string name in MxSchema.Known)
        {
            for (int i = 0; i < times; i++)
            {
                byte[] message = samples.Make(name);
                Assert.True(MxInput.TryRead(message, out MxInput input, out ParseError error), $"{name}: {error}");
                Assert.True(OursSays(input), $"{name}: {input.Documents[0].Findings.FirstError()}");
                Assert.True(PlatformSays(input, message), $"{name}: {Encoding.UTF8.GetString(message)}");
            }
        }

        output.WriteLine($"{times} messages of each of {MxSchema.Known.Count} types: valid by the schema");
    }

    [Fact, Trait("Soak", "iso20022-schema")]
    public void Verdict_on_single_faults_is_that_of_the_schema()
    {
        MxFaults faults = new(2);
        int compared = 0, valid = 0;
        foreach ((string file, byte[] original) in Originals(3))
        {
            for (int i = 0; i < Soak.Times(10, 100); i++)
            {
                byte[] faulty = faults.One(original);
                if (!MxInput.TryRead(faulty, out MxInput input, out _) || !IsComparable(input)) continue;

                bool ours = OursSays(input);
                Assert.True(PlatformSays(input, faulty) == ours, $"{file}: {(ours ? "taken"
                    : input.Documents.SelectMany(d => d.Findings).First(f => SchemaCodes.Contains(f.Code)))}\n"
                    + Encoding.UTF8.GetString(faulty));
                compared++;
                if (ours) valid++;
            }
        }

        Assert.True(compared >= 2_000, $"only {compared} faults could be compared");
        output.WriteLine($"{compared} single faults, {valid} of them harmless: the verdict of the schema on each");
    }

    [Fact, Trait("Soak", "iso20022-xmllint")]
    public void Verdict_is_that_of_xmllint()
    {
        Assert.SkipUnless(Soak.IsOn, "the comparison with xmllint is a named run: build/soak.sh iso20022-xmllint");
        Assert.SkipUnless(File.Exists("/usr/bin/xmllint"), "xmllint is not installed (package libxml2-utils)");

        string folder = Directory.CreateTempSubdirectory("qbitel-xmllint-").FullName;
        try
        {
            // What the builder writes, every sample, a message of each type, and faults of all of them, by type.
            MxFaults faults = new(5);
            Dictionary<string, List<(string File, bool IsValid)>> files = new(StringComparer.Ordinal);
            int number = 0;
            IEnumerable<byte[]> originals = Originals(7).Select(each => each.Bytes)
                .Append(Pacs008Tests.Build().Source.ToArray());
            foreach (byte[] original in originals)
            {
                foreach (byte[] bytes in Enumerable.Range(0, 11).Select(i => i == 0 ? original : faults.One(original)))
                {
                    if (!MxInput.TryRead(bytes, out MxInput input, out _) || !IsComparable(input)) continue;
                    if (input.Documents is not [{ HeaderNode: < 0, RootNode: 0 } only]) continue;
                    string file = Path.Combine(folder, $"{++number}.xml");
                    File.WriteAllBytes(file, bytes);
                    if (!files.TryGetValue(only.Type!, out List<(string, bool)>? known)) files[only.Type!] = known = [];
                    known.Add((file, OursSays(input)));
                }
            }

            List<string> disagree = [];
            foreach ((string type, List<(string File, bool IsValid)> ofType) in files)
            {
                HashSet<string> valid = XmllintSays(SchemaPath(type), ofType.Select(each => each.File));
                disagree.AddRange(ofType.Where(each => each.IsValid != valid.Contains(each.File))
                    .Select(each => $"{type} ({(each.IsValid ? "taken" : "refused")} by us): "
                        + File.ReadAllText(each.File)));
            }

            Assert.True(disagree.Count == 0, $"{disagree.Count} of {number}:\n{string.Join("\n\n", disagree.Take(5))}");
            output.WriteLine($"{number} texts of {files.Count} types: the verdict of xmllint on each");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Samples that are documents alone, and a message of every type made from the facts.
    private static IEnumerable<(string Name, byte[] Bytes)> Originals(ulong seed)
    {
        MxSamples samples = new(seed);
        foreach (string name in MxSchema.Known) yield return (name, samples.Make(name));
        foreach (string file in Samples())
        {
            byte[] bytes = File.ReadAllBytes(file);
            if (MxInput.TryRead(bytes, out MxInput input, out _) && IsComparable(input)) yield return (file, bytes);
        }
    }

    private static IEnumerable<string> Samples() => Folders.Select(SharedFiles.Path)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        .Order(StringComparer.Ordinal);

    // By the standard's own namespaces, with schemas at hand, and in sight of a validator: not inside CDATA, and one
    // root.
    private static bool IsComparable(MxInput input) =>
        input.Error is null && input.Documents.All(document => document.Schema is not null
            && document.Root.Namespace == document.Schema.Namespace
            && (document.Header is null || MxSchema.TryLoad(MxDocument.TypeOf(document.Header.Namespace) ?? "", out _)))
        && input.Documents[0].Text.Nodes[0].Next == input.Documents[0].Text.Nodes.Length
        && input.Documents.All(document => document.Text == input.Documents[0].Text)
        && !input.Text.Span[..input.Documents[0].Text.Nodes[0].Start].Contains((byte)'[');

    private static bool OursSays(MxInput input) =>
        !input.Documents.SelectMany(document => document.Findings).Any(finding => SchemaCodes.Contains(finding.Code));

    private static bool PlatformSays(MxInput input, byte[] bytes)
    {
        string[] types = [.. input.Documents.SelectMany(document => (string?[])[document.Type,
            document.Header is null ? null : MxDocument.TypeOf(document.Header.Namespace)]).OfType<string>()
            .Distinct()];
        XmlSchemaSet schemas = types.Length == 1 ? SchemaOf(types[0]) : new XmlSchemaSet();
        if (types.Length > 1) foreach (string type in types) schemas.Add(SchemaOf(type));

        bool valid = true;
        XmlReaderSettings settings = new() { ValidationType = ValidationType.Schema, Schemas = schemas };
        settings.ValidationEventHandler += (_, _) => valid = false;
        using XmlReader xml = XmlReader.Create(new MemoryStream(bytes), settings);
        while (xml.Read()) { }
        return valid;
    }

    private static XmlSchemaSet SchemaOf(string type) => Schemas.GetOrAdd(type, static type =>
    {
        XmlSchemaSet schemas = new();
        schemas.Add(null, SchemaPath(type));
        schemas.Compile();
        return schemas;
    });

    private static string SchemaPath(string type) => SharedFiles.Path($"samples/iso20022/xsd/{type}.xsd");

    private static HashSet<string> XmllintSays(string schema, IEnumerable<string> files)
    {
        ProcessStartInfo start = new("/usr/bin/xmllint")
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (string argument in (string[])["--noout", "--nonet", "--schema", schema, .. files])
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string report = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Empty(output.GetAwaiter().GetResult());
        return [.. report.Split('\n').Where(line => line.EndsWith(" validates", StringComparison.Ordinal))
            .Select(line => line[..^" validates".Length])];
    }
}
