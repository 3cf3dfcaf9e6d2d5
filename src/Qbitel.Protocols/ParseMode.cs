namespace Qbitel.Protocols;

/// <summary>What becomes of the deviations that real traffic shows and everyone reads.</summary>
public enum ParseMode
{
    /// <summary>They are warnings: the message is read, and what was tolerated is said.</summary>
    Lenient,

    /// <summary>They are errors.</summary>
    Strict,

    /// <summary>
    /// As lenient, and what was valid in its own day stays so: types and rules withdrawn since are only noted.
    /// </summary>
    Archive,
}
