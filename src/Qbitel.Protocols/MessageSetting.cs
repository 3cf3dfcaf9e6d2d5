namespace Qbitel.Protocols;

/// <summary>One value of a message that is to be made.</summary>
/// <param name="Path">As the protocol names fields: <c>55</c>, <c>32A</c>, <c>FIToFICstmrCdtTrf/GrpHdr/MsgId</c>;
/// repetitions counted from 1, <c>NoPartyIDs[2]/448</c>.</param>
/// <param name="Value">Its text.</param>
public sealed record MessageSetting(string Path, string Value);
