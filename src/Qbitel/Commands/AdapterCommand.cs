using System.CommandLine;
using System.Globalization;
using System.Text;
using Qbitel.Discovery;
using Qbitel.Discovery.Emission;
using Qbitel.Discovery.Sessions;
using Qbitel.KeyFiles;
using Qbitel.Printing;
using Qbitel.Sources;

namespace Qbitel.Commands;

internal static class AdapterCommand
{
    private static readonly string[] Targets =
        ["csharp", "ksy", "lua", "spec", "markdown", "tests", ProtocolAdapterGenerator.Iso20022, "all"];

    public static Command Create(GlobalOptions global)
    {
        Command command = new("adapter", "Code that reads and writes a protocol nobody documented");
        Argument<FileInfo> file = new("SESSION|FILE") { Description = "A session file, or traffic" };
        Option<string> target = new("--target")
        {
            Description = "What to generate; iso20022 comes with csharp, and only when asked for",
            DefaultValueFactory = _ => "all",
        };
        target.AcceptOnlyFromAmong(Targets);
        Option<DirectoryInfo> folder = new("--out")
        {
            Description = "Where the files go; those that are there are replaced",
            HelpName = "DIR",
            Required = true,
        };
        Option<string?> name = new("--protocol-name")
        {
            Description = "Which protocol of the traffic [default: the largest unknown one]",
            HelpName = "NAME",
        };
        Verb generate = new("generate",
            "Generate a parser, a writer and an adapter, and give them out only after they have read messages held "
            + "back and written them back byte for byte. Exit 1 when something is withheld.",
            new Example("qbitel adapter generate traffic.pcapng --target all --out adapter", "all there is"),
            new Example("qbitel adapter generate host.session.json --target lua --out .",
                "with the names a person gave"))
        {
            file, target, folder, name,
        };
        generate.Does(global, async (line, output, cancellation) =>
        {
            GeneratedAdapter adapter = await GenerateAsync(line.GetRequiredValue(file), line.GetValue(name),
                line.GetValue(target)!, cancellation);
            string wanted = line.GetValue(target)!;
            List<AdapterArtefact> artefacts = [.. adapter.Artefacts.Where(a => wanted == "all" || a.Target == wanted
                || (wanted == ProtocolAdapterGenerator.Iso20022 && a.Target == "csharp"))];
            List<WithheldArtefact> withheld = [.. adapter.Withheld.Where(w => wanted == "all" || w.Target == wanted)];
            DirectoryInfo place = line.GetRequiredValue(folder);
            place.Create();
            foreach (AdapterArtefact artefact in artefacts)
            {
                await SafeFile.WriteAsync(Path.Combine(place.FullName, artefact.FileName),
                    Encoding.UTF8.GetBytes(artefact.Content), SafeFile.Ordinary, replace: true, cancellation);
            }

            output.Text(output.IsJson ? Json(adapter, artefacts, withheld) : Words(adapter, artefacts, withheld));
            return withheld.Count > 0 ? ExitCode.Refused : ExitCode.Done;
        });
        command.Add(generate);
        command.Add(AdapterEvalCommand.Create(global));
        return command;
    }

    private static async Task<GeneratedAdapter> GenerateAsync(FileInfo file, string? name, string target,
        CancellationToken cancellation)
    {
        DiscoverySession? session = await SessionAsync(file, cancellation);
        FileInfo traffic = session is null ? file
            : new FileInfo(Path.Combine(file.DirectoryName!, session.Capture));
        DiscoveryDocument document = await DiscoverInput.ReadAsync(traffic, new DiscoveryConfig(), cancellation);
        name ??= session?.Protocol;
        DiscoveredProtocol protocol = document.Protocols
            .FirstOrDefault(p => name is null ? p.IsInferred : p.Name == name)
            ?? throw new RefusedException(name is null ? "There is no unknown protocol in the traffic."
                : "There is no protocol of that name in the traffic.", "'qbitel discover FILE' says which there are.");
        try
        {
            ProtocolAdapterGenerator generator = new();
            string format = target == ProtocolAdapterGenerator.Iso20022
                ? target
                : ProtocolAdapterGenerator.InternalBankingFormat;
            return session is null ? await generator.GenerateAdapterAsync(protocol, format, cancellation)
                : await generator.GenerateAdapterAsync(protocol, session, format, cancellation);
        }
        catch (NotSupportedException refused)
        {
            throw new RefusedException(refused.Message, "'qbitel parse' reads known protocols.", refused);
        }
        catch (FormatException refused)
        {
            throw new RefusedException($"{file.Name}: {refused.Message}", "Mend the session's edits.", refused);
        }
    }

    // Anything that is no session is traffic.
    private static async Task<DiscoverySession?> SessionAsync(FileInfo file, CancellationToken cancellation)
    {
        try
        {
            return await SessionFile.FindAsync(file, cancellation);
        }
        catch (FormatException error)
        {
            throw new RefusedException($"{file.Name}: {error.Message}", "Mend the session file.", error);
        }
    }

    private static string Words(GeneratedAdapter adapter, List<AdapterArtefact> artefacts,
        List<WithheldArtefact> withheld)
    {
        StringBuilder text = new();
        AdapterAcceptance a = adapter.Acceptance;
        text.Append(CultureInfo.InvariantCulture, $"{adapter.ClassName}: {a.HeldBack} messages held back, ")
            .Append(CultureInfo.InvariantCulture, $"{a.Read} read, {a.Rebuilt} written back byte for byte; ")
            .Append(CultureInfo.InvariantCulture, $"{a.Refused} of {a.Corrupted} changed ones refused\n")
            .Append(CultureInfo.InvariantCulture,
                $"complexity {adapter.ComplexityScore}: {adapter.ComplexityExplained}\n");
        foreach (AdapterArtefact artefact in artefacts)
            text.Append(CultureInfo.InvariantCulture, $"{artefact.Target,-9} {artefact.FileName}\n");

        foreach (WithheldArtefact each in withheld)
            text.Append(CultureInfo.InvariantCulture, $"{each.Target,-9} withheld: {each.Reason}\n");

        return text.ToString().TrimEnd('\n');
    }

    private static string Json(GeneratedAdapter adapter, List<AdapterArtefact> artefacts,
        List<WithheldArtefact> withheld)
    {
        return IndentedJson.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("className", adapter.ClassName);
            writer.WriteNumber("complexityScore", adapter.ComplexityScore);
            writer.WriteString("complexityExplained", adapter.ComplexityExplained);
            writer.WriteStartObject("acceptance");
            writer.WriteNumber("heldBack", adapter.Acceptance.HeldBack);
            writer.WriteNumber("read", adapter.Acceptance.Read);
            writer.WriteNumber("rebuilt", adapter.Acceptance.Rebuilt);
            writer.WriteNumber("corrupted", adapter.Acceptance.Corrupted);
            writer.WriteNumber("refused", adapter.Acceptance.Refused);
            writer.WriteEndObject();
            writer.WriteStartArray("files");
            foreach (AdapterArtefact artefact in artefacts)
            {
                writer.WriteStartObject();
                writer.WriteString("target", artefact.Target);
                writer.WriteString("file", artefact.FileName);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("withheld");
            foreach (WithheldArtefact each in withheld)
            {
                writer.WriteStartObject();
                writer.WriteString("target", each.Target);
                writer.WriteString("reason", each.Reason);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("fieldMappings");
            foreach (FieldMapping mapping in adapter.FieldMappings)
            {
                writer.WriteStartObject();
                writer.WriteString("type", mapping.Type);
                writer.WriteString("source", mapping.Source);
                writer.WriteString("target", mapping.Target);
                writer.WriteString("semantic", mapping.Semantic);
                writer.WriteNumber("confidence", mapping.Confidence);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }
}
