using System.ComponentModel.DataAnnotations;

namespace Qbitel.Hsm.Pkcs11.Configuration;

/// <summary>
/// Section <c>Qbitel:Hsm:Pkcs11</c>: a token behind a PKCS#11 module, and how much is asked of it at once.
/// </summary>
public sealed record Pkcs11Options
{
    /// <summary>The module, a shared library. Default: where the vendor's package puts it.</summary>
    public string? Module { get; init; }

    /// <summary>The label of the token. This or <see cref="TokenSerial"/> is needed: slot numbers change.</summary>
    public string? TokenLabel { get; init; }

    /// <summary>The serial number of the token.</summary>
    public string? TokenSerial { get; init; }

    /// <summary>
    /// Where the user's PIN is: <c>env:NAME</c>, <c>file:PATH</c> or <c>credential:NAME</c> (systemd). No default.
    /// </summary>
    public string? Pin { get; init; }

    /// <summary>Asks for the PIN instead; never read from configuration.</summary>
    public Func<Pkcs11Pin>? AskPin { get; init; }

    /// <summary>The folder of the key database, for <c>nss</c> only.</summary>
    public string? DatabaseFolder { get; init; }

    /// <summary>
    /// Handed to C_Initialize as its reserved argument, for a module whose manual asks for it. Default none.
    /// </summary>
    public string? InitializeWith { get; init; }

    /// <summary>Sessions, each on a thread of its own. Default 4; the token's own limit is never passed.</summary>
    [Range(1, 64)]
    public int Sessions { get; init; } = 4;

    /// <summary>Calls that may wait for a session; one more is refused at once. Default 1,024.</summary>
    [Range(1, 1_000_000)]
    public int QueueLength { get; init; } = 1_024;

    /// <summary>Calls a second; one more is refused at once. Default 0: no limit.</summary>
    [Range(0, 1_000_000)]
    public int CallsPerSecond { get; init; }

    /// <summary>
    /// Calls enter the module on the thread of their caller. Default false. For a module that does its work inside this
    /// process and answers in microseconds; when it hangs, the caller hangs with it, counted but not rescued.
    /// </summary>
    public bool OnCallersThread { get; init; }

    /// <summary>How long a call may wait and work before its caller is told. Default 30 seconds.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A session that idles so long is asked for its state, lest it be reaped. Default 1 minute.</summary>
    public TimeSpan IdlePing { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Without <see cref="Pin"/>: somebody may have written the PIN itself there.</summary>
    public override string ToString() =>
        $"{nameof(Pkcs11Options)} {{ Module = {Module}, TokenLabel = {TokenLabel}, TokenSerial = {TokenSerial} }}";
}
