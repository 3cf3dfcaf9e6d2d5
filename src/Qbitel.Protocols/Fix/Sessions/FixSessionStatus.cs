namespace Qbitel.Protocols.Fix.Sessions;

/// <summary>How far a session is.</summary>
public enum FixSessionStatus
{
    Disconnected,

    /// <summary>An acceptor waits for the peer's Logon.</summary>
    AwaitingLogon,

    /// <summary>An initiator has sent its Logon and waits for the answer.</summary>
    LogonSent,

    Established,

    /// <summary>We have sent a Logout and wait for the answer.</summary>
    LogoutSent,
}
