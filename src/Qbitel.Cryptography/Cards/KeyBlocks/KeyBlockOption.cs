namespace Qbitel.Cryptography.Cards.KeyBlocks;

/// <summary>An optional block of a key block's header; an unknown one is kept as it is.</summary>
/// <param name="Id">Two characters: KS, KV, TS, LB …</param>
/// <param name="Data">Printable ASCII.</param>
public sealed record KeyBlockOption(string Id, string Data)
{
    /// <summary>The last one, which fills the header to the cipher's block.</summary>
    public const string Padding = "PB";
}
