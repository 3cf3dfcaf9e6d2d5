namespace Qbitel.Cryptography.Envelopes;

/// <summary>A secret that sender and receiver have already, and its name (RFC 9180, section 5.1.2).</summary>
public sealed class HpkePsk
{
    private const int MinKeySize = 32;

    /// <param name="key">32 bytes or more that nobody can guess; a password is none. The caller zeroes it.</param>
    /// <param name="id">Tells the receiver which secret it is.</param>
    /// <exception cref="ArgumentException">The key is too short, or the name empty.</exception>
    public HpkePsk(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> id)
    {
        if (key.Length < MinKeySize)
        {
            throw new ArgumentException(
                $"A pre-shared key has {MinKeySize} bytes or more; found {key.Length}.", nameof(key));
        }

        if (id.IsEmpty) throw new ArgumentException("A pre-shared key needs a name: the id is empty.", nameof(id));

        Key = key;
        Id = id;
    }

    public ReadOnlyMemory<byte> Id { get; }

    internal ReadOnlyMemory<byte> Key { get; }

    public override string ToString() => "PSK ***";
}
