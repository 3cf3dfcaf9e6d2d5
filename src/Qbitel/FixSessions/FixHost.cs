using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Qbitel.Gateway.Fix;
using Qbitel.Gateway.Fix.Stores;
using Qbitel.Protocols.Fix.Sessions;
using Qbitel.Store;
using Qbitel.Store.MessageLogs;

namespace Qbitel.FixSessions;

/// <summary>The sessions of a configuration with their stores and the application of the command line.</summary>
internal sealed class FixHost : IAsyncDisposable
{
    private readonly List<FixLink> _links = [];
    private SqliteMessageLog? _database;

    private FixHost()
    {
    }

    public IReadOnlyList<FixLink> Links => _links;

    /// <exception cref="RefusedException">The configuration asks for what is not possible.</exception>
    public static async Task<FixHost> OpenAsync(FixConfiguration configuration, bool isInitiator,
        FixResponder application, ILogger logger)
    {
        FixHost host = new();
        try
        {
            if (configuration.StoreDatabase is { } path) host._database = SqliteMessageLog.Open(path);
            foreach (FixSessionEntry entry in configuration.Sessions)
            {
                FixSessionOptions options = entry.Options(isInitiator);
                host._links.Add(new FixLink(options, host.Store(configuration, options, logger), application,
                    TimeProvider.System, limits: null, logger));
            }

            return host;
        }
        catch (Exception refused) when (refused is FixStoreException or StateStoreException or ArgumentException)
        {
            await host.DisposeAsync();
            throw new RefusedException(refused.Message, "'qbitel fix store' shows what is in a store.", refused);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Logs every session out and waits until the connections have ended.</summary>
    public async Task LogoutAsync()
    {
        foreach (FixLink link in _links) link.Logout();
        TimeSpan longest = _links.Max(link => link.Options.LogoutTimeout) + TimeSpan.FromSeconds(1);
        long began = TimeProvider.System.GetTimestamp();
        while (_links.Exists(link => link.IsConnected) && TimeProvider.System.GetElapsedTime(began) < longest)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (FixLink link in _links) await link.DisposeAsync();
        _database?.Dispose();
    }

    /// <summary>How an acceptor shows who it is, and whom it takes.</summary>
    public static SslServerAuthenticationOptions? ServerTls(FixTlsEntry? tls)
    {
        if (tls is null) return null;
        if (tls.Certificate is null || tls.Key is null)
            throw new RefusedException("An acceptor's tls has a certificate and a key.", "Name two PEM files.");

        SslServerAuthenticationOptions options = new()
        {
            ServerCertificateContext = Context(tls),
            ClientCertificateRequired = tls.Authority is not null,
            EnabledSslProtocols = System.Security.Authentication.SslProtocols.Tls13,
        };
        if (tls.Authority is { } authority) options.CertificateChainPolicy = Trusting(authority);
        return options;
    }

    /// <summary>Whom an initiator takes, and how it shows who it is.</summary>
    public static SslClientAuthenticationOptions? ClientTls(FixTlsEntry? tls, string host)
    {
        if (tls is null) return null;

        SslClientAuthenticationOptions options = new()
        {
            TargetHost = tls.ServerName ?? host,
            EnabledSslProtocols = System.Security.Authentication.SslProtocols.Tls13,
        };
        if (tls.Certificate is not null) options.ClientCertificateContext = Context(tls);
        if (tls.Authority is { } authority) options.CertificateChainPolicy = Trusting(authority);
        return options;
    }

    private static SslStreamCertificateContext Context(FixTlsEntry tls)
    {
        X509Certificate2 own = X509Certificate2.CreateFromPemFile(tls.Certificate!, tls.Key);
        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(tls.Certificate!);
        return SslStreamCertificateContext.Create(own, chain, offline: true);
    }

    private static X509ChainPolicy Trusting(string authority)
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(authority);
        return policy;
    }

    private FixMessageStore Store(FixConfiguration configuration, FixSessionOptions options, ILogger logger)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return _database is not null ? new FixSqlStore(_database, $"{options}", now)
            : FixFileStore.Open(Path.Combine(configuration.StoreFolder!, FileName(options)), $"{options}", now, logger);
    }

    // A CompID may hold any character; a file's name may not.
    private static string FileName(FixSessionOptions options) =>
        string.Concat($"{options.Version}-{options.Sender}-{options.Target}"
            .Select(one => char.IsAsciiLetterOrDigit(one) || one is '.' or '-' or '_' ? one : '_')) + ".fixlog";
}
