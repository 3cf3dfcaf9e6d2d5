using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Cards.Emv;

namespace Qbitel.Cryptography.Cards.Vectors;

internal static class EmvOperations
{
    public static JsonObject Arqc(CardItem item)
    {
        (byte[] masterKey, byte[] sessionKey, byte[] cryptogram) = Compute(item);
        return new JsonObject
        {
            ["iccMasterKey"] = Convert.ToHexString(masterKey),
            ["sessionKey"] = Convert.ToHexString(sessionKey),
            ["arqc"] = Convert.ToHexString(cryptogram),
        };
    }

    public static JsonObject VerifyArqc(CardItem item)
    {
        byte[] given = item.Bytes("arqc", EmvCryptogram.Size);
        return new JsonObject { ["valid"] = CryptographicOperations.FixedTimeEquals(Compute(item).Cryptogram, given) };
    }

    public static JsonObject Arpc1(CardItem item)
    {
        byte[] answer = new byte[EmvCryptogram.Size];
        EmvCryptogram.AnswerByMethod1(item.Bytes("key"), item.Bytes("arqc"), item.Bytes("arc"), answer);
        return new JsonObject { ["arpc"] = Convert.ToHexString(answer) };
    }

    public static JsonObject Arpc2(CardItem item)
    {
        byte[] answer = new byte[EmvCryptogram.ShortAnswerSize];
        byte[] proprietary = item.Has("proprietaryAuthData") ? item.Bytes("proprietaryAuthData") : [];
        EmvCryptogram.AnswerByMethod2(item.Bytes("key"), item.Bytes("arqc"), item.Bytes("csu"), proprietary, answer);
        return new JsonObject { ["arpc"] = Convert.ToHexString(answer) };
    }

    private static (byte[] MasterKey, byte[] SessionKey, byte[] Cryptogram) Compute(CardItem item)
    {
        byte[] issuerKey = item.Bytes("issuerMasterKey");
        MasterKeyDerivation derivation = item.Choice(
            "masterKeyDerivation",
            ("A", MasterKeyDerivation.OptionA), ("B", MasterKeyDerivation.OptionB), ("C", MasterKeyDerivation.OptionC));
        bool isAes = derivation == MasterKeyDerivation.OptionC;
        (SessionKeyDerivation session, bool needsAes) = item.Choice(
            "sessionKeyDerivation",
            ("none", (SessionKeyDerivation.None, isAes)), ("csk", (SessionKeyDerivation.CommonSessionKey, false)),
            ("mchip", (SessionKeyDerivation.MChip, false)), ("csk-aes", (SessionKeyDerivation.CommonSessionKey, true)));
        if (isAes != needsAes)
            throw CardItem.Wrong("'sessionKeyDerivation' and 'masterKeyDerivation' are of different ciphers");

        byte[] masterKey = new byte[issuerKey.Length], sessionKey = new byte[issuerKey.Length],
            cryptogram = new byte[EmvCryptogram.Size];
        EmvKeys.DeriveMasterKey(issuerKey, item.Text("pan"), item.Text("panSequence", "00"), derivation, masterKey);
        byte[] unpredictableNumber = session == SessionKeyDerivation.MChip ? item.Bytes("unpredictableNumber") : [];
        EmvKeys.DeriveSessionKey(masterKey, session, item.Bytes("atc"), unpredictableNumber, isAes, sessionKey);

        byte[] data = item.Bytes("transactionData");
        int padding = item.Number("padding", 0, 2);
        if (isAes != (padding == 0)) throw CardItem.Wrong("'padding' must be 0 with an AES key, 1 or 2 with TDEA");

        if (isAes) EmvCryptogram.ComputeAes(sessionKey, data, cryptogram);
        else EmvCryptogram.Compute(sessionKey, data, (MacPadding)padding, cryptogram);
        return (masterKey, sessionKey, cryptogram);
    }
}
