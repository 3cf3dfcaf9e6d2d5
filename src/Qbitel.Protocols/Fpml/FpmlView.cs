namespace Qbitel.Protocols.Fpml;

/// <summary>For what a document is made; each view has a namespace and a schema of its own.</summary>
public enum FpmlView
{
    Confirmation,
    Reporting,
    Recordkeeping,
    Transparency,
    Pretrade,
    Legal,

    /// <summary>None that is known here.</summary>
    Other,
}
