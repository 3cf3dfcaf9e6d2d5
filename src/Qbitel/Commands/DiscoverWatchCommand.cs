using System.CommandLine;
using System.Globalization;
using System.Text;
using Qbitel.Discovery;
using Qbitel.Discovery.Analysis;
using Qbitel.Discovery.Traces;
using Qbitel.Printing;

namespace Qbitel.Commands;

internal static class DiscoverWatchCommand
{
    public static Verb Create(GlobalOptions global)
    {
        Argument<FileInfo> baseline = new("BASELINE") { Description = "Traffic that is taken for good" };
        Argument<FileInfo[]> files = new("FILE")
        {
            Description = "Traffic to judge",
            Arity = ArgumentArity.OneOrMore,
        };
        Verb verb = new("watch",
            "Say which messages are unlike a baseline, and which field makes them so. Exit 1 when there is one.",
            new Example("qbitel discover watch monday.pcapng tuesday.pcapng", "what is new on Tuesday"))
        {
            baseline, files,
        };
        return verb.Does(global, async (line, output, cancellation) =>
        {
            var watch = TrafficWatch.Learn(await DiscoverInput.ReadAsync(line.GetRequiredValue(baseline),
                new DiscoveryConfig(), cancellation));
            if (watch.Protocols.Count == 0)
            {
                throw new RefusedException("The baseline has no unknown protocol.",
                    "Known protocols are judged by 'qbitel parse'.");
            }

            List<(string File, WatchReport Report)> reports = [];
            foreach (FileInfo file in line.GetRequiredValue(files))
            {
                try
                {
                    await using FileStream input = file.OpenRead();
                    Traffic traffic = await TrafficReader.ReadAsync(input, cancellationToken: cancellation);
                    reports.Add((file.Name, watch.Watch(traffic)));
                }
                catch (InputFormatException error)
                {
                    throw DiscoverInput.Unreadable(file, error);
                }
            }

            output.Text(output.IsJson ? Json(watch, reports) : Words(watch, reports));
            return reports.Exists(r => r.Report.Alerts.Count > 0) ? ExitCode.Refused : ExitCode.Done;
        });
    }

    private static string Words(TrafficWatch watch, List<(string File, WatchReport Report)> reports)
    {
        StringBuilder text = new();
        foreach (WatchedProtocol protocol in watch.Protocols)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{protocol.Name}: threshold {protocol.Threshold:0.00} from {protocol.Calibrated} messages, "
                + $"false alarms {protocol.FalseAlarms} "
                + $"(95 %: {protocol.FalseAlarmsFrom:P2} to {protocol.FalseAlarmsTo:P2})\n");
        }

        foreach ((string file, WatchReport report) in reports)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{file}: {report.Alerts.Count} alerts in {report.Judged} messages, "
                + $"{report.Known} of known protocols not judged\n");
            foreach (TrafficAlert alert in report.Alerts)
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"  message {alert.Index} ({alert.Protocol}) {alert.Code} at offset {alert.Offset}, {alert.Field}: "
                    + $"expected {alert.Expected}, found {alert.Found}; score {alert.Score:0.0}\n");
            }

            foreach (NewType type in report.NewTypes)
            {
                text.Append(CultureInfo.InvariantCulture, $"  type {type.Key} ({type.Protocol}) was not seen before: "
                    + $"{type.Messages} messages, the first is {type.First}\n");
            }
        }

        return text.ToString().TrimEnd('\n');
    }

    private static string Json(TrafficWatch watch, List<(string File, WatchReport Report)> reports)
    {
        return IndentedJson.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("protocols");
            foreach (WatchedProtocol protocol in watch.Protocols)
            {
                writer.WriteStartObject();
                writer.WriteString("name", protocol.Name);
                writer.WriteNumber("calibrated", protocol.Calibrated);
                if (double.IsFinite(protocol.Threshold))
                    writer.WriteNumber("threshold", Math.Round(protocol.Threshold, 4));
                else writer.WriteNull("threshold");
                writer.WriteNumber("falseAlarms", protocol.FalseAlarms);
                writer.WriteNumber("falseAlarmsFrom", Math.Round(protocol.FalseAlarmsFrom, 6));
                writer.WriteNumber("falseAlarmsTo", Math.Round(protocol.FalseAlarmsTo, 6));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("files");
            foreach ((string file, WatchReport report) in reports)
            {
                writer.WriteStartObject();
                writer.WriteString("file", file);
                writer.WriteNumber("judged", report.Judged);
                writer.WriteNumber("known", report.Known);
                writer.WriteStartArray("alerts");
                foreach (TrafficAlert alert in report.Alerts)
                {
                    writer.WriteStartObject();
                    writer.WriteNumber("index", alert.Index);
                    writer.WriteString("flow", alert.Flow);
                    writer.WriteString("protocol", alert.Protocol);
                    writer.WriteNumber("score", alert.Score);
                    writer.WriteString("field", alert.Field);
                    writer.WriteNumber("offset", alert.Offset);
                    writer.WriteNumber("length", alert.Length);
                    writer.WriteString("code", alert.Code);
                    writer.WriteString("expected", alert.Expected);
                    writer.WriteString("found", alert.Found);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteStartArray("newTypes");
                foreach (NewType type in report.NewTypes)
                {
                    writer.WriteStartObject();
                    writer.WriteString("protocol", type.Protocol);
                    writer.WriteString("key", type.Key);
                    writer.WriteNumber("first", type.First);
                    writer.WriteNumber("messages", type.Messages);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }
}
