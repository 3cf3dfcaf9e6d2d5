using Qbitel.Protocols;

namespace Qbitel.Discovery;

/// <summary>A message that claims to be of a known protocol and does not hold: it stays unassigned.</summary>
public sealed record InvalidMessage(int Index, string Protocol, Diagnostic Error);
