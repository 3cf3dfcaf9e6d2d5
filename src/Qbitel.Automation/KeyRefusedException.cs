namespace Qbitel.Automation;

/// <summary>A key was asked for something its policy or its state does not allow; nothing has changed.</summary>
public sealed class KeyRefusedException(string message) : Exception(message);
