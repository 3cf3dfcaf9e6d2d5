namespace Qbitel.Protocols.Fix;

/// <summary>
/// The version of an application message, which under FIXT.1.1 is not that of the session: the values of ApplVerID
/// (1128) and DefaultApplVerID (1137).
/// </summary>
public enum FixApplication
{
    Fix27,
    Fix30,
    Fix40,
    Fix41,
    Fix42,
    Fix43,
    Fix44,
    Fix50,
    Fix50SP1,
    Fix50SP2,
}
