using System.Text.Json.Nodes;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards.KeyBlocks;

namespace Qbitel.Cryptography.Cards.Vectors;

internal static class KeyOperations
{
    public static JsonObject Unwrap(CardItem item)
    {
        using KeyBlock block = KeyBlock.Unwrap(item.Bytes("kbpk"), item.Text("keyBlock"));
        return new JsonObject
        {
            ["key"] = Convert.ToHexString(block.Key),
            ["version"] = block.Header.Version.ToString(),
            ["usage"] = block.Header.Usage,
            ["algorithm"] = block.Header.Algorithm.ToString(),
            ["mode"] = block.Header.Mode.ToString(),
            ["exportability"] = block.Header.Exportability.ToString(),
            ["optionalBlocks"] = new JsonArray([.. block.Header.Options.Select(option => (JsonNode)option.Id)]),
        };
    }

    public static JsonObject Wrap(CardItem item) =>
        new()
        {
            ["keyBlock"] = KeyBlock.Wrap(item.Bytes("kbpk"), item.Text("header"), item.Bytes("key"),
            item.Bytes("pad"))
        };

    public static JsonObject Derive(CardItem item)
    {
        char version = item.Choice("version", ("A", 'A'), ("B", 'B'), ("C", 'C'), ("D", 'D'), ("E", 'E'));
        KeyBlockProtection protection = new(
            version, item.Bytes("kbpk"), stackalloc byte[KeyBlockProtection.BufferSize]);
        return new JsonObject
        {
            ["kbek"] = Convert.ToHexString(protection.EncryptionKey),
            ["kbak"] = Convert.ToHexString(protection.MacKey),
        };
    }

    public static JsonObject Mac(CardItem item)
    {
        byte[] key = item.Bytes("key"), data = item.Bytes("data");
        string algorithm = item.Text("algorithm");
        if (algorithm == "cmac-aes")
        {
            Digits.RequireKey(key, "key", 16, 24, 32);
            AesCipher aes = new(key);
            byte[] whole = new byte[16];
            Cmac.Compute(aes, data, whole);
            aes.Clear();
            return Truncated(whole, item.Number("length", 4, 16));
        }

        bool isCmac = item.Choice("algorithm", ("iso9797-3", false), ("cmac-tdes", true));
        if (isCmac) Digits.RequireKey(key, "key", 16, 24);
        else Digits.RequireKey(key, "key", 16);

        TripleDes cipher = new(key);
        ulong mac = isCmac ? Cmac.Compute(cipher, data) : RetailMac.Compute(cipher, data, item.Padding("padding"));
        return Truncated(Convert.FromHexString(mac.ToString("X16", null)), item.Number("length", 4, 8));
    }

    public static JsonObject CheckValue(CardItem item)
    {
        byte[] key = item.Bytes("key");
        bool isAes = item.Choice("algorithm", ("tdes", false), ("aes-cmac", true));
        if (isAes) Digits.RequireKey(key, "key", 16, 24, 32);
        else Digits.RequireKey(key, "key", 8, 16, 24);
        return new JsonObject
        {
            ["kcv"] = Convert.ToHexString(isAes ? KeyCheckValue.OfAes(key) : KeyCheckValue.OfTripleDes(key))
        };
    }

    private static JsonObject Truncated(byte[] mac, int size) =>
        new() { ["mac"] = Convert.ToHexString(mac.AsSpan(0, size)) };
}
