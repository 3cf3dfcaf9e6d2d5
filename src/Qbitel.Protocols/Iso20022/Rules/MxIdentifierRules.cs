using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Qbitel.Protocols.Identifiers;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022.Rules;

/// <summary>Identifiers with a form or check digits of their own, and amounts by their currency.</summary>
internal static class MxIdentifierRules
{
    // The longest, an IBAN and a UETR, have 34 and 36 characters.
    private const int LongestIdentifier = 40;

    /// <param name="text">The message.</param>
    /// <param name="node">A value.</param>
    /// <param name="name">The number of its name, which is that of an identifier.</param>
    /// <param name="findings">What is wrong is added.</param>
    /// <param name="rented">See <see cref="MxText.Value(int, ref byte[])"/>.</param>
    public static void Check(MxText text, int node, int name, MxFindings findings, ref byte[]? rented)
    {
        switch (name)
        {
            case MxNames.Iban when !Holds(Iban.IsValid, text, node, ref rented):
                Add(findings, "Mx.Iban", text, node, "the IBAN is not one: length of the country or check digits",
                    "an IBAN (ISO 13616)", Redaction.Account);
                break;
            case MxNames.Bicfi or MxNames.Bic or MxNames.BicOrBei or MxNames.AnyBic
                when !Holds(Bic.IsValid, text, node, ref rented):
                Add(findings, "Mx.Bic", text, node, "the BIC is not one", "a BIC (ISO 9362)", Redaction.None);
                break;
            case MxNames.Lei when !Holds(Lei.IsValid, text, node, ref rented):
                Add(findings, "Mx.Lei", text, node, "the LEI's check digits are wrong", "an LEI (ISO 17442)",
                    Redaction.None);
                break;
            case MxNames.Uetr when !Holds(Uetr.IsValid, text, node, ref rented):
                Add(findings, "Mx.Uetr", text, node, "the UETR is not one", "a version 4 UUID in lower case",
                    Redaction.None);
                break;
            default:
                break;
        }
    }

    private delegate bool Rule(ReadOnlySpan<char> text);

    private static bool Holds(Rule rule, MxText text, int node, ref byte[]? rented)
    {
        ReadOnlySpan<byte> value = text.Value(node, ref rented);
        Span<char> characters = stackalloc char[LongestIdentifier];
        return value.Length <= LongestIdentifier && System.Text.Ascii.IsValid(value)
            && rule(characters[..Encoding.Latin1.GetChars(value, characters)]);
    }

    public static void Amount(MxText text, int node, MxFindings findings, ref byte[]? rented)
    {
        int attribute = text.Attribute(node, "Ccy"u8);
        if (attribute < 0) return;

        ReadOnlySpan<byte> code = text.Value(in text.Attributes[attribute], ref rented);
        Span<char> characters = stackalloc char[3];
        Currency? currency = null;
        bool isKnown = code.Length == 3 && System.Text.Ascii.IsValid(code)
            && Currency.TryParse(characters[..Encoding.Latin1.GetChars(code, characters)], out currency);
        if (!isKnown || currency is null)
        {
            findings.AddAttribute("Mx.Currency", node, attribute, "the currency is not known", "a code of ISO 4217",
                Redaction.None.Mask(code));
            return;
        }

        if (currency.Exponent is not { } exponent) return;
        ReadOnlySpan<byte> value = text.Value(node, ref rented).Trim(MxCharacters.Space);
        int point = value.IndexOf((byte)'.');
        if (point < 0) return;

        ReadOnlySpan<byte> decimals = value[(point + 1)..].TrimEnd((byte)'0');
        if (decimals.Length <= exponent || !Utf8Parser.TryParse(value, out decimal _, out int read)
            || read != value.Length)
        {
            return; // what is no number is the schema's to say
        }

        findings.AddValue("Mx.AmountDecimals", node, "the amount has more decimals than its currency",
            $"at most {exponent.ToString(CultureInfo.InvariantCulture)}", Redaction.None.Mask(value));
    }

    private static void Add(MxFindings findings, string code, MxText text, int node, string message, string expected,
        Redaction redaction) =>
        findings.AddValue(code, node, message, expected, redaction.Mask(text.ValueText(node)));
}
