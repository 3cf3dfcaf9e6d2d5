using Qbitel.Protocols.Nacha.Rules;

namespace Qbitel.Protocols.Nacha;

/// <summary>Where a record lies in the bytes of a file.</summary>
internal readonly record struct NachaSlice(int Offset, int Length, NachaLayout Layout)
{
    public bool IsAddenda => Layout.Name.StartsWith("addenda", StringComparison.Ordinal)
        || Layout == NachaLayout.Unknown;
}
