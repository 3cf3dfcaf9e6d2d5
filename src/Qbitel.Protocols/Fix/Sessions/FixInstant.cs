using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Fix.Sessions;

/// <summary>One moment on two clocks: what messages say, and what timers count.</summary>
/// <param name="Utc">The time of day, which a correction of the clock may move either way.</param>
/// <param name="Elapsed">Time since any fixed moment; never goes back.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FixInstant(DateTimeOffset Utc, TimeSpan Elapsed);
