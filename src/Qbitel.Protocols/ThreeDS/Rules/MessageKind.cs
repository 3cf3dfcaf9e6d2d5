namespace Qbitel.Protocols.ThreeDS.Rules;

/// <summary>The messages, and the data of the 3DS Method, which have no type of their own.</summary>
internal enum MessageKind
{
    AReq,
    ARes,
    CReq,
    CRes,
    RReq,
    RRes,
    PReq,
    PRes,
    Erro,
    Method,
}
