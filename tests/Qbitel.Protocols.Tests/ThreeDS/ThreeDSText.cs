using System.Text;

namespace Qbitel.Protocols.Tests.ThreeDS;

/// <summary>Messages of our own.</summary>
internal static class ThreeDSText
{
    public const string Transaction = "8a880dc0-d2d2-4067-bcb1-b08d1690b26e";

    /// <summary>A purchase in a browser, with a cardholder and an extension.</summary>
    public const string AReq = """
        {
          "messageType": "AReq",
          "messageVersion": "2.2.0",
          "messageCategory": "01",
          "deviceChannel": "02",
          "threeDSServerTransID": "8a880dc0-d2d2-4067-bcb1-b08d1690b26e",
          "threeDSServerRefNumber": "3DS_LOA_SER_EXMP_020200_00001",
          "threeDSServerURL": "https://3dss.example/results",
          "threeDSRequestorID": "az0123456789",
          "threeDSRequestorName": "Beispiel Handel",
          "threeDSRequestorURL": "https://merchant.example",
          "threeDSRequestorAuthenticationInd": "01",
          "threeDSCompInd": "Y",
          "acctNumber": "4000000000000002",
          "cardExpiryDate": "2812",
          "cardholderName": "Ann\u00e9 Beispiel",
          "email": "anne@mail.example",
          "mobilePhone": { "cc": "49", "subscriber": "1701234567" },
          "billAddrLine1": "Hauptstra\u00dfe 1",
          "billAddrCity": "Frankfurt",
          "billAddrCountry": "276",
          "acctInfo": { "chAccDate": "20200131", "chAccAgeInd": "05", "nbPurchaseAccount": "12" },
          "acquirerBIN": "400551",
          "acquirerMerchantID": "99999999",
          "mcc": "5411",
          "merchantCountryCode": "276",
          "merchantName": "Beispiel",
          "purchaseAmount": "10050",
          "purchaseCurrency": "978",
          "purchaseExponent": "2",
          "purchaseDate": "20261122120000",
          "transType": "01",
          "browserAcceptHeader": "text/html",
          "browserIP": "192.0.2.1",
          "browserJavaEnabled": false,
          "browserJavascriptEnabled": true,
          "browserLanguage": "de",
          "browserColorDepth": "24",
          "browserScreenHeight": "1080",
          "browserScreenWidth": "1920",
          "browserTZ": "-60",
          "browserUserAgent": "Mozilla/5.0",
          "notificationURL": "https://merchant.example/n",
          "messageExtension": [
            { "name": "Loyalty", "id": "EX-1", "criticalityIndicator": false, "data": { "points": 12 } }
          ]
        }
        """;

    public const string ARes = """
        {"messageType":"ARes","messageVersion":"2.2.0",
        "threeDSServerTransID":"8a880dc0-d2d2-4067-bcb1-b08d1690b26e",
        "dsTransID":"f25084f0-5b16-4c0a-ae5d-b24808a95e4b","acsTransID":"d7c1ee99-9478-44a6-b1f2-391e29c6b340",
        "acsReferenceNumber":"ACS_EXMP_1","dsReferenceNumber":"DS_EXMP_1","transStatus":"Y","eci":"05",
        "authenticationValue":"AAECAwQFBgcICQoLDA0ODxAREhM="}
        """;

    public const string Challenge = """
        {"messageType":"ARes","messageVersion":"2.2.0",
        "threeDSServerTransID":"8a880dc0-d2d2-4067-bcb1-b08d1690b26e",
        "dsTransID":"f25084f0-5b16-4c0a-ae5d-b24808a95e4b","acsTransID":"d7c1ee99-9478-44a6-b1f2-391e29c6b340",
        "acsReferenceNumber":"ACS_EXMP_1","dsReferenceNumber":"DS_EXMP_1","transStatus":"C",
        "acsChallengeMandated":"Y","authenticationType":"02","acsURL":"https://acs.example/c"}
        """;

    public const string CReq = """
        {"messageType":"CReq","messageVersion":"2.2.0","threeDSServerTransID":"8a880dc0-d2d2-4067-bcb1-b08d1690b26e",
        "acsTransID":"d7c1ee99-9478-44a6-b1f2-391e29c6b340","challengeWindowSize":"05"}
        """;

    public const string CRes = """
        {"messageType":"CRes","messageVersion":"2.2.0","threeDSServerTransID":"8a880dc0-d2d2-4067-bcb1-b08d1690b26e",
        "acsTransID":"d7c1ee99-9478-44a6-b1f2-391e29c6b340","challengeCompletionInd":"Y","transStatus":"Y"}
        """;

    public const string RReq = """
        {"messageType":"RReq","messageVersion":"2.2.0","messageCategory":"01",
        "threeDSServerTransID":"8a880dc0-d2d2-4067-bcb1-b08d1690b26e",
        "dsTransID":"f25084f0-5b16-4c0a-ae5d-b24808a95e4b","acsTransID":"d7c1ee99-9478-44a6-b1f2-391e29c6b340",
        "transStatus":"N","transStatusReason":"01","interactionCounter":"03","authenticationType":"02"}
        """;

    public const string RRes = """
        {"messageType":"RRes","messageVersion":"2.3.1","threeDSServerTransID":"8a880dc0-d2d2-4067-bcb1-b08d1690b26e",
        "dsTransID":"f25084f0-5b16-4c0a-ae5d-b24808a95e4b","acsTransID":"d7c1ee99-9478-44a6-b1f2-391e29c6b340",
        "resultsStatus":"01"}
        """;

    public const string PReq = """
        {"messageType":"PReq","messageVersion":"2.2.0","threeDSServerTransID":"8a880dc0-d2d2-4067-bcb1-b08d1690b26e",
        "threeDSServerRefNumber":"3DS_EXMP_1","serialNum":"17"}
        """;

    public const string PRes = """
        {"messageType":"PRes","messageVersion":"2.2.0","threeDSServerTransID":"8a880dc0-d2d2-4067-bcb1-b08d1690b26e",
        "dsTransID":"f25084f0-5b16-4c0a-ae5d-b24808a95e4b","dsStartProtocolVersion":"2.1.0",
        "dsEndProtocolVersion":"2.2.0",
        "cardRangeData":[{"startRange":"4000000000000000","endRange":"4000009999999999","actionInd":"A",
        "acsInfoInd":["01","02"],"threeDSMethodURL":"https://acs.example/m"}]}
        """;

    public const string Erro = """
        {"messageType":"Erro","messageVersion":"2.2.0","errorCode":"203","errorComponent":"D",
        "errorDescription":"format","errorDetail":"mcc","errorMessageType":"AReq"}
        """;

    public const string Method = """
        {"threeDSServerTransID":"8a880dc0-d2d2-4067-bcb1-b08d1690b26e",
        "threeDSMethodNotificationURL":"https://merchant.example/done"}
        """;

    public static IReadOnlyList<string> All { get; } =
        [AReq, ARes, Challenge, CReq, CRes, RReq, RRes, PReq, PRes, Erro, Method];

    public static byte[] Bytes(string text = AReq) => Encoding.UTF8.GetBytes(text);

    /// <summary>As a browser posts it.</summary>
    public static byte[] Wrapped(string text, string before = "") =>
        Encoding.ASCII.GetBytes(before + System.Buffers.Text.Base64Url.EncodeToString(Bytes(text)));

    /// <summary>The text with one piece in another's place, which must be there.</summary>
    public static byte[] With(string text, string old, string next) => text.Contains(old, StringComparison.Ordinal)
        ? Bytes(text.Replace(old, next, StringComparison.Ordinal))
        : throw new ArgumentException($"there is no {old}", nameof(old));
}
