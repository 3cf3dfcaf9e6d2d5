using Qbitel.Protocols.Swift.Fields;

namespace Qbitel.Protocols.Swift.Rules;

/// <summary>The tags that enclose the sequences of ISO 15022.</summary>
internal static class MtTags
{
    public static readonly uint Begin = SwiftTag.Pack("16R");
    public static readonly uint End = SwiftTag.Pack("16S");
}
