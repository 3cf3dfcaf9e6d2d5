namespace Qbitel.Protocols;

/// <summary>What the first bytes of a stream are.</summary>
public enum FrameStatus
{
    /// <summary>One whole message.</summary>
    Complete,

    /// <summary>The beginning of a message; more bytes may complete it.</summary>
    Incomplete,

    /// <summary>No message, whatever follows.</summary>
    Invalid,
}
