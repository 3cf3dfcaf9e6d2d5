using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards.Dukpt;

namespace Qbitel.Cryptography.Cards.Vectors;

internal static class DukptOperations
{
    private static readonly (string Name, AesDukptKeyType Value)[] KeyTypes =
    [
        ("2TDEA", AesDukptKeyType.TwoKeyTdea), ("3TDEA", AesDukptKeyType.ThreeKeyTdea),
        ("AES128", AesDukptKeyType.Aes128),
        ("AES192", AesDukptKeyType.Aes192), ("AES256", AesDukptKeyType.Aes256),
    ];

    private static readonly (string Name, AesDukptKeyUse Value)[] KeyUses =
    [
        ("keyEncryption", AesDukptKeyUse.KeyEncryption), ("pinEncryption", AesDukptKeyUse.PinEncryption),
        ("macGeneration", AesDukptKeyUse.MacGeneration), ("macVerification", AesDukptKeyUse.MacVerification),
        ("macBoth", AesDukptKeyUse.MacBothWays), ("dataEncryptionEncrypt", AesDukptKeyUse.DataEncryption),
        ("dataEncryptionDecrypt", AesDukptKeyUse.DataDecryption), ("dataEncryptionBoth", AesDukptKeyUse.DataBothWays),
    ];

    public static JsonObject DeriveTdes(CardItem item)
    {
        byte[] baseKey = item.Bytes("bdk"), initialKey = new byte[TdesDukpt.KeySize];
        TdesKsn ksn = TdesKsn.Parse(item.Bytes("ksn"));
        TdesDukpt.DeriveInitialKey(baseKey, ksn, initialKey);
        return new JsonObject
        {
            ["initialKey"] = Convert.ToHexString(initialKey),
            ["transactionKey"] = Key(TdesKeyUse.Transaction),
            ["pinKey"] = Key(TdesKeyUse.Pin),
            ["macRequestKey"] = Key(TdesKeyUse.MacRequest),
            ["macResponseKey"] = Key(TdesKeyUse.MacResponse),
            ["dataRequestKey"] = Key(TdesKeyUse.DataRequest),
            ["dataResponseKey"] = Key(TdesKeyUse.DataResponse),
        };

        string Key(TdesKeyUse use) => Convert.ToHexString(TdesKey(baseKey, ksn, use));
    }

    public static JsonObject EncryptPinTdes(CardItem item)
    {
        byte[] block = new byte[PinBlock.Size];
        PinBlock.Encode(PinBlockFormat.Iso0, item.Text("pin"), item.Text("pan"), block);
        TripleDes cipher = new(TdesKey(item.Bytes("bdk"), TdesKsn.Parse(item.Bytes("ksn")), TdesKeyUse.Pin));
        ulong encrypted = cipher.Encrypt(BinaryPrimitives.ReadUInt64BigEndian(block));
        return new JsonObject
        {
            ["clearPinBlock"] = Convert.ToHexString(block),
            ["encryptedPinBlock"] = encrypted.ToString("X16", null)
        };
    }

    public static JsonObject MacTdes(CardItem item)
    {
        TdesKeyUse use = item.Choice("direction", ("request", TdesKeyUse.MacRequest),
            ("response", TdesKeyUse.MacResponse));
        TripleDes cipher = new(TdesKey(item.Bytes("bdk"), TdesKsn.Parse(item.Bytes("ksn")), use));
        byte[] data = item.Bytes("data");
        bool isCmac = item.Choice("algorithm", ("iso9797-3", false), ("cmac", true));
        ulong mac = isCmac ? Cmac.Compute(cipher, data) : RetailMac.Compute(cipher, data, item.Padding("padding"));
        return new JsonObject { ["mac"] = mac.ToString("X16", null)[..(2 * item.Number("length", 4, 8))] };
    }

    public static JsonObject EncryptDataTdes(CardItem item)
    {
        TdesKeyUse use = item.Choice("direction", ("request", TdesKeyUse.DataRequest),
            ("response", TdesKeyUse.DataResponse));
        TripleDes cipher = new(TdesKey(item.Bytes("bdk"), TdesKsn.Parse(item.Bytes("ksn")), use));
        byte[] data = item.Bytes("data");
        if (data.Length == 0 || data.Length % 8 != 0) throw CardItem.Wrong("'data' must have whole blocks of 8 bytes");

        ulong state = BinaryPrimitives.ReadUInt64BigEndian(item.Bytes("iv", 8));
        for (int i = 0; i < data.Length; i += 8)
        {
            state = cipher.Encrypt(state ^ BinaryPrimitives.ReadUInt64BigEndian(data.AsSpan(i)));
            BinaryPrimitives.WriteUInt64BigEndian(data.AsSpan(i), state);
        }

        return new JsonObject { ["ciphertext"] = Convert.ToHexString(data) };
    }

    public static JsonObject DeriveAes(CardItem item)
    {
        AesKsn ksn = AesKsn.Parse(item.Bytes("ksn"));
        (byte[] initialKey, byte[] transactionKey) = AesKeys(item, ksn);
        JsonObject workingKeys = [];
        foreach (JsonElement wanted in item.Items("workingKeys"))
        {
            if (wanted.ValueKind != JsonValueKind.Object) throw CardItem.Wrong("'workingKeys' must hold objects");
            CardItem key = new(wanted);
            string name = $"{key.Text("usage")}/{key.Text("algorithm")}";
            byte[] derived = WorkingKey(transactionKey, ksn, key.Choice("usage", KeyUses),
                key.Choice("algorithm", KeyTypes));
            workingKeys[name] = Convert.ToHexString(derived);
        }

        return new JsonObject
        {
            ["initialKey"] = Convert.ToHexString(initialKey),
            ["transactionKey"] = Convert.ToHexString(transactionKey),
            ["workingKeys"] = workingKeys,
        };
    }

    public static JsonObject EncryptPinAes(CardItem item)
    {
        AesKsn ksn = AesKsn.Parse(item.Bytes("ksn"));
        AesDukptKeyType type = item.Choice("pinKeyType", KeyTypes);
        if (type < AesDukptKeyType.Aes128)
            throw CardItem.Wrong("'pinKeyType' must be one of AES: format 4 has blocks of 16 bytes");

        byte[] key = WorkingKey(AesKeys(item, ksn).TransactionKey, ksn, AesDukptKeyUse.PinEncryption, type);
        JsonObject answer = ValueOperations.Fields(item);
        byte[] block = new byte[PinBlock4.Size];
        PinBlock4.Encrypt(key, item.Text("pin"), item.Text("pan"), item.Bytes("random"), block);
        answer["encryptedPinBlock"] = Convert.ToHexString(block);
        return answer;
    }

    public static JsonObject UpdateKeyAes(CardItem item)
    {
        AesDukptKeyType type = item.Choice("algorithm", KeyTypes);
        byte[] key = new byte[AesDukpt.SizeOf(type)];
        ulong initialKeyId = BinaryPrimitives.ReadUInt64BigEndian(item.Bytes("initialKeyId", AesKsn.InitialKeyIdSize));
        AesDukpt.DeriveUpdateKey(item.Bytes("initialKey"), initialKeyId, type, key);
        return new JsonObject { ["key"] = Convert.ToHexString(key) };
    }

    private static byte[] TdesKey(byte[] baseKey, TdesKsn ksn, TdesKeyUse use)
    {
        byte[] key = new byte[TdesDukpt.KeySize];
        TdesDukpt.Derive(baseKey, ksn, use, key);
        return key;
    }

    private static (byte[] InitialKey, byte[] TransactionKey) AesKeys(CardItem item, AesKsn ksn)
    {
        byte[] baseKey = item.Bytes("bdk"), initialKey = new byte[baseKey.Length],
            transactionKey = new byte[baseKey.Length];
        AesDukpt.DeriveInitialKey(baseKey, ksn, initialKey);
        AesDukpt.DeriveTransactionKey(initialKey, ksn, transactionKey);
        return (initialKey, transactionKey);
    }

    private static byte[] WorkingKey(byte[] transactionKey, AesKsn ksn, AesDukptKeyUse use, AesDukptKeyType type)
    {
        byte[] key = new byte[AesDukpt.SizeOf(type)];
        AesDukpt.DeriveWorkingKey(transactionKey, ksn, use, type, key);
        return key;
    }
}
