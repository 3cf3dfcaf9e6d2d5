namespace Qbitel.Protocols.Nacha;

/// <summary>What an entry is for.</summary>
public enum NachaEntryKind
{
    /// <summary>A payment, a prenote, or information in the place of one.</summary>
    Forward,

    /// <summary>The receiver's bank sends an entry back.</summary>
    Return,

    /// <summary>The originator's bank refuses a return.</summary>
    DishonoredReturn,

    /// <summary>The receiver's bank insists on a return that was refused.</summary>
    ContestedReturn,

    /// <summary>A notification of change, or one that is refused.</summary>
    Change,
}
