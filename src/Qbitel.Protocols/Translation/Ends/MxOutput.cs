namespace Qbitel.Protocols.Translation.Ends;

/// <summary>A finished ISO 20022 message and, where the source tells enough, its business application header.</summary>
internal sealed record MxOutput(MxTarget Body, MxTarget? Header);
