namespace Qbitel.Governance;

/// <summary>How much harm the disclosure of data does; each class has a least time of keeping records about
/// it.</summary>
public enum DataClass
{
    Public,
    Internal,
    Confidential,
    Restricted,
    TopSecret,
}
