using System.Text.Json;
using Qbitel.Discovery;
using Qbitel.Discovery.Analysis;
using Qbitel.Discovery.Reports;
using Qbitel.Discovery.Sessions;
using Qbitel.Views;

namespace Qbitel.Sources;

/// <summary>Maps of the captures in a folder. A capture is discovered when it is first asked for, one at a time, and
/// the last few are kept.</summary>
internal sealed class CaptureMaps(string folder, TimeProvider time) : IDisposable
{
    private const int MaxFiles = 200, MaxKept = 4, MaxMessages = 20_000;
    private const long MaxBytes = 64L * 1024 * 1024;

    private static readonly string[] Endings = [".pcap", ".pcapng", ".cap", ".jsonl"];

    private readonly SemaphoreSlim _one = new(1);
    private readonly List<(string Key, CaptureMap Map)> _kept = [];

    /// <param name="file">The name of a capture as the list has it; any other shows the list alone.</param>
    /// <param name="cancellation">Stops the work.</param>
    public async ValueTask<ProtocolMapView> ReadAsync(string? file, CancellationToken cancellation)
    {
        List<(FileInfo File, DiscoverySession Session)> sessions = [];
        List<FileInfo> captures = [];
        if (Directory.Exists(folder))
        {
            IEnumerable<FileInfo> files = new DirectoryInfo(folder).EnumerateFiles()
                .OrderBy(f => f.Name, StringComparer.Ordinal);
            foreach (FileInfo each in files)
            {
                if (Endings.Contains(each.Extension, StringComparer.OrdinalIgnoreCase))
                    captures.Add(each);
                else if (each.Extension == ".json" && await SessionAsync(each, cancellation) is { } session)
                    sessions.Add((each, session));
            }
        }

        List<CaptureFileRow> rows =
            [.. captures.Take(MaxFiles).Select(c => new CaptureFileRow(c.Name, c.Length, Of(c)?.File.Name))];
        FileInfo? asked = captures.Take(MaxFiles).FirstOrDefault(c => c.Name == file);
        return new ProtocolMapView(time.GetUtcNow(), folder, rows, asked is null ? null
            : await MapAsync(asked, Of(asked), cancellation));

        (FileInfo File, DiscoverySession Session)? Of(FileInfo capture) => sessions
            .Where(s => Path.GetFullPath(Path.Combine(folder, s.Session.Capture)) == capture.FullName)
            .Select(s => ((FileInfo, DiscoverySession)?)s).FirstOrDefault();
    }

    public void Dispose() => _one.Dispose();

    private async Task<CaptureMap> MapAsync(FileInfo capture, (FileInfo File, DiscoverySession Session)? session,
        CancellationToken cancellation)
    {
        string key = FormattableString.Invariant(
            $"{capture.Name} {capture.Length} {capture.LastWriteTimeUtc.Ticks} {session?.Session}");
        await _one.WaitAsync(cancellation);
        try
        {
            if (_kept.Find(k => k.Key == key).Map is { } kept) return kept;
            CaptureMap map = await DiscoverAsync(capture, session, cancellation);
            _kept.Add((key, map));
            if (_kept.Count > MaxKept) _kept.RemoveAt(0);
            return map;
        }
        finally
        {
            _one.Release();
        }
    }

    private static async Task<CaptureMap> DiscoverAsync(FileInfo capture,
        (FileInfo File, DiscoverySession Session)? session, CancellationToken cancellation)
    {
        if (capture.Length > MaxBytes)
        {
            return new CaptureMap(capture.Name,
                "It has more than 64 MiB; 'qbitel discover --html' makes its map.", null);
        }

        try
        {
            await using FileStream input = capture.OpenRead();
            DiscoveryDocument document = await new ProtocolDiscoveryOrchestrator()
                .DiscoverProtocolsAsync(input, new DiscoveryConfig { MaxMessages = MaxMessages }, cancellation);
            string? problem = null;
            if (session is { } said) document = Edited(document, said.File.Name, said.Session, out problem);
            return new CaptureMap(capture.Name, problem, Json(document)) { Body = ProtocolMap.WriteBody(document) };
        }
        catch (Exception error) when (error is InputFormatException or IOException or UnauthorizedAccessException)
        {
            return new CaptureMap(capture.Name, error.Message, null);
        }
    }

    private static DiscoveryDocument Edited(DiscoveryDocument document, string file, DiscoverySession session,
        out string? problem)
    {
        problem = null;
        if (document.Protocols.FirstOrDefault(p => p.Name == session.Protocol) is not { } protocol)
        {
            problem = $"{file} is about {session.Protocol}, which is not in the capture.";
            return document;
        }

        try
        {
            return new SessionModel(protocol, session).In(document);
        }
        catch (Exception error) when (error is FormatException or NotSupportedException)
        {
            problem = $"{file} does not fit any more: {error.Message}";
            return document;
        }
    }

    private static JsonElement Json(DiscoveryDocument document)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes)) document.WriteTo(writer);
        using var parsed = JsonDocument.Parse(bytes.ToArray());
        return parsed.RootElement.Clone();
    }

    private static async Task<DiscoverySession?> SessionAsync(FileInfo file, CancellationToken cancellation)
    {
        try
        {
            return await SessionFile.FindAsync(file, cancellation);
        }
        catch (Exception error) when (error is FormatException or IOException or UnauthorizedAccessException)
        {
            return null; // the list goes on without it
        }
    }
}
