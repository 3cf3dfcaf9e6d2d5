using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Qbitel.Cryptography;

namespace Qbitel.Hsm.Pkcs11;

/// <summary>
/// The label of a key object: <c>qbitel/ML-DSA-65/2026-11-28T09:00:00.123Z</c>. People read it in the vendor's tools;
/// we find by it, beside the identifier, what the key is and when it was made.
/// </summary>
internal sealed record KeyLabel(string Kind, DateTimeOffset MadeAt)
{
    private const string Prefix = "qbitel/";
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static KeyLabel Of(string kind, TimeProvider time) =>

        // The time as the label can hold it, so that the description is the same before and after.
        new(kind, DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()));

    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out KeyLabel? label)
    {
        label = null;
        string text = System.Text.Encoding.UTF8.GetString(bytes);
        int slash = text.LastIndexOf('/');
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || slash <= Prefix.Length) return false;
        if (!DateTimeOffset.TryParseExact(text.AsSpan(slash + 1), Form, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out DateTimeOffset madeAt))
        {
            return false;
        }

        label = new KeyLabel(text[Prefix.Length..slash], madeAt);
        return true;
    }

    public KeyMechanism? Mechanism() =>
        KeyAlgorithm.TryParse(Kind, out KeyAlgorithm? known) && known.Name == Kind ? KeyMechanism.Of(known) : null;

    public override string ToString() =>
        $"{Prefix}{Kind}/{MadeAt.UtcDateTime.ToString(Form, CultureInfo.InvariantCulture)}";
}
