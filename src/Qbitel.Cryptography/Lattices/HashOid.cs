using System.Formats.Asn1;
using System.Globalization;

namespace Qbitel.Cryptography.Lattices;

/// <summary>The identifier of a hash as HashML-DSA signs it: its DER encoding (FIPS 204, section 5.4).</summary>
internal static class HashOid
{
    // The arc of every hash that FIPS 204 names, with its last numbers from SHA-256, 1, to SHAKE256, 12.
    private const string Arc = "2.16.840.1.101.3.4.2.";

    // SHA-256, SHA-384, SHA-512, SHA-224, SHA-512/224, SHA-512/256, SHA3-224, -256, -384, -512, SHAKE128, SHAKE256.
    private static readonly byte[] Sizes = [32, 48, 64, 28, 28, 32, 28, 32, 48, 64, 32, 64];
    private static readonly byte[][] Encodings = [.. Enumerable.Range(1, Sizes.Length).Select(n => Write($"{Arc}{n}"))];

    /// <summary>DER; without a new array for the hashes that FIPS 204 names.</summary>
    public static ReadOnlySpan<byte> Encode(string oid) => NumberOf(oid) is int n ? Encodings[n - 1] : Write(oid);

    /// <exception cref="ArgumentException">A digest of that hash has another size.</exception>
    public static void ThrowIfNotDigest(ReadOnlySpan<byte> digest, string oid, string name)
    {
        if (NumberOf(oid) is int n && digest.Length != Sizes[n - 1])
        {
            throw new ArgumentException(
                $"The digest has {digest.Length} bytes; one of the hash {oid} has {Sizes[n - 1]}.", name);
        }
    }

    private static int? NumberOf(string oid)
    {
        if (!oid.StartsWith(Arc, StringComparison.Ordinal)) return null;

        ReadOnlySpan<char> last = oid.AsSpan(Arc.Length);
        bool isNumber = int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out int n);
        return isNumber && last[0] != '0' && n <= Sizes.Length ? n : null;
    }

    private static byte[] Write(string oid)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(oid);
        return writer.Encode();
    }
}
