using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Qbitel.Discovery.Tls;

/// <summary>Our own ClientHello (RFC 8446, section 4.1.2), so that what is offered is known to the byte.</summary>
internal sealed class ClientHello : IDisposable
{
    private readonly TlsHello _offer;
    private readonly byte[] _random = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _sessionId = RandomNumberGenerator.GetBytes(32);
    private readonly string? _serverName;
    private List<KeyShare> _shares;

    public ClientHello(TlsHello offer)
    {
        _offer = offer;
        _serverName = ServerNameOf(offer);
        _shares = offer.Versions.Contains(TlsNumbers.Tls13)
            ? [.. offer.KeyShares.Select(KeyShare.Generate).OfType<KeyShare>()]
            : [];
    }

    public ReadOnlySpan<byte> Random => _random;

    public ReadOnlySpan<byte> SessionId => _sessionId;

    public KeyShare? ShareOf(int group) => _shares.Find(share => share.Group == group);

    /// <summary>Answers a HelloRetryRequest: one share, of the group the server asks for.</summary>
    public void Retry(int group)
    {
        if (!_offer.Groups.Contains(group) || ShareOf(group) is not null)
        {
            throw new TlsProtocolException(
                $"HelloRetryRequest: asks for {TlsNumbers.GroupName(group)}, not offered or already there");
        }

        KeyShare share = KeyShare.Generate(group)
            ?? throw new TlsProtocolException(
                $"HelloRetryRequest: asks for {TlsNumbers.GroupName(group)}, which we cannot speak");
        Dispose();
        _shares = [share];
    }

    /// <summary>The handshake message; the record header is not part of the transcript.</summary>
    public byte[] Message(ReadOnlySpan<byte> cookie)
    {
        byte[] cookieBytes = cookie.ToArray();
        return new TlsWriter().Byte(1).Vector(3, hello => hello
            .Short(TlsNumbers.Tls12)
            .Bytes(_random)
            .Vector(1, w => w.Bytes(_sessionId))
            .Vector(2, w =>
            {
                bool tls13 = _offer.Versions.Contains(TlsNumbers.Tls13);
                foreach (int suite in TlsNumbers.OfferedSuites) if (tls13 || suite >> 8 != 0x13) w.Short(suite);
                w.Short(0x00FF); // RFC 5746: servers of TLS 1.2 may insist on it
            })
            .Vector(1, w => w.Byte(0))
            .Vector(2, w => Extensions(w, cookieBytes))).ToArray();
    }

    public void Dispose()
    {
        foreach (KeyShare share in _shares) share.Dispose();
    }

    private void Extensions(TlsWriter hello, byte[] cookie)
    {
        if (_serverName is { } name)
        {
            hello.Extension(0, w =>
                w.Vector(2, list => list.Byte(0).Vector(2, host => host.Bytes(Encoding.ASCII.GetBytes(name)))));
        }

        hello.Extension(10, w => w.Vector(2, list => { foreach (int group in _offer.Groups) list.Short(group); }));
        hello.Extension(11, w => w.Vector(1, list => list.Byte(0)));
        hello.Extension(13, w =>
            w.Vector(2, list => { foreach (int scheme in TlsNumbers.OfferedSchemes) list.Short(scheme); }));
        if (!_offer.Versions.Contains(TlsNumbers.Tls13)) return;

        hello.Extension(43, w =>
            w.Vector(1, list => { foreach (int version in _offer.Versions) list.Short(version); }));
        hello.Extension(51, w => w.Vector(2, list =>
        {
            foreach (KeyShare share in _shares) list.Short(share.Group).Vector(2, key => key.Bytes(share.Public.Span));
        }));
        if (cookie.Length > 0) hello.Extension(44, w => w.Vector(2, c => c.Bytes(cookie)));
    }

    // RFC 6066, section 3: in ASCII, without a trailing dot, and never an address.
    private static string? ServerNameOf(TlsHello offer)
    {
        string name = (offer.ServerName ?? "").TrimEnd('.');
        return name.Length == 0 || IPAddress.TryParse(name, out _) ? null : new IdnMapping().GetAscii(name);
    }
}
