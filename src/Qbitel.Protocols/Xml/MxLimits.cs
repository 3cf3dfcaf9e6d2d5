namespace Qbitel.Protocols.Xml;

/// <summary>What a text may be at most, so that hostile input is bounded in time and memory.</summary>
internal static class MxLimits
{
    /// <summary>Bytes of one input.</summary>
    public const int Size = 64 * 1024 * 1024;

    /// <summary>Elements inside each other.</summary>
    public const int Depth = 64;

    public const int Elements = 1_000_000;

    /// <summary>Attributes of one element.</summary>
    public const int Attributes = 64;

    /// <summary>Namespaces of one text.</summary>
    public const int Namespaces = 256;

    /// <summary>Bytes of a name, and of a prefix.</summary>
    public const int Name = 200;
}
