using System.Text.Json.Serialization;

namespace Qbitel.Demo;

/// <summary>One line of <c>qbitel demo --headless --json</c> on standard error, while the work is going on.</summary>
/// <remarks>
/// The kind is step, check or committed. What is committed is on disk under its index in the audit log, and stays there
/// whatever happens to the process.
/// </remarks>
internal sealed record DemoProgress(
    string Kind, string Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? AuditIndex = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? AuditEntry = null)
{
    /// <summary>The line as a terminal shows it.</summary>
    [JsonIgnore]
    public string ForPeople => Kind == "check" ? "  " + Text : Text;

    public static DemoProgress Step(string text) => new("step", text);

    public static DemoProgress Check(DemoCheck check) =>
        new("check", $"{check.Outcome,-11} {check.Name}: {check.Detail}");

    public static DemoProgress Committed(long index, Guid entry, string action, string target) =>
        new("committed", $"{action} {target}", index, entry);
}
