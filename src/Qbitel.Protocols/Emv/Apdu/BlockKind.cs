namespace Qbitel.Protocols.Emv.Apdu;

/// <summary>What a block of the T=1 protocol is for.</summary>
public enum BlockKind
{
    /// <summary>It carries part of a command or response.</summary>
    Information,

    /// <summary>It acknowledges a block, or asks for it again.</summary>
    ReceiveReady,

    /// <summary>It arranges sizes, waiting and the like.</summary>
    Supervisory,
}
