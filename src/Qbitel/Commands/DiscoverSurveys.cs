using System.Globalization;
using Qbitel.Discovery;
using Qbitel.Discovery.Analysis.Surveys;
using Qbitel.Discovery.Captures;
using Qbitel.Discovery.Traces.Sampling;
using Qbitel.KeyFiles;
using Qbitel.Printing;

namespace Qbitel.Commands;

/// <summary>Reads captures of any size: as one that goes on with a state, as a part of many, or as all parts at
/// once.</summary>
internal static class DiscoverSurveys
{
    private const int MaxReaders = 4; // each reads all of the files, so more do not help

    public static int Readers => Math.Min(Environment.ProcessorCount, MaxReaders);

    /// <summary>All parts at once: the document is that of one reading.</summary>
    public static async Task<DiscoveryDocument> ReadAsync(
        CaptureSet set, int readers, DiscoveryConfig config, Output? output, CancellationToken cancellation)
    {
        CaptureSurvey[] parts =
            [.. Enumerable.Range(1, readers).Select(number => new CaptureSurvey(new CapturePart(number, readers)))];
        await ReadAsync(parts, set, output, cancellation);
        return CaptureSurvey.Merge(parts, config);
    }

    /// <summary>One part from where its state says it stands, which is then kept there; null where that is not all of
    /// the capture.</summary>
    public static async Task<DiscoveryDocument?> ReadAsync(
        CaptureSet set, string state, CapturePart part, DiscoveryConfig config,
        Output output, CancellationToken cancellation)
    {
        bool goesOn = File.Exists(state);
        CaptureSurvey survey = goesOn ? await LoadAsync(state, cancellation) : new CaptureSurvey(part);
        if (survey.Part != part)
        {
            throw new RefusedException($"{state} is about part {survey.Part}, not {part}.",
                "Each part has a state of its own.");
        }

        try
        {
            await ReadAsync([survey], set, output, cancellation);
        }
        catch (InputFormatException error) when (goesOn)
        {
            throw new RefusedException($"{error.Input ?? set.Files[0].Name}: {error.Message}",
                $"{state} belongs to the capture as it was; name another state to read it from the beginning.", error);
        }

        await SafeFile.WriteAsync(state, stream =>
        {
            survey.WriteTo(stream);
            return Task.CompletedTask;
        }, SafeFile.OwnerOnly, replace: true); // it holds payload
        if (part == CapturePart.Whole) return survey.Discover(config);

        string names = string.Join(", ", set.Files.Select(f => f.Name));
        output.Note(string.Create(CultureInfo.InvariantCulture, $"Part {part} of {names}: {survey.PacketCount} "
            + $"packets read; 'qbitel discover merge' takes {state} and the others."));
        return null;
    }

    public static async Task<CaptureSurvey> LoadAsync(string state, CancellationToken cancellation)
    {
        try
        {
            return CaptureSurvey.Read(await File.ReadAllBytesAsync(state, cancellation));
        }
        catch (InputFormatException error)
        {
            throw new RefusedException($"{state}: {error.Message}",
                "A state is written by 'qbitel discover FILE --state'; without it the capture is read from the "
                + "beginning.",
                error);
        }
    }

    private static async Task ReadAsync(CaptureSurvey[] surveys, CaptureSet set, Output? output,
        CancellationToken cancellation)
    {
        // One of them tells for all.
        await Task.WhenAll(surveys.Select((survey, i) =>
            Task.Run(() => ReadAsync(survey, set, i == 0 ? output : null, cancellation), cancellation)));
        if (Array.Exists(surveys, survey => survey.Position != surveys[0].Position))
        {
            throw new RefusedException($"{set.Files[^1].Name} grew while it was read.",
                "With --state it is read as it grows.");
        }
    }

    private static async Task ReadAsync(CaptureSurvey survey, CaptureSet set, Output? output,
        CancellationToken cancellation)
    {
        if (output is null)
        {
            await survey.ReadAsync(set, null, cancellation);
            return;
        }

        string name = set.Files.Count == 1 ? set.Files[0].Name : $"{set.Files.Count} files";
        await output.TransferAsync($"Reading {name}", Math.Max(1, set.Size - survey.Position), async done =>
        {
            long last = survey.Position;
            await survey.ReadAsync(set, new Told(position =>
            {
                done(position - last);
                last = position;
            }), cancellation);
            return true;
        });
    }

    private sealed class Told(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }
}
