using System.Globalization;
using System.Text.Json;
using Qbitel.Messages;
using Qbitel.Printing;
using Qbitel.Protocols;
using Spectre.Console;

namespace Qbitel.Commands;

/// <summary>How each of several files is shown.</summary>
internal enum ReportForm
{
    /// <summary>A line: what it is, and its first fault.</summary>
    Line,

    /// <summary>Its table of fields.</summary>
    Table,

    /// <summary>Its bytes beside their meaning.</summary>
    Explained,
}

/// <summary>Reports of several files, one after the other as they are read, and what they come to.</summary>
internal static class ManyReports
{
    public static async Task<ExitCode> WriteAsync(IReadOnlyList<string> files, string? protocol, ParseOptions options,
        ReportForm form, Output output, CancellationToken cancellation)
    {
        long valid = 0, errors = 0, warnings = 0;
        await output.SeriesAsync(async (writer, console) =>
        {
            writer?.WriteStartObject();
            writer?.WriteStartArray("files");
            foreach (string file in files)
            {
                cancellation.ThrowIfCancellationRequested();
                (ParseReport report, byte[] bytes) = await ReadAsync(file, protocol, options, cancellation);
                if (report.IsValid) valid++;
                errors += report.Errors.Count();
                warnings += report.Warnings.Count();
                if (writer is not null) Write(file, report, writer);
                else Print(file, bytes, report, options, form, console!);
            }

            writer?.WriteEndArray();
            writer?.WriteStartObject("totals");
            writer?.WriteNumber("files", files.Count);
            writer?.WriteNumber("valid", valid);
            writer?.WriteNumber("invalid", files.Count - valid);
            writer?.WriteNumber("errors", errors);
            writer?.WriteNumber("warnings", warnings);
            writer?.WriteEndObject();
            writer?.WriteEndObject();
            console?.Line(string.Create(CultureInfo.InvariantCulture,
                $"{files.Count} files: {valid} valid, {files.Count - valid} not valid; "
                    + $"{errors} errors, {warnings} warnings"));
        });
        return valid == files.Count ? ExitCode.Done : ExitCode.Refused;
    }

    private static async Task<(ParseReport Report, byte[] Bytes)> ReadAsync(string file, string? protocol,
        ParseOptions options, CancellationToken cancellation)
    {
        try
        {
            await using Stream source = MessageFiles.Open(file);
            byte[] bytes = await Input.ReadAsync(source, cancellation);
            return (ReadingOptions.Parse(bytes, protocol, options), bytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or RefusedException)
        {
            Diagnostic unread = new("Common.Unread", Severity.Error, error.Message) { Offset = 0 };
            return (new ParseReport(protocol, null, null, [unread], [], []), []);
        }
        catch (MisusedException noProfile)
        {
            // Among many files some may be of protocols that do not have the profile.
            Diagnostic unjudged = new("Common.Profile", Severity.Error, noProfile.Message) { Offset = 0 };
            return (new ParseReport(protocol, null, null, [unjudged], [], []), []);
        }
    }

    private static void Write(string file, ParseReport report, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("file", file);
        report.WriteMembersTo(writer);
        writer.WriteEndObject();
        writer.Flush();
    }

    private static void Print(string file, byte[] bytes, ParseReport report, ParseOptions options, ReportForm form,
        IAnsiConsole console)
    {
        if (form == ReportForm.Line)
        {
            int errors = report.Errors.Count();
            console.Line($"{(report.IsValid ? "valid    " : "not valid")} {file}: {ReportText.Kind(report)}"
                + (report.Errors.FirstOrDefault() is { } first
                    ? $": {first}" + (errors > 1 ? $" (and {errors - 1} more)" : "") : ""));
            return;
        }

        console.Line($"== {file}");
        if (form == ReportForm.Table || bytes.Length > ExplainedMessage.SizeLimit) ReportText.Write(report, console);
        else ExplainedText.Write(ExplainedMessage.Of(Path.GetFileName(file), bytes, report, options), console);
        console.Line();
    }
}
