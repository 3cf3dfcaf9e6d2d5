namespace Qbitel.Protocols.Emv.Apdu;

/// <summary>A command and what came back.</summary>
/// <param name="Line">Of the command in the trace, counted from 1.</param>
/// <param name="Command">Null where a response stands alone.</param>
/// <param name="Response">Null where none follows.</param>
public sealed record ApduExchange(int Line, CommandApdu? Command, ResponseApdu? Response);
