namespace Qbitel.Protocols;

/// <summary>A rule pack that narrows a protocol, such as one rail's or one scheme's in one year.</summary>
/// <param name="Name">As it is asked for.</param>
/// <param name="Description">One line for a person.</param>
public sealed record MessageProfile(string Name, string Description);
