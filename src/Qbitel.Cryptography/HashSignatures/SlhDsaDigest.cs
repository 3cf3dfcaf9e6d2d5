namespace Qbitel.Cryptography.HashSignatures;

/// <summary>The digest of a message in its three parts: what FORS signs, and the key of the hypertree that does
/// it.</summary>
internal readonly ref struct SlhDsaDigest(ReadOnlySpan<byte> fors, ulong tree, uint leaf)
{
    public ReadOnlySpan<byte> Fors { get; } = fors;

    public ulong Tree { get; } = tree;

    public uint Leaf { get; } = leaf;
}
