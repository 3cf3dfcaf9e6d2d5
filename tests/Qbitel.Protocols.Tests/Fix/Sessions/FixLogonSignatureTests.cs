using System.Security.Cryptography;
using Qbitel.Protocols.Fix.Sessions;

namespace Qbitel.Protocols.Tests.Fix.Sessions;

public sealed class FixLogonSignatureTests : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void A_signed_logon_is_taken_and_a_copy_of_it_is_not()
    {
        (SessionSide initiator, SessionSide acceptor) = Sides("desk-1");
        initiator.Connect();
        acceptor.Connect();
        byte[] logon = initiator.Sent.Dequeue();

        acceptor.Receive(logon);
        Assert.Equal(FixSessionStatus.Established, acceptor.Session.Status);

        acceptor.Disconnect();
        acceptor.Connect();
        acceptor.Receive(logon);
        Assert.Equal("the Logon's proof is absent or wrong", acceptor.EndReason);
    }

    [Theory, InlineData("108=30", "108=31"), InlineData("34=1", "34=2"), InlineData("QFL1;desk-1", "QFL1;desk-2")]
    public void A_signed_logon_that_was_changed_is_refused_without_a_word(string from, string to)
    {
        (SessionSide initiator, SessionSide acceptor) = Sides("desk-1");
        initiator.Connect();
        acceptor.Connect();
        string body = System.Text.Encoding.Latin1.GetString(initiator.Sent.Dequeue());
        body = body[body.IndexOf("35=", StringComparison.Ordinal)..body.LastIndexOf("10=", StringComparison.Ordinal)];

        acceptor.Receive(FixText.Frame(body.Replace('\u0001', '|').Replace(from, to, StringComparison.Ordinal)));

        Assert.Equal("the Logon's proof is absent or wrong", acceptor.EndReason);
        Assert.Null(acceptor.Said());
    }

    [Fact]
    public void An_unsigned_logon_is_refused_where_a_signature_is_asked_for()
    {
        (_, SessionSide acceptor) = Sides("desk-1");
        acceptor.Connect();

        acceptor.Hear("A", 1, "98=0|108=30|");

        Assert.Equal("the Logon's proof is absent or wrong", acceptor.EndReason);
    }

    private (SessionSide Initiator, SessionSide Acceptor) Sides(string name) => (
        new SessionSide(SessionSide.Between("DESK", "BANK", isInitiator: true) with
        {
            Signature = new FixLogonSignature
            {
                KeyId = name,
                Sign = statement => _key.SignData(statement, HashAlgorithmName.SHA256),
            },
        }),
        new SessionSide(SessionSide.Between("BANK", "DESK") with
        {
            Signature = new FixLogonSignature
            {
                Verify = (key, statement, signature) =>
                    key == name && _key.VerifyData(statement, signature, HashAlgorithmName.SHA256),
            },
        }));
}
