using System.Globalization;
using System.Text.Json;
using Qbitel.Printing;
using Qbitel.Protocols.Iso8583.Detection;
using Spectre.Console;

namespace Qbitel.Messages;

/// <summary>In which variant of ISO 8583 a file is written: the winner, the losers and why, for programs and
/// people.</summary>
internal static class DetectionDocument
{
    public static string Json(Iso8583Input input, Iso8583Detection detection)
    {
        return IndentedJson.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("form", input.Form);
            writer.WriteNumber("messages", detection.Messages);
            writer.WriteBoolean("found", detection.Winner is not null);
            writer.WritePropertyName("winner");
            if (detection.Winner is { } winner) Write(winner, writer);
            else writer.WriteNullValue();
            writer.WritePropertyName("failure");
            if (detection.Failure is { } failure) failure.Diagnostic.WriteTo(writer);
            else writer.WriteNullValue();
            writer.WriteStartArray("others");
            foreach (Iso8583Candidate other in detection.Candidates.Where(each => each != detection.Winner))
                Write(other, writer);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    public static void Print(Iso8583Input input, Iso8583Detection detection, IAnsiConsole console)
    {
        console.Line(string.Create(CultureInfo.InvariantCulture, $"{input.Form}, {detection.Messages} in all"));
        if (detection.Winner is { } winner)
        {
            console.Line(string.Create(CultureInfo.InvariantCulture,
                $"written as ISO 8583:{winner.Profile.Version}, fields of {winner.Profile.Name}, ")
                + string.Create(CultureInfo.InvariantCulture, $"likelihood {winner.Likelihood:0.0000}"));
            Table choices = PeopleConsole.Table("Choice", "Value", "What it means");
            foreach ((string name, string value, string words) in winner.Choices)
            {
                bool isTold = !winner.Untold.Contains(name, StringComparer.Ordinal);
                choices.AddRow(PeopleConsole.Cell(name), PeopleConsole.Cell(value),
                    PeopleConsole.Cell(isTold ? words : words + " (not told by these messages)"));
            }

            console.Write(choices);
        }
        else
        {
            console.Line(detection.Failure is { } failure
                ? $"no variant reads it; the likeliest fails: {failure}" : "nothing in it looks like a message");
        }

        if (detection.Candidates.Any(each => each != detection.Winner)) console.Line("others:");
        foreach (Iso8583Candidate other in detection.Candidates.Where(each => each != detection.Winner))
        {
            console.Line(string.Create(CultureInfo.InvariantCulture,
                $"  {other.Likelihood:0.0000}  {Difference(other, detection.Winner)}"));
            console.Line($"          {other.Reason}");
        }
    }

    // Of a loser only what it would have otherwise.
    private static string Difference(Iso8583Candidate other, Iso8583Candidate? winner)
    {
        if (winner is null) return $"{other.Profile.Name}: {other.Encoding}";
        IEnumerable<string> words = other.Choices.Zip(winner.Choices)
            .Where(pair => pair.First.Value != pair.Second.Value).Select(pair => pair.First.Words);
        string text = string.Join("; ", words);
        return text.Length > 0 ? text : $"fields of {other.Profile.Name}";
    }

    private static void Write(Iso8583Candidate candidate, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("version", candidate.Profile.Version);
        writer.WriteString("fields", candidate.Profile.Name);
        writer.WriteNumber("likelihood", Math.Round(candidate.Likelihood, 6));
        writer.WriteNumber("bits", Math.Round(candidate.Bits, 1));
        writer.WriteNumber("read", candidate.Read);
        writer.WriteStartObject("encoding");
        foreach ((string name, string value, _) in candidate.Choices) writer.WriteString(name, value);
        writer.WriteEndObject();
        writer.WriteStartArray("untold");
        foreach (string name in candidate.Untold) writer.WriteStringValue(name);
        writer.WriteEndArray();
        writer.WriteString("reason", candidate.Reason);
        if (candidate.Failure is { } failure)
        {
            writer.WriteNumber("failedMessage", candidate.FailedMessage);
            writer.WriteNumber("fieldsBeforeFailure", candidate.FieldsBeforeFailure);
            writer.WritePropertyName("failure");
            failure.Diagnostic.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}
