namespace Qbitel.Protocols.Fpml;

/// <summary>How far a document of a version and view is understood here.</summary>
public enum FpmlSupport
{
    /// <summary>Read and judged by the facts of its own schema.</summary>
    Judged,

    /// <summary>Read, and judged by the facts of a later version of its view.</summary>
    JudgedByLater,

    /// <summary>Read: its schema is not held here.</summary>
    ReadOnly,

    /// <summary>Another view or another generation: identified, its elements are kept and shown.</summary>
    NotSupported,
}
