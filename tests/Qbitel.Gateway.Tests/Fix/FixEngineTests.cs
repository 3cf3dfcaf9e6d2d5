using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Gateway.Fix;
using Qbitel.Gateway.Fix.Stores;
using Qbitel.Protocols.Fix;
using Qbitel.Protocols.Fix.Sessions;

namespace Qbitel.Gateway.Tests.Fix;

/// <summary>Our acceptor and our initiator, talking to each other.</summary>
public sealed class FixEngineTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qbitel-fix-engine-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_logon_signed_with_a_hybrid_key_is_taken_and_one_of_another_key_is_not()
    {
        using SignatureKey key = SignatureKeys.Generate(SignatureAlgorithm.MLDsa65EcdsaP256);
        using SignatureKey other = SignatureKeys.Generate(SignatureAlgorithm.MLDsa65EcdsaP256);
        Collector bank = new(), desk = new(), stranger = new();
        await using FixLink acceptorLink = Link(Options(isInitiator: false) with
        {
            Signature = new FixLogonSignature
            {
                Verify = (name, statement, signature) => name == "desk-1" && key.Verify(statement, signature),
            },
        }, bank);
        await using FixAcceptor acceptor = Start(acceptorLink);

        await using (FixLink strangersLink = Link(Signed(other), stranger))
        await using (Connect(strangersLink, acceptor))
            await UntilAsync(() => bank.Reason is not null);
        Assert.Equal("the Logon's proof is absent or wrong", bank.Reason);

        await using FixLink desksLink = Link(Signed(key), desk);
        await using FixInitiator initiator = Connect(desksLink, acceptor);
        await UntilAsync(() => desksLink.Status == FixSessionStatus.Established);
        Assert.Empty(stranger.Orders);

        static FixSessionOptions Signed(SignatureKey with) => Options(isInitiator: true) with
        {
            ResetOnLogon = true,
            Signature = new FixLogonSignature { KeyId = "desk-1", Sign = statement => with.Sign(statement) },
        };
    }

    [Fact]
    public async Task Both_ends_show_certificates_where_connections_are_encrypted()
    {
        using X509Certificate2 bank = Certificate("bank"), desk = Certificate("desk");
        using X509Certificate2 stranger = Certificate("stranger");
        Collector received = new();
        await using FixLink acceptorLink = Link(Options(isInitiator: false), received);
        await using FixAcceptor acceptor = FixAcceptor.Start(new FixAcceptorOptions
        {
            Address = new IPEndPoint(IPAddress.Loopback, 0),
            Tls = new SslServerAuthenticationOptions
            {
                ServerCertificate = bank,
                ClientCertificateRequired = true,
                EnabledSslProtocols = SslProtocols.Tls13,
                CertificateChainPolicy = Trusting(desk),
            },
        }, [acceptorLink], TimeProvider.System);

        await using (FixLink uninvited = Link(Options(isInitiator: true), new Collector()))
        await using (Connect(uninvited, acceptor, Tls(stranger, bank)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System,
                TestContext.Current.CancellationToken);
            Assert.False(acceptorLink.IsConnected);
        }

        await using FixLink link = Link(Options(isInitiator: true), new Collector());
        await using FixInitiator initiator = Connect(link, acceptor, Tls(desk, bank));
        link.Send("D"u8, new FixFieldWriter().Set(11, "A1").Written);

        await UntilAsync(() => received.Orders.Count == 1);
        link.Logout();
        await UntilAsync(() => !acceptorLink.IsConnected);
        Assert.Equal("Logout", received.Reason);
    }

    [Fact]
    public async Task What_was_sent_while_the_line_was_down_arrives_after_both_were_started_again()
    {
        Collector received = new();
        string ours = Path.Combine(_folder.FullName, "ours.fixlog");
        string theirs = Path.Combine(_folder.FullName, "theirs.fixlog");
        await using (FixLink link = Link(Options(isInitiator: true), new Collector(), ours))
        {
            for (int i = 1; i <= 2000; i++) link.Send("D"u8, new FixFieldWriter().Set(11, i).Written);
            await link.FlushAsync(TestContext.Current.CancellationToken);
        }

        await using FixLink again = Link(Options(isInitiator: true), new Collector(), ours);
        await using FixLink acceptorLink = Link(Options(isInitiator: false), received, theirs);
        await using FixAcceptor acceptor = Start(acceptorLink);
        await using FixInitiator initiator = Connect(again, acceptor);
        await UntilAsync(() => received.Orders.Count == 2000);

        Assert.Equal([.. Enumerable.Range(1, 2000).Select(i => $"{i}")], received.Orders);
    }

    private static FixSessionOptions Options(bool isInitiator) => new()
    {
        Version = FixVersion.Fix44,
        Sender = isInitiator ? "DESK" : "BANK",
        Target = isInitiator ? "BANK" : "DESK",
        IsInitiator = isInitiator,
        Check = FixMessageChecks.Form,
    };

    private static FixLink Link(FixSessionOptions options, FixResponder responder, string? store = null) => new(options,
        store is null ? new FixMemoryStore(TimeProvider.System.GetUtcNow())
            : FixFileStore.Open(store, $"{options}", TimeProvider.System.GetUtcNow()), responder, TimeProvider.System);

    private static FixAcceptor Start(FixLink link) =>
        FixAcceptor.Start(new() { Address = new IPEndPoint(IPAddress.Loopback, 0) }, [link], TimeProvider.System);

    private static FixInitiator Connect(FixLink link, FixAcceptor acceptor,
        SslClientAuthenticationOptions? tls = null) => FixInitiator.Start(new()
        {
            Host = "127.0.0.1",
            Port = acceptor.Address.Port,
            Tls = tls,
            ReconnectAfter = TimeSpan.FromMilliseconds(50),
        }, link, TimeProvider.System);

    private static SslClientAuthenticationOptions Tls(X509Certificate2 own, X509Certificate2 peer) => new()
    {
        TargetHost = "bank",
        ClientCertificates = [own],
        EnabledSslProtocols = SslProtocols.Tls13,
        CertificateChainPolicy = Trusting(peer),
    };

    private static X509ChainPolicy Trusting(X509Certificate2 certificate)
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.Add(certificate);
        return policy;
    }

    private static X509Certificate2 Certificate(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (int i = 0; !isSo(); i++)
        {
            Assert.True(i < 3000, "it did not happen in thirty seconds");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private sealed class Collector : FixResponder
    {
        private readonly Lock _gate = new();
        private readonly List<string> _orders = [];

        public IReadOnlyList<string> Orders
        {
            get { lock (_gate) return [.. _orders]; }
        }

        public string? Reason { get; private set; }

        public override void OnMessage(in FixReceived message)
        {
            lock (_gate) _orders.Add(System.Text.Encoding.ASCII.GetString(message.Field(11)));
        }

        public override void OnEnded(FixLink link, string reason) => Reason = reason;
    }
}
