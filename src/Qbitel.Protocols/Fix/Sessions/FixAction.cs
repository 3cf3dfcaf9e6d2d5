using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Fix.Sessions;

/// <summary>What a session wants done.</summary>
public enum FixActionKind
{
    /// <summary>Send the bytes. A number that is not 0 is used up by them: it is stored with them before they are
    /// sent; the bytes of an application's message are stored too, for a later replay.</summary>
    Send,

    /// <summary>
    /// Store the number and the bytes and do not send them: the peer will ask for them when it is there.
    /// </summary>
    Keep,

    /// <summary>Hand the bytes, one message, to the application. Its answers belong to the same change as the
    /// <see cref="Advance"/> that follows.</summary>
    Deliver,

    /// <summary>Store that <see cref="FixAction.Number"/> is the next number expected from the peer.</summary>
    Advance,

    /// <summary>Store that a new count begins: both next numbers, and no message of before.</summary>
    Reset,

    /// <summary>Read the stored messages of a range and give each to <see cref="FixSession.Replay"/>.</summary>
    Replay,

    /// <summary>The session is established.</summary>
    Established,

    /// <summary>Something an operator may want to know; nothing to do.</summary>
    Note,

    /// <summary>End the connection once everything before is sent.</summary>
    Disconnect,
}

/// <summary>One thing a session wants done; see <see cref="FixActionKind"/> for what its members mean.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Number">A sequence number; the outgoing one of a reset; the first of a replay.</param>
/// <param name="End">The incoming number of a reset; the last of a replay.</param>
/// <param name="Offset">Where the bytes begin in <see cref="FixActions.Bytes"/>.</param>
/// <param name="Length">How many they are.</param>
/// <param name="IsApplication">Whether the bytes are a message of the application, not of the session.</param>
/// <param name="Text">The text of a note or the reason of a disconnect; never a value of a message's body.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FixAction(FixActionKind Kind, long Number = 0, long End = 0, int Offset = 0,
    int Length = 0, bool IsApplication = false, string? Text = null);
