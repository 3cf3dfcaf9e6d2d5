using System.Text.Json.Nodes;

namespace Qbitel.Cryptography.Cards.Vectors;

internal static class ValueOperations
{
    public static JsonObject Cvv(CardItem item)
    {
        char[] value = new char[item.Number("length", 3, 5)];
        CardVerificationValue.Compute(item.Bytes("cvk"), item.Text("pan"), item.Text("expiry"),
            item.Text("serviceCode"), value);
        return new JsonObject { ["value"] = new string(value) };
    }

    public static JsonObject Cavv(CardItem item)
    {
        char[] value = new char[3];
        CardVerificationValue.ComputeCavv(
            item.Bytes("key"), item.Text("pan"), item.Text("unpredictableNumber"), item.Text("authResultCode"),
            item.Text("secondFactorAuthCode"), value);
        return new JsonObject { ["value"] = new string(value) };
    }

    public static JsonObject Pvv(CardItem item)
    {
        char[] value = new char[PinVerificationValue.Size];
        PinVerificationValue.Compute(item.Bytes("pvk"), item.Text("pvki"), item.Text("pan"), item.Text("pin"), value);
        return new JsonObject { ["value"] = new string(value) };
    }

    public static JsonObject Ibm3624(CardItem item)
    {
        string offset = item.Text("offset");
        char[] pin = new char[offset.Length];
        Ibm3624Pin.Compute(item.Bytes("pvk"), item.Text("decimalisation"), item.Text("validationData"), offset, pin);
        return new JsonObject { ["pin"] = new string(pin) };
    }

    public static JsonObject EncodePin(CardItem item)
    {
        PinBlockFormat format = Format(item);
        if (format == PinBlockFormat.Iso4)
        {
            JsonObject answer = Fields(item);
            byte[] encrypted = new byte[PinBlock4.Size];
            PinBlock4.Encrypt(item.Bytes("key"), item.Text("pin"), item.Text("pan"), item.Bytes("random"), encrypted);
            answer["pinBlock"] = Convert.ToHexString(encrypted);
            return answer;
        }

        byte[] fill = format is PinBlockFormat.Iso1 or PinBlockFormat.Iso3 ? Nibbles(item.Text("fill")) : [];
        byte[] block = new byte[PinBlock.Size];
        PinBlock.Encode(format, item.Text("pin"), Pan(item, format), fill, block);
        return new JsonObject { ["pinBlock"] = Convert.ToHexString(block) };
    }

    public static JsonObject DecodePin(CardItem item)
    {
        PinBlockFormat format = Format(item);
        char[] pin = new char[PinBlock.MaxPin];
        int length = format == PinBlockFormat.Iso4
            ? PinBlock4.Decrypt(item.Bytes("key"), item.Bytes("pinBlock"), item.Text("pan"), pin)
            : PinBlock.Decode(format, item.Bytes("pinBlock"), Pan(item, format), pin);
        return new JsonObject { ["pin"] = new string(pin, 0, length) };
    }

    /// <summary>The two clear fields of format 4.</summary>
    public static JsonObject Fields(CardItem item)
    {
        byte[] pinField = new byte[PinBlock4.Size], panField = new byte[PinBlock4.Size];
        PinBlock4.WritePinField(item.Text("pin"), item.Bytes("random"), pinField);
        PinBlock4.WritePanField(item.Text("pan"), panField);
        return new JsonObject
        {
            ["pinField"] = Convert.ToHexString(pinField),
            ["panField"] = Convert.ToHexString(panField)
        };
    }

    private static PinBlockFormat Format(CardItem item) => (PinBlockFormat)item.Number("format", 0, 4);

    private static string Pan(CardItem item, PinBlockFormat format) =>
        format is PinBlockFormat.Iso0 or PinBlockFormat.Iso3 ? item.Text("pan") : "";

    private static byte[] Nibbles(string text) =>
        [.. text.Select(c =>
            char.IsAsciiHexDigitUpper(c) ? (byte)(c <= '9' ? c - '0' : c - 'A' + 10)
            : throw CardItem.Wrong("'fill' must be upper-case hexadecimal"))];
}
