using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography.Lattices;
using Qbitel.Protocols.Fix;

namespace Qbitel.Protocols.Tests.Fix;

public sealed class FixSignatureTests
{
    private static readonly MLDsa Key = ManagedMLDsa.ImportMLDsaPrivateSeed(MLDsaAlgorithm.MLDsa44, new byte[32]);

    private static readonly MLDsa Other =
        ManagedMLDsa.ImportMLDsaPrivateSeed(MLDsaAlgorithm.MLDsa44, [.. Enumerable.Repeat((byte)1, 32)]);

    private static readonly FixMessage Signed = FixMessage.Parse(FixText.Frame(FixText.Order)).Sign(Key);

    [Fact]
    public void A_signed_message_is_valid_and_verifies()
    {
        Assert.Empty(Signed.Validate(ParseMode.Strict));
        Assert.True(Signed.Verify(Key));
        Assert.False(Signed.Verify(Other));
        FixMessage read = new FixParser("FIX.4.4").ParseAndVerify(Signed.ToBytes(), Key);
        Assert.Equal(Signed.ToBytes(), read.ToBytes());
        Assert.Equal("3227", read.GetField(93));
        Assert.Equal(3227, read.ValueOf(read.Find(89)!.Value).Length);
    }

    [Fact]
    public void What_is_signed_is_what_the_documentation_says()
    {
        byte[] bytes = Signed.ToBytes();
        string text = Encoding.Latin1.GetString(bytes);
        int from = text.IndexOf("35=", StringComparison.Ordinal);
        int to = text.IndexOf("93=3227\u0001", StringComparison.Ordinal);
        byte[] signature = Base64Url.DecodeFromChars(Signed.GetField(89));
        Assert.True(Key.VerifyData(bytes.AsSpan(from..to), signature, "FIX signature 1 FIX.4.4"u8));
    }

    [Fact]
    public void Any_changed_byte_is_refused_though_length_and_sum_are_made_right_again()
    {
        byte[] bytes = Signed.ToBytes();
        int body = bytes.AsSpan().IndexOf("35="u8);
        FixParser parser = new();
        foreach (int at in Enumerable.Range(body, bytes.Length - 7 - body).Where(at => at < 260 || at % 97 == 0))
        {
            byte[] changed = [.. bytes];
            changed[at] ^= 1;
            byte[] framed = FixMessage.Frame(FixVersion.Fix44, changed.AsSpan(body..^7));
            bool verified = parser.TryParseAndVerify(framed, Key, out FixMessage message, out ParseError error);
            Assert.False(verified, $"byte {at}");
            Assert.Null(message);
            Assert.NotNull(error.Offset);
        }
    }

    [Fact]
    public void The_version_is_signed_too()
    {
        byte[] body = Signed.ToBytes().AsSpan()[(Signed.ToBytes().AsSpan().IndexOf("35="u8))..^7].ToArray();
        byte[] older = FixMessage.Frame(FixVersion.Fix42, body);
        Assert.False(new FixParser().TryParseAndVerify(older, Key, out _, out ParseError error));
        Assert.Equal("Fix.SignatureProblem", error.Code);
        Assert.Equal(FixRejectReason.SignatureProblem, FixRejectReasons.Of(error.Diagnostic));
    }

    [Theory]
    [InlineData("")]
    [InlineData("93=3|89=abc|")]
    [InlineData("93=3227|")]
    public void No_signature_of_the_keys_size_is_refused(string trailer)
    {
        byte[] bytes = FixText.Frame(FixText.Order + trailer);
        Assert.False(new FixParser().TryParseAndVerify(bytes, Key, out _, out ParseError error));
        Assert.Equal("Fix.SignatureProblem", error.Code);
        Assert.Throws<MessageFormatException>(() => new FixParser().ParseAndVerify(bytes, Key));
    }

    [Fact]
    public void A_field_after_the_signature_is_refused()
    {
        byte[] body = Signed.ToBytes().AsSpan()[(Signed.ToBytes().AsSpan().IndexOf("35="u8))..^7].ToArray();
        byte[] more = FixMessage.Frame(FixVersion.Fix44, [.. body, .. "58=pay more\u0001"u8]);
        Assert.False(new FixParser().TryParseAndVerify(more, Key, out _, out ParseError error));
        Assert.Equal("Fix.SignatureProblem", error.Code);
    }

    [Fact]
    public void Data_that_reaches_into_the_signature_is_refused_though_it_is_signed()
    {
        // The signer's own software was made to write a length that swallows the signature.
        byte[] body = FixText.Bytes("35=0|49=CLI|95=3240|96=x|");
        byte[] signed = FixSignature.Sign(FixVersion.Fix44, body, Key);
        FixMessage swallowed = FixMessage.Parse(FixMessage.Frame(FixVersion.Fix44, signed));
        Assert.Null(swallowed.Find(89));
        Assert.False(swallowed.Verify(Key));
        Assert.False(new FixParser().TryParseAndVerify(swallowed.RawContent.Span, Key, out _, out ParseError error));
        Assert.Equal("Fix.SignatureProblem", error.Code);
    }

    [Fact]
    public void The_key_is_that_of_the_sender_the_message_names()
    {
        FixParser parser = new();
        Assert.True(parser.TryParseAndVerify(Signed.ToBytes(), sender => sender == "CLI" ? Key : null, out _, out _));
        Assert.False(parser.TryParseAndVerify(Signed.ToBytes(), sender => sender == "CLI" ? Other : Key, out _, out _));
        Assert.False(parser.TryParseAndVerify(Signed.ToBytes(), _ => null, out _, out ParseError error));
        Assert.Equal("Fix.SignatureProblem", error.Code);
    }

    [Fact]
    public void Signing_again_replaces_the_signature()
    {
        FixMessage again = Signed.Sign(Other);
        Assert.True(again.Verify(Other));
        Assert.Equal(1, again.Fields.Count(field => field.Tag == 89));
        Assert.False(Signed.With(38, "200"u8).Verify(Key));
        Assert.True(Signed.With(38, "200"u8).Sign(Key).Verify(Key));
    }

    [Fact]
    public void A_signed_message_with_any_data_in_it_is_read_back()
    {
        FixMessage message = FixMessage.Parse(FixText.Frame(FixText.Order + "354=10|355=a|93=1|89=|")).Sign(Key);
        Assert.True(new FixParser().TryParseAndVerify(message.ToBytes(), Key, out FixMessage read, out _));
        Assert.Equal(message.ToBytes(), read.ToBytes());
    }

    [Theory]
    [InlineData('B')] // the same bytes, other bits in what the last letter leaves over
    [InlineData('=')]
    [InlineData(' ')]
    public void One_signature_has_one_text(char last)
    {
        string text = Signed.GetField(89)!;
        string other = last == 'B' ? text[..^1] + (char)(text[^1] + 1) : text[..^1] + last;
        byte[] body = Signed.ToBytes().AsSpan()[(Signed.ToBytes().AsSpan().IndexOf("35="u8))..^7].ToArray();
        Encoding.ASCII.GetBytes(other).CopyTo(body, body.Length - 1 - other.Length);
        Assert.False(new FixParser().TryParseAndVerify(FixMessage.Frame(FixVersion.Fix44, body), Key, out _, out _));
    }
}
