namespace Qbitel.Protocols;

/// <summary>Why bytes are not a message: where, what was expected, what was found.</summary>
/// <param name="Diagnostic">The finding that stopped the reading.</param>
/// <param name="IsIncomplete">True where the bytes are the beginning of a message and more of them could complete
/// it.</param>
public sealed record ParseError(Diagnostic Diagnostic, bool IsIncomplete = false)
{
    public string Code => Diagnostic.Code;

    public string Message => Diagnostic.Message;

    public long? Offset => Diagnostic.Offset;

    public string? Path => Diagnostic.Path;

    public string? Expected => Diagnostic.Expected;

    public string? Found => Diagnostic.Actual;

    /// <summary>How many more bytes are needed at least, where the bytes so far tell.</summary>
    public int? BytesNeeded { get; init; }

    public override string ToString() => Diagnostic.ToString();
}
