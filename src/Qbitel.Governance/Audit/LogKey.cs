using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Qbitel.Cryptography;

namespace Qbitel.Governance.Audit;

/// <summary>A public key that signs checkpoints, under the name of its log: the line C2SP signed-note calls a verifier
/// key.</summary>
public sealed class LogKey : IEquatable<LogKey>
{
    // C2SP signed-note, "Signature types": 0x01 is Ed25519; types without a byte of their own are 0xff and a longer
    // name.
    private static readonly (SignatureAlgorithm Algorithm, byte[] Type)[] Types =
    [
        (SignatureAlgorithm.Ed25519, [0x01]),
        (SignatureAlgorithm.MLDsa65, [0xff, .. "qbitel/ml-dsa-65"u8]),
        (SignatureAlgorithm.MLDsa87, [0xff, .. "qbitel/ml-dsa-87"u8]),
    ];

    private static readonly byte[] NoteContext = [.. "qbitel/signed-note"u8];

    private readonly byte[] _publicKey;

    /// <exception cref="ArgumentException">The algorithm signs no checkpoints, or the key is not of its
    /// size.</exception>
    public LogKey(string name, SignatureAlgorithm algorithm, ReadOnlySpan<byte> publicKey)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        if (!Checkpoint.IsOrigin(name))
            throw new ArgumentException("The name of a key has no spaces or plus signs.", nameof(name));
        byte[] type = TypeOf(algorithm)
            ?? throw new ArgumentException(
                $"{algorithm} signs no checkpoints; {string.Join(", ", Types.Select(t => t.Algorithm))} do.",
                nameof(algorithm));
        if (publicKey.Length != algorithm.PublicKeySize)
        {
            throw new ArgumentException(
                $"An {algorithm} public key has {algorithm.PublicKeySize} bytes, not {publicKey.Length}.",
                nameof(publicKey));
        }

        Name = name;
        Algorithm = algorithm;
        _publicKey = publicKey.ToArray();
        Digest id = Digest.Of([.. Encoding.UTF8.GetBytes(name), (byte)'\n', .. type, .. publicKey]);
        KeyId = BinaryPrimitives.ReadUInt32BigEndian(id.ToArray());
    }

    public string Name { get; }

    public SignatureAlgorithm Algorithm { get; }

    public ReadOnlyMemory<byte> PublicKey => _publicKey;

    /// <summary>The first four bytes of SHA-256(name || newline || signature type || public key).</summary>
    public uint KeyId { get; }

    /// <summary>Whether its signatures outlast a quantum computer.</summary>
    public bool IsQuantumSafe => Algorithm.IsQuantumSafe;

    /// <summary>What an ML-DSA signature of a note is bound to (FIPS 204, section 5.2); Ed25519 notes have no
    /// context.</summary>
    internal static ReadOnlyMemory<byte> Context(SignatureAlgorithm algorithm) =>
        algorithm.IsQuantumSafe ? NoteContext : ReadOnlyMemory<byte>.Empty;

    public static bool Supports(SignatureAlgorithm algorithm) => TypeOf(algorithm) is not null;

    /// <summary>Reads <c>name+keyid+base64(type || key)</c>; the key id must be the one of the key.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out LogKey? key, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        key = null;
        string[] parts = text.Split('+', 3);
        if (parts.Length != 3 || !Checkpoint.IsOrigin(parts[0]) || parts[1].Length != 8
            || !Checkpoint.TryParseBase64(parts[2], out byte[]? body))
        {
            error = "expected name+keyid+base64";
            return false;
        }

        foreach ((SignatureAlgorithm algorithm, byte[] type) in Types)
        {
            if (!body.AsSpan().StartsWith(type) || body.Length != type.Length + algorithm.PublicKeySize) continue;

            LogKey read = new(parts[0], algorithm, body.AsSpan(type.Length));
            key = read.ToString() == text ? read : null;
            error = key is null ? "the key id is not the one of this name and key" : null;
            return key is not null;
        }

        error = $"expected a key of type {string.Join(", ", Types.Select(t => t.Algorithm))}";
        return false;
    }

    public bool Equals(LogKey? other) =>
        other is not null && Name == other.Name && Algorithm == other.Algorithm
            && _publicKey.AsSpan().SequenceEqual(other._publicKey);

    public override bool Equals(object? obj) => Equals(obj as LogKey);

    public override int GetHashCode() => (int)(KeyId & int.MaxValue);

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Name}+{KeyId:x8}+{Convert.ToBase64String([.. TypeOf(Algorithm)!, .. _publicKey])}");

    private static byte[]? TypeOf(SignatureAlgorithm algorithm) =>
        Types.FirstOrDefault(t => t.Algorithm == algorithm).Type;
}
