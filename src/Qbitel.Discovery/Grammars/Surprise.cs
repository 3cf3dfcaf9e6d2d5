namespace Qbitel.Discovery.Grammars;

/// <summary>How unlikely what stands at a place of a message is.</summary>
/// <param name="Path">The part it belongs to.</param>
/// <param name="Start">Bytes from the beginning of the message.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Bits">The surprise.</param>
internal readonly record struct Surprise(string Path, int Start, int Length, double Bits)
{
    /// <summary>It is the strangest stretch of a long field that has a surprise of its own.</summary>
    public bool IsWithin { get; init; }

    /// <summary>It is of a field or a chain, not of the message's type.</summary>
    public bool IsOfValue => Path != ProtocolGrammar.TypePath;

    /// <summary>What it is compared with: items of a chain are alike whatever their number.</summary>
    public string Key => IsWithin ? $"{FieldPeaks.Key(Path)} within" : FieldPeaks.Key(Path);
}
