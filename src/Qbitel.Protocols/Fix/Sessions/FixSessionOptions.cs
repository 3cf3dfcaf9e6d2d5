using System.Globalization;

namespace Qbitel.Protocols.Fix.Sessions;

/// <summary>One session: who talks to whom, in which version, by which rules.</summary>
public sealed record FixSessionOptions
{
    /// <summary>BeginString (8).</summary>
    public required FixVersion Version { get; init; }

    /// <summary>Our CompID.</summary>
    public required string Sender { get; init; }

    /// <summary>The peer's CompID.</summary>
    public required string Target { get; init; }

    /// <summary>SenderSubID (50) of our messages. Default: none.</summary>
    public string? SenderSub { get; init; }

    /// <summary>TargetSubID (57) of our messages. Default: none.</summary>
    public string? TargetSub { get; init; }

    /// <summary>Whether we send the first Logon. Default: false, we wait for it.</summary>
    public bool IsInitiator { get; init; }

    /// <summary>HeartBtInt (108) that an initiator asks for; whole seconds. Default: 30 seconds.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The shortest HeartBtInt taken from a peer; zero also allows none at all. Default: 1 second.</summary>
    public TimeSpan MinimumHeartbeat { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest HeartBtInt taken from a peer. Default: 5 minutes.</summary>
    public TimeSpan MaximumHeartbeat { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How far SendingTime may be from our clock, either way; null for not at all looked at. Default: 2
    /// minutes.</summary>
    public TimeSpan? MaximumLatency { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the peer's Logon may take. Default: 10 seconds.</summary>
    public TimeSpan LogonTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the peer's answer to our Logout may take. Default: 2 seconds.</summary>
    public TimeSpan LogoutTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a replay we asked for may make no progress before it is asked for again, three times at most.
    /// Default: 30 seconds.</summary>
    public TimeSpan ResendTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Begins new counts with every Logon. Default: false.</summary>
    public bool ResetOnLogon { get; init; }

    /// <summary>Begins new counts after every exchange of Logouts. Default: false.</summary>
    public bool ResetOnLogout { get; init; }

    /// <summary>Begins new counts after every end of a connection. Default: false.</summary>
    public bool ResetOnDisconnect { get; init; }

    /// <summary>Tells and uses NextExpectedMsgSeqNum (789) in Logons; before FIX 4.4 there is none. Default: false.
    /// </summary>
    public bool UseNextExpected { get; init; }

    /// <summary>How many messages one ResendRequest asks for; 0 for all that are missing. Default: 0.</summary>
    public int ResendChunk { get; init; }

    /// <summary>How many messages that came too early are kept until their turn. Default: 10,000.</summary>
    public int MaximumQueued { get; init; } = 10_000;

    /// <summary>How many bytes of them are kept. Default: 16 MiB.</summary>
    public int MaximumQueuedBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>DefaultApplVerID (1137), which FIXT 1.1 needs: 7 for FIX 5.0, 8 for SP1, 9 for SP2.</summary>
    public string? DefaultApplicationVersion { get; init; }

    /// <summary>Username (553) of our Logon. Default: none.</summary>
    public string? Username { get; init; }

    /// <summary>Password (554) of our Logon. Default: none.</summary>
    public string? Password { get; init; }

    /// <summary>Proofs in Logons. Default: null, none made and none asked for.</summary>
    public FixLogonSignature? Signature { get; init; }

    /// <summary>When the session may be up. Default: null, always.</summary>
    public FixSchedule? Schedule { get; init; }

    /// <summary>What is held against the messages received. Default: null, the dictionary of their version, where it is
    /// carried, and user-defined tags pass.</summary>
    public FixMessageCheck? Check { get; init; }

    /// <summary>The tables of the session's version, those of <see cref="DefaultApplicationVersion"/> with FIXT 1.1.
    /// </summary>
    public FixProfile Profile =>
        int.TryParse(DefaultApplicationVersion, NumberStyles.None, CultureInfo.InvariantCulture, out int application)
        && Enum.IsDefined((FixApplication)application)
            ? FixProfile.Standard.WithApplication((FixApplication)application) : FixProfile.Standard;

    /// <summary>The same without what must not be shown.</summary>
    public override string ToString() => $"{Version}:{Sender}->{Target}";
}
