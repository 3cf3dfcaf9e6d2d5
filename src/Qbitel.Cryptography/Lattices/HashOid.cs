using System.Formats.Asn1;

namespace Qbitel.Cryptography.Lattices;

/// <summary>The identifier of a hash as HashML-DSA signs it: its DER encoding (FIPS 204, section 5.4).</summary>
internal static class HashOid
{
    // 2.16.840.1.101.3.4.2: the arc of every hash that FIPS 204 names, from SHA-256, 1, to SHAKE256, 12.
    private const string Arc = "2.16.840.1.101.3.4.2.";
    private const int Members = 12;
    private static readonly byte[][] Known = [.. Enumerable.Range(1, Members).Select(n => Write($"{Arc}{n}"))];

    public static ReadOnlySpan<byte> Encode(string oid)
    {
        // Without a new array for those.
        bool isKnown = oid.StartsWith(Arc, StringComparison.Ordinal)
            & int.TryParse(oid.AsSpan(Math.Min(Arc.Length, oid.Length)), System.Globalization.NumberStyles.None, null, out int n)
            && n is >= 1 and <= Members && oid[Arc.Length] != '0';
        return isKnown ? Known[n - 1] : Write(oid);
    }

    private static byte[] Write(string oid)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(oid);
        return writer.Encode();
    }
}
