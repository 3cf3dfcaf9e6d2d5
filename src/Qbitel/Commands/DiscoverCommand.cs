using System.CommandLine;
using System.Globalization;
using System.Text;
using Qbitel.Discovery;
using Qbitel.Discovery.Reports;
using Qbitel.Discovery.Sessions;
using Qbitel.KeyFiles;
using Qbitel.Printing;

namespace Qbitel.Commands;

internal static class DiscoverCommand
{
    public static Verb Create(GlobalOptions global)
    {
        DiscoverInput traffic = new();
        Option<int> max = new("--max")
        {
            Description = "Read at most so many messages",
            HelpName = "N",
            DefaultValueFactory = _ => int.MaxValue,
            CustomParser = result => Number.Between(result, 1, int.MaxValue),
        };
        Option<DirectoryInfo?> folder = new("--out")
        {
            Description = "Also write the document to DIR/discovery.json",
            HelpName = "DIR",
        };

        Option<FileInfo?> html = new("--html")
        {
            Description = "Also write the protocol map, a page that needs nothing else",
            HelpName = "FILE",
        };
        Option<FileInfo?> session = new("--session")
        {
            Description = "Show the protocol as this session says; where there is no such file, begin one",
            HelpName = "FILE",
        };
        Option<string?> name = new("--protocol-name")
        {
            Description =
                "The protocol that is shown and that the session is about [default: all, the largest unknown]",
            HelpName = "NAME",
        };
        Option<int> samples = new("--samples")
        {
            Description = "Messages of each type on the page",
            HelpName = "N",
            DefaultValueFactory = _ => 6,
            CustomParser = result => Number.Between(result, 0, 1_000),
        };

        Option<int> seed = new("--seed")
        {
            Description = "Decides which messages are held back to measure confidence; the same gives the same bytes",
            HelpName = "N",
            DefaultValueFactory = _ => 0,
            CustomParser = result => Number.Between(result, 0, int.MaxValue),
        };

        Verb verb = new("discover",
            "Name the protocols in captured traffic, by reading every message to its end. Exit 1 when the file "
            + "cannot be read.",
            new("qbitel discover traffic.pcapng", "which protocols, how many messages"),
            new("qbitel discover traffic.pcapng --json > discovery.json", "every message and field, for a program"),
            new("qbitel discover PAYROLL.bin --records rdw", "records from a mainframe"),
            new("qbitel discover ring.pcapng --state ring.state", "only what came since the last run"),
            new("qbitel discover ring_*.pcap", "a capture that was rotated, as one"),
            new("qbitel discover --live eth0 --filter tcp --for 60s", "what is spoken right now"))
        {
            max, folder, seed, html, session, name, samples,
        };
        foreach (Symbol symbol in traffic.Symbols)
        {
            if (symbol is Argument argument) verb.Add(argument);
            else verb.Add((Option)symbol);
        }

        verb.Add(DiscoverMergeCommand.Create(global));
        verb.Add(DiscoverSessionCommand.Create(global));
        verb.Add(DiscoverWatchCommand.Create(global));
        verb.Add(DiscoverModelCommands.Evaluate(global));
        verb.Add(DiscoverModelCommands.Train(global));
        return verb.Does(global, async (line, output, cancellation) =>
        {
            string? capture = line.GetValue(session) is null ? null : traffic.SessionCapture(line);
            DiscoveryConfig config = new() { MaxMessages = line.GetValue(max), Seed = line.GetValue(seed) };
            if (await traffic.ReadAsync(line, config, output, cancellation) is not { } document) return ExitCode.Done;
            FileInfo? kept = line.GetValue(session);
            if (kept is { Exists: true })
            {
                DiscoverySession said = await DiscoverSessionCommand.ParseAsync(kept, cancellation);
                document = DiscoverSessionCommand.Model(kept.Name, said, document).In(document);
            }

            string json = Json(document);
            if (line.GetValue(folder) is { } place)
            {
                place.Create();
                await File.WriteAllTextAsync(Path.Combine(place.FullName, "discovery.json"), json, cancellation);
            }

            DiscoveryDocument shown = Only(document, line.GetValue(name));
            if (line.GetValue(html) is { } page)
            {
                await SafeFile.WriteAsync(page.FullName,
                    Encoding.UTF8.GetBytes(ProtocolMap.Write(shown, traffic.NameOf(line), line.GetValue(samples))),
                    SafeFile.Ordinary,
                    replace: true, cancellation);
            }

            if (kept is { Exists: false })
            {
                DiscoveredProtocol about = shown.Protocols.FirstOrDefault(p => p.IsInferred)
                    ?? throw new RefusedException(
                        "There is no unknown protocol in the file.", "A session is about one.");
                DiscoverySession begun = new() { Protocol = about.Name, Capture = capture! };
                await SafeFile.WriteAsync(kept.FullName, Encoding.UTF8.GetBytes(begun.ToString()), SafeFile.Ordinary,
                    replace: false, cancellation);
            }

            output.Text(output.IsJson ? json : Words(document));
            return ExitCode.Done;
        });
    }

    private static DiscoveryDocument Only(DiscoveryDocument document, string? name)
    {
        if (name is null) return document;
        List<DiscoveredProtocol> named = [.. document.Protocols.Where(p => p.Name == name)];
        return named.Count > 0 ? document with { Protocols = named } : throw new RefusedException(
            "There is no protocol of that name; there are "
            + $"{string.Join(", ", document.Protocols.Select(p => p.Name))}.",
            "Name one of them.");
    }

    internal static string Json(DiscoveryDocument document)
    {
        return IndentedJson.Write(writer => document.WriteTo(writer));
    }

    internal static string Words(DiscoveryDocument document)
    {
        StringBuilder text = new();
        foreach (DiscoveredProtocol protocol in document.Protocols)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{protocol.Name,-14} {protocol.Messages.Count,8} messages  {protocol.Flows.Count,4} flows  confidence "
                + $"{protocol.Confidence:0.00}");
            if (protocol.MessageTypes.Count > 0)
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"  types {string.Join(", ", protocol.MessageTypes.Select(t => $"{t.Name} ({t.Count})"))}");
            }
            text.Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture,
            $"{document.Unassigned.Count} messages unassigned, {document.Summary.MessageCount} in all, "
            + $"{document.Summary.FlowCount} flows");
        if (document.Summary.Coverage is not { } coverage) return text.ToString();

        text.Append(CultureInfo.InvariantCulture,
            $"\nThat is of the first bytes of {coverage.SampledFlows} flows. "
            + $"Counted in {document.Summary.PacketCount} packets:");
        foreach (ProtocolCoverage protocol in coverage.Protocols)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\n{(protocol.Protocol.Length > 0 ? protocol.Protocol : "unknown"),-14} "
                + $"{protocol.Packets,8} packets  {protocol.Flows,5} flows  {protocol.Size} bytes");
        }

        return text.ToString();
    }
}
