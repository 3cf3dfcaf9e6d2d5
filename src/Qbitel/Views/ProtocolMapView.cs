using System.Text.Json;
using System.Text.Json.Serialization;

namespace Qbitel.Views;

/// <summary>The captures in a folder, and the map of the one that was asked for.</summary>
/// <param name="At">When it was looked at.</param>
/// <param name="Folder">Where captures are looked for.</param>
/// <param name="Captures">Those that are there, by name.</param>
/// <param name="Map">Of one capture; null where none was asked for.</param>
public sealed record ProtocolMapView(DateTimeOffset At, string Folder, IReadOnlyList<CaptureFileRow> Captures,
    CaptureMap? Map);

/// <param name="Name">In the folder.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Session">The session beside it that is about it; null where there is none.</param>
public sealed record CaptureFileRow(string Name, long Bytes, string? Session);

/// <summary>What was discovered in one capture.</summary>
/// <param name="Name">In the folder.</param>
/// <param name="Problem">Why it cannot be read, or why its session does not fit; null where all is well.</param>
/// <param name="Document">The same as <c>qbitel discover --json</c>; null where it cannot be read.</param>
public sealed record CaptureMap(string Name, string? Problem, JsonElement? Document)
{
    /// <summary>HTML in which all that came from the capture is encoded.</summary>
    [JsonIgnore]
    public string Body { get; init; } = "";
}
