namespace Qbitel;

/// <summary>What the command line answers to the shell.</summary>
public enum ExitCode
{
    Done = 0,

    /// <summary>
    /// Understood and not done: the input is invalid, a policy says no, the device or the network failed.
    /// </summary>
    Refused = 1,

    /// <summary>The command line itself is wrong.</summary>
    Misused = 2,
}
