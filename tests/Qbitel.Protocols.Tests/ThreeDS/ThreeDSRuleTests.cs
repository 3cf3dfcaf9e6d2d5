using System.Text;
using Qbitel.Protocols.Identification;
using Qbitel.Protocols.ThreeDS;
using Qbitel.Protocols.ThreeDS.Rules;

namespace Qbitel.Protocols.Tests.ThreeDS;

/// <summary>One fault each, its code, its number in an error message and its place.</summary>
public sealed class ThreeDSRuleTests
{
    [Theory]
    [InlineData("\"AReq\"", "\"PaReq\"", "ThreeDS.MessageType", 101, "/messageType")]
    [InlineData("\"2.2.0\"", "\"1.0.2\"", "ThreeDS.Version", 102, "/messageVersion")]
    [InlineData("\"2.2.0\"", "\"2.1.0\"", "ThreeDS.Version", 102, "/messageVersion")]
    [InlineData("\"2.2.0\"", "\"2.3.0\"", "ThreeDS.Version", 102, "/messageVersion")]
    [InlineData("\"messageVersion\": \"2.2.0\",", "", "ThreeDS.Required", 201, "/messageVersion")]
    [InlineData("\"threeDSRequestorID\": \"az0123456789\",", "", "ThreeDS.Required", 201, "/threeDSRequestorID")]
    [InlineData("\"mcc\": \"5411\",", "", "ThreeDS.Required", 201, "/mcc")]
    [InlineData("\"purchaseDate\": \"20261122120000\",", "", "ThreeDS.Required", 201, "/purchaseDate")]
    [InlineData("\"browserUserAgent\": \"Mozilla/5.0\",", "", "ThreeDS.Required", 201, "/browserUserAgent")]
    [InlineData("\"browserTZ\": \"-60\",", "", "ThreeDS.Required", 201, "/browserTZ")]
    [InlineData("\"criticalityIndicator\": false", "\"criticalityIndicator\": true", "ThreeDS.CriticalExtension", 202,
        "/messageExtension/0")]
    [InlineData("\"id\": \"EX-1\", ", "", "ThreeDS.Required", 201, "/messageExtension/0/id")]
    [InlineData("\"mcc\": \"5411\"", "\"mcc\": \"54\"", "ThreeDS.Format", 203, "/mcc")]
    [InlineData("\"mcc\": \"5411\"", "\"mcc\": 5411", "ThreeDS.Format", 203, "/mcc")]
    [InlineData("\"mcc\": \"5411\"", "\"mcc\": null", "ThreeDS.Format", 203, "/mcc")]
    [InlineData("\"mcc\": \"5411\"", "\"mcc\": \"\"", "ThreeDS.Format", 203, "/mcc")]
    [InlineData("20261122120000", "20261322120000", "ThreeDS.Format", 203, "/purchaseDate")]
    [InlineData("20261122120000", "20270229120000", "ThreeDS.Format", 203, "/purchaseDate")]
    [InlineData("192.0.2.1", "999.1.1.1", "ThreeDS.Format", 203, "/browserIP")]
    [InlineData("192.0.2.1", "2001:db8::g", "ThreeDS.Format", 203, "/browserIP")]
    [InlineData("\"purchaseExponent\": \"2\"", "\"purchaseExponent\": \"two\"", "ThreeDS.Format", 203,
        "/purchaseExponent")]
    [InlineData("8a880dc0-d2d2", "8a880dc0d2d2-", "ThreeDS.Format", 203, "/threeDSServerTransID")]
    [InlineData("\"chAccDate\": \"20200131\"", "\"chAccDate\": \"2020-01-31\"", "ThreeDS.Format", 203,
        "/acctInfo/chAccDate")]
    [InlineData("https://merchant.example/n", "merchant", "ThreeDS.Format", 203, "/notificationURL")]
    [InlineData("\"browserJavaEnabled\": false", "\"browserJavaEnabled\": \"false\"", "ThreeDS.Format", 203,
        "/browserJavaEnabled")]
    [InlineData("\"transType\": \"01\"", "\"transType\": \"02\"", "ThreeDS.Format", 203, "/transType")]
    [InlineData("\"transType\": \"01\"", "\"extra\": \"01\"", "ThreeDS.UnknownField", 203, "/extra")]
    [InlineData("\"transType\": \"01\"", "\"eci\": \"05\"", "ThreeDS.UnknownField", 203, "/eci")]
    [InlineData("\"transType\": \"01\"", "\"trustListStatus\": \"Y\"", "ThreeDS.UnknownField", 203, "/trustListStatus")]
    [InlineData("\"transType\": \"01\"", "\"mcc\": \"5411\"", "ThreeDS.Duplicate", 204, "/mcc")]
    [InlineData("\"transType\": \"01\"", "\"m\\u0063c\": \"5411\"", "ThreeDS.Duplicate", 204, "/mcc")]
    [InlineData("\"978\"", "\"666\"", "ThreeDS.IsoCode", 304, "/purchaseCurrency")]
    public void A_fault_is_told_where_it_is(string old, string next, string code, int number, string path)
    {
        byte[] bytes = ThreeDSText.With(ThreeDSText.AReq, old, next);
        Diagnostic finding =
            Assert.Single(ThreeDSMessage.Parse(bytes).Validate(), each => each.Severity == Severity.Error);

        Assert.Equal((code, path, (int?)number), (finding.Code, finding.Path, ThreeDSErrorCodes.Of(finding)));
        Assert.NotNull(ThreeDSErrorCodes.Describe(number));
        int offset = (int)finding.Offset!.Value;
        Assert.Equal(1 + bytes.AsSpan(0, offset).Count((byte)'\n'), finding.Line);
        Assert.False(MessageParser.Parse(bytes).IsValid);
    }

    [Theory]
    [InlineData("\"4000000000000002\"", "\"4000000000000003\"", "ThreeDS.Luhn")]
    [InlineData("\"purchaseExponent\": \"2\"", "\"purchaseExponent\": \"0\"", "ThreeDS.Exponent")]
    [InlineData("\"nbPurchaseAccount\"", "\"nbOfPurchases\"", "ThreeDS.UnknownField")]
    public void What_is_odd_is_a_warning_and_strictly_an_error(string old, string next, string code)
    {
        ThreeDSMessage message = ThreeDSMessage.Parse(ThreeDSText.With(ThreeDSText.AReq, old, next));
        Diagnostic finding = Assert.Single(message.Validate());
        Assert.Equal((code, Severity.Warning), (finding.Code, finding.Severity));
        Assert.Equal(Severity.Error, Assert.Single(message.Validate(ParseMode.Strict)).Severity);
    }

    [Theory]
    [InlineData("\"transStatus\":\"Y\"", "\"transStatus\":\"A\"", "ThreeDS.None", "")]
    [InlineData("\"eci\":\"05\",", "", "ThreeDS.Required", "/eci")]
    [InlineData(",\n\"authenticationValue\":\"AAECAwQFBgcICQoLDA0ODxAREhM=\"", "", "ThreeDS.Required",
        "/authenticationValue")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhM=", "AAAB", "ThreeDS.Format", "/authenticationValue")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhM=", "AAABBBCCCDDDEEEFFFGGGHHHIIIJ", "ThreeDS.Format",
        "/authenticationValue")]
    [InlineData("\"transStatus\":\"Y\"", "\"transStatus\":\"N\"", "ThreeDS.Required", "/transStatusReason")]
    [InlineData("\"transStatus\":\"Y\"", "\"transStatus\":\"R\"", "ThreeDS.Required", "/transStatusReason")]
    [InlineData("\"transStatus\":\"Y\"", "\"transStatus\":\"D\"", "ThreeDS.Required", "/acsDecConInd")]
    [InlineData("\"transStatus\":\"Y\"", "\"transStatus\":\"S\"", "ThreeDS.Status", "/transStatus")]
    [InlineData("\"transStatus\":\"Y\"", "\"transStatus\":\"Q\"", "ThreeDS.Format", "/transStatus")]
    public void An_answer_has_what_its_status_needs(string old, string next, string code, string path)
    {
        ThreeDSMessage message = ThreeDSMessage.Parse(ThreeDSText.With(
            ThreeDSText.ARes.ReplaceLineEndings("\n"), old, next));
        Diagnostic? finding = message.Validate().FirstOrDefault(each => each.Severity == Severity.Error);
        Assert.Equal((code, path), (finding?.Code ?? "ThreeDS.None", finding?.Path ?? ""));
    }

    [Theory]
    [InlineData("\"acsChallengeMandated\":\"Y\",", "/acsChallengeMandated")]
    [InlineData("\"authenticationType\":\"02\",", "/authenticationType")]
    [InlineData(",\"acsURL\":\"https://acs.example/c\"", "/acsURL")]
    public void A_challenge_has_what_it_needs(string piece, string path)
    {
        ThreeDSMessage message = ThreeDSMessage.Parse(ThreeDSText.With(ThreeDSText.Challenge, piece, ""));
        Diagnostic only = Assert.Single(message.Validate());
        Assert.Equal(("ThreeDS.Required", path), (only.Code, only.Path));
    }

    [Theory]
    [InlineData("C", Severity.Error)]
    [InlineData("D", Severity.Error)]
    [InlineData("S", Severity.Error)]
    [InlineData("I", Severity.Error)]
    [InlineData("U", Severity.Warning)]
    [InlineData("R", Severity.Warning)]
    public void A_final_answer_has_a_final_status(string status, Severity severity)
    {
        ThreeDSMessage message = ThreeDSMessage.Parse(ThreeDSText.With(ThreeDSText.CRes, "\"Y\"}", $"\"{status}\"}}"));
        Diagnostic finding = Assert.Single(message.Validate());
        Assert.Equal(("ThreeDS.Status", severity), (finding.Code, finding.Severity));
    }

    [Fact]
    public void The_channels_need_their_fields()
    {
        ThreeDSMessage app = ThreeDSMessage.Parse(ThreeDSText.With(ThreeDSText.AReq, "\"deviceChannel\": \"02\"",
            "\"deviceChannel\": \"01\""));
        Assert.Equal(["/deviceRenderOptions", "/sdkAppID", "/sdkEphemPubKey", "/sdkMaxTimeout", "/sdkReferenceNumber",
            "/sdkTransID"], app.Validate().Select(each => each.Path).Order(StringComparer.Ordinal));
        ThreeDSMessage own = ThreeDSMessage.Parse(ThreeDSText.With(ThreeDSText.AReq, "\"deviceChannel\": \"02\"",
            "\"deviceChannel\": \"03\""));
        Assert.Equal("/threeRIInd", Assert.Single(own.Validate()).Path);
    }

    [Fact]
    public void An_archive_may_hold_2_1_0()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(ThreeDSText.AReq.Replace("2.2.0", "2.1.0", StringComparison.Ordinal)
            .Replace("\"browserJavascriptEnabled\": true,", "", StringComparison.Ordinal));
        ThreeDSMessage message = ThreeDSMessage.Parse(bytes);

        Assert.Equal(Severity.Info, Assert.Single(message.Validate(ParseMode.Archive)).Severity);
        Assert.Equal(102, ThreeDSErrorCodes.Of(Assert.Single(message.Validate())));
    }

    [Fact]
    public void An_answer_is_held_to_its_request()
    {
        ThreeDSMessage request = ThreeDSMessage.Parse(ThreeDSText.Bytes());
        Assert.Empty(ThreeDSMessage.Parse(ThreeDSText.Bytes(ThreeDSText.ARes)).Validate(request: request));

        ThreeDSMessage other = ThreeDSMessage.Parse(ThreeDSText.With(ThreeDSText.ARes, "8a880dc0", "8a880dc1"));
        Assert.Equal(301, ThreeDSErrorCodes.Of(Assert.Single(other.Validate(request: request))));

        ThreeDSMessage scheme = ThreeDSMessage.Parse(ThreeDSText.With(ThreeDSText.ARes, "\"05\"", "\"02\""));
        Assert.Equal("ThreeDS.Eci", Assert.Single(scheme.Validate(request: request)).Code);
        Assert.Empty(scheme.Validate());

        // No payment: its answer needs no authentication value.
        ThreeDSMessage nonPayment =
            ThreeDSMessage.Parse(ThreeDSText.With(ThreeDSText.AReq, "\"messageCategory\": \"01\"",
            "\"messageCategory\": \"02\""));
        ThreeDSMessage bare = ThreeDSMessage.Parse(ThreeDSText.With(ThreeDSText.ARes.ReplaceLineEndings("\n"),
            ",\"eci\":\"05\",\n\"authenticationValue\":\"AAECAwQFBgcICQoLDA0ODxAREhM=\"", ""));
        Assert.Empty(bare.Validate(request: nonPayment));
        Assert.Equal(2, bare.Validate().Count);
        Assert.True(MessageParser.Parse(bare.ToBytes(), "3ds", new ParseOptions { Profile = "non-payment" }).IsValid);
    }

    [Fact]
    public void Indicators_say_what_their_schemes_say()
    {
        Assert.Equal(EciMeaning.Authenticated, EciTable.MeaningOf(ThreeDSScheme.Mastercard, "02"));
        Assert.Null(EciTable.MeaningOf(ThreeDSScheme.Mastercard, "05"));
        Assert.Equal(EciMeaning.Attempted, EciTable.MeaningOf("06"));
        Assert.Null(EciTable.Describe(ThreeDSScheme.Visa, "02"));
        ThreeDSMessage message = ThreeDSMessage.Parse(ThreeDSText.With(ThreeDSText.ARes, "\"05\"", "\"07\""));
        Assert.Equal("ThreeDS.Eci", Assert.Single(message.Validate()).Code);
    }

    [Fact]
    public void The_tables_agree_with_each_other()
    {
        for (MessageKind kind = MessageKind.AReq; kind <= MessageKind.Method; kind++)
        {
            for (int version = 0; version < VersionRange.Known.Count; version++)
            {
                FieldScope scope = FieldTable.Scope(kind, version);
                Assert.NotEmpty(scope.All);
                foreach (FieldCondition condition in FieldTable.Conditions(kind, version))
                    Assert.All(condition.Fields, field => Assert.NotNull(scope.Find(field)));
            }
        }

        Assert.All(FieldTable.All, rule =>
            Assert.DoesNotContain("a value", (rule.Form.Entry ?? rule.Form).Kind == "any" ? ""
            : rule.Form.Words,
            StringComparison.Ordinal));
        Assert.Distinct(FieldTable.All.SelectMany(rule => Enumerable.Range(0, VersionRange.Known.Count)
            .Where(rule.Versions.Holds).Select(version => (rule.Path, version))));
    }
}
