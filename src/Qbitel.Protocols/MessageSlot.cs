namespace Qbitel.Protocols;

/// <summary>A place that a type of message has for a value.</summary>
/// <param name="Path">As a <see cref="MessageSetting"/> names it.</param>
/// <param name="Name">What the field is called, where its path does not say it.</param>
/// <param name="Form">What its value must be, in words.</param>
/// <param name="IsRequired">Whether a message cannot do without.</param>
public sealed record MessageSlot(string Path, string? Name, string Form, bool IsRequired);
