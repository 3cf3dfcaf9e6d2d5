using System.Security.Cryptography;

namespace Qbitel.Discovery.Tls;

/// <summary>
/// A TLS client that goes as far as the server's Finished and reports what it saw. Bytes in, bytes out: it opens no
/// connection.
/// </summary>
/// <remarks>
/// Send <see cref="Hello"/>, hand every byte of the answer to <see cref="Receive"/> in pieces of any size, do what it
/// says, and call
/// <see cref="EndOfStream"/> when the server closes. It never sends a Finished, so no session comes into being. For one
/// caller at a time.
/// </remarks>
public sealed class TlsProbe : IDisposable
{
    // RFC 8446, section 4.1.3: SHA-256 of "HelloRetryRequest".
    private static readonly byte[] RetryRandom = Convert.FromHexString(
        "CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C");

    private readonly TlsHello _offer;
    private readonly ClientHello _hello;
    private readonly HandshakeBuffer _buffer;
    private readonly List<byte> _transcript = [];
    private readonly byte[] _serverRandom = new byte[32];
    private HandshakeKeys? _keys;
    private bool _tls13, _done;

    /// <exception cref="ArgumentException">The server name is no host name.</exception>
    public TlsProbe(TlsHello offer)
    {
        ArgumentNullException.ThrowIfNull(offer);
        _offer = offer;
        _hello = new ClientHello(offer);
        _buffer = new HandshakeBuffer(offer.MaxBytes);
        Report = new TlsEndpointReport
        {
            Completed = false,
            HybridOffered = offer.Groups.Contains(TlsNumbers.X25519MLKem768)
        };
        Hello = Record(_hello.Message([]));
    }

    /// <summary>The first bytes to send.</summary>
    public ReadOnlyMemory<byte> Hello { get; }

    /// <summary>What has been seen so far; final when a step says <see cref="ProbeAction.Done"/>.</summary>
    public TlsEndpointReport Report { get; private set; }

    /// <summary>Takes bytes of the server's answer.</summary>
    public ProbeStep Receive(ReadOnlySpan<byte> bytes)
    {
        if (_done) return new ProbeStep(ProbeAction.Done);
        try
        {
            _buffer.Add(bytes);
            while (!_done && _buffer.NextRecord() is { } record)
            {
                byte[]? answer = Handle(record.Header, record.Body);
                if (answer is not null) return new ProbeStep(ProbeAction.Write, answer);
            }
        }
        catch (TlsProtocolException e)
        {
            return Fail(e.Message);
        }
        catch (CryptographicException e)
        {
            return Fail($"record {_buffer.RecordNumber}: {e.Message}");
        }

        return new ProbeStep(_done ? ProbeAction.Done : ProbeAction.Read);
    }

    /// <summary>The server has closed, or the caller waits no longer.</summary>
    public ProbeStep EndOfStream(string reason = "the server closed the connection") =>
        _done ? new ProbeStep(ProbeAction.Done)
        : Fail(_buffer.RecordNumber == 0 ? $"{reason} without a word of TLS"
            : $"{reason} after {_buffer.RecordNumber} records, in mid-handshake");

    public void Dispose()
    {
        _hello.Dispose();
        _keys?.Dispose();
    }

    private ProbeStep Fail(string failure)
    {
        _done = true;
        Report = Report with { Failure = failure };
        return new ProbeStep(ProbeAction.Done);
    }

    private byte[]? Handle(byte[] header, byte[] body)
    {
        int type = header[0];
        if (_keys is not null && type == 23) (body, type) = _keys.Decrypt(header, body);

        switch (type)
        {
            case 20: // change_cipher_spec: for middleboxes only (RFC 8446, appendix D.4)
                return null;
            case 21:
                // up to TLS 1.2 a warning, such as unrecognized_name, changes nothing
                if (body is [1, not 0] && !_tls13) return null;
                string words = body.Length == 2 ? TlsNumbers.AlertName(body[1]) : "a malformed alert";
                throw new TlsProtocolException($"the server answered with the alert {words}");
            case 22:
                _buffer.AddHandshake(body);
                while (!_done && _buffer.NextMessage() is { } message)
                {
                    byte[]? answer = Handle(message);
                    if (answer is not null) return answer;
                }

                return null;
            default:
                throw new TlsProtocolException(
                    $"record {_buffer.RecordNumber}: content type {type} has no place in a handshake");
        }
    }

    private byte[]? Handle(byte[] message)
    {
        TlsReader body = new(message.AsSpan(4), MessageName(message[0]));
        switch (message[0])
        {
            case 2 when Report.Version is null:
                return ServerHello(message, body);
            case 8 when _tls13: // EncryptedExtensions: nothing in it is reported
            case 13 when Report.Version is not null: // CertificateRequest
            case 22 when !_tls13 && Report.Version is not null: // CertificateStatus
                break;
            case 11 when Report.Version is not null && Report.Chain.Count == 0:
                Certificate(body);
                break;
            case 15 when _tls13 && Report.Chain.Count > 0:
                CertificateVerify(body);
                break;
            case 20 when _tls13 && Report.Chain.Count > 0:
                if (!_keys!.IsFinished(body.Rest(), TranscriptHash()))
                    throw new TlsProtocolException("Finished: is not over this handshake");
                return Complete();
            case 12 when !_tls13 && Report.Version is not null:
                ServerKeyExchange(body);
                break;
            case 14 when !_tls13 && Report.Version is not null:
                return Complete();
            default:
                throw new TlsProtocolException(
                    $"record {_buffer.RecordNumber}: {MessageName(message[0])} is out of place");
        }

        _transcript.AddRange(message);
        return null;
    }

    private byte[]? Complete()
    {
        _done = true;
        Report = Report with
        {
            Completed = true,
            KeyExchange = Report.KeyExchange
            ?? (Report.Group is null ? "RSA" : null)
        };
        return null;
    }

    private byte[]? ServerHello(byte[] message, TlsReader body)
    {
        int version = body.Short();
        ReadOnlySpan<byte> random = body.Bytes(32);
        random.CopyTo(_serverRandom);
        TlsReader session = body.Vector(1);
        ReadOnlySpan<byte> sessionId = session.Rest();
        int suite = body.Short();
        if (body.Byte() != 0) throw new TlsProtocolException("ServerHello: chooses compression, which was not offered");

        int? group = null;
        byte[] share = [], cookie = [];
        if (!body.IsEmpty)
        {
            TlsReader extensions = body.Vector(2);
            while (!extensions.IsEmpty)
            {
                int type = extensions.Short();
                TlsReader content = extensions.Vector(2);
                if (type == 43) version = content.Short();
                if (type == 44) cookie = content.Vector(2).Rest().ToArray();
                if (type != 51) continue;

                group = content.Short();
                if (!content.IsEmpty) share = content.Vector(2).Rest().ToArray();
            }

            body.End();
        }

        if (!_offer.Versions.Contains(version))
        {
            throw new TlsProtocolException(
                $"ServerHello: chooses {TlsNumbers.VersionName(version)}, which was not offered");
        }

        if (!TlsNumbers.OfferedSuites.Contains(suite))
        {
            throw new TlsProtocolException(
                $"ServerHello: chooses {TlsNumbers.CipherSuiteName(suite)}, which was not offered");
        }

        if (version != TlsNumbers.Tls13)
        {
            _transcript.AddRange(message);
            Report = Report with { Version = version, CipherSuite = suite };
            return null;
        }

        if (!sessionId.SequenceEqual(_hello.SessionId))
            throw new TlsProtocolException("ServerHello: does not echo the session id");
        HashAlgorithmName hash = HandshakeKeys.HashOf(suite);
        if (random.SequenceEqual(RetryRandom)) return Retry(message, hash, group, cookie);

        if (group is not { } agreed || _hello.ShareOf(agreed) is not { } ours)
        {
            throw new TlsProtocolException(
                $"ServerHello: answers no key share sent ({(group is { } g ? TlsNumbers.GroupName(g) : "none")})");
        }

        if (_buffer.HasPartialMessage)
            throw new TlsProtocolException("ServerHello: is followed by plain text where keys change");

        if (_transcript.Count == 0) _transcript.AddRange(_hello.Message([]));
        _transcript.AddRange(message);
        _tls13 = true;
        Report = Report with { Version = version, CipherSuite = suite, Group = agreed };

        byte[] secret = ours.Derive(share);
        _keys = new HandshakeKeys(suite, secret, TranscriptHash());
        CryptographicOperations.ZeroMemory(secret);
        return null;
    }

    // RFC 8446, section 4.4.1: the first hello enters the transcript as its hash.
    private byte[] Retry(byte[] message, HashAlgorithmName hash, int? group, byte[] cookie)
    {
        if (Report.Retried) throw new TlsProtocolException("HelloRetryRequest: a second one");

        byte[] first = CryptographicOperations.HashData(hash, _hello.Message([]));
        _transcript.AddRange([254, 0, 0, (byte)first.Length, .. first]);
        _transcript.AddRange(message);
        if (group is { } wanted) _hello.Retry(wanted);
        else if (cookie.Length == 0) throw new TlsProtocolException("HelloRetryRequest: asks for no change");

        Report = Report with { Retried = true };
        byte[] second = _hello.Message(cookie);
        _transcript.AddRange(second);
        return Record(second);
    }

    private void Certificate(TlsReader body)
    {
        if (_tls13) body.Vector(1).Rest();
        TlsReader list = body.Vector(3);
        body.End();

        List<CertificateSummary> chain = [];
        while (!list.IsEmpty)
        {
            if (chain.Count == _offer.MaxCertificates)
                throw new TlsProtocolException($"Certificate: more than {_offer.MaxCertificates} certificates");
            chain.Add(CertificateSummary.Parse(list.Vector(3).Rest()));
            if (_tls13) list.Vector(2).Rest();
        }

        if (chain.Count == 0) throw new TlsProtocolException("Certificate: the chain is empty");
        Report = Report with { Chain = chain };
    }

    private void CertificateVerify(TlsReader body)
    {
        int scheme = body.Short();
        ReadOnlySpan<byte> signature = body.Vector(2).Rest();
        body.End();

        // RFC 8446, section 4.4.3.
        byte[] signed = [.. Enumerable.Repeat((byte)0x20, 64), .. "TLS 1.3, server CertificateVerify\0"u8,
            .. TranscriptHash()];
        Report = Report with
        {
            SignatureScheme = scheme,
            SignatureValid = HandshakeSignature.Verify(scheme, Report.Chain[0], signed, signature)
        };
    }

    // RFC 8422, section 5.4, and RFC 5246, section 7.4.3.
    private void ServerKeyExchange(TlsReader body)
    {
        ReadOnlySpan<byte> whole = body.Rest();
        TlsReader reader = new(whole, "ServerKeyExchange");
        if (IsDhe(Report.CipherSuite!.Value))
        {
            ReadOnlySpan<byte> prime = reader.Vector(2).Rest();
            reader.Vector(2).Rest();
            reader.Vector(2).Rest();
            Report = Report with { KeyExchange = "DHE", DiffieHellmanBits = prime.TrimStart((byte)0).Length * 8 };
        }
        else
        {
            if (reader.Byte() != 3) throw new TlsProtocolException("ServerKeyExchange: no named curve");
            int group = reader.Short();
            reader.Vector(1).Rest();
            Report = Report with { Group = group };
        }

        if (Report.Version != TlsNumbers.Tls12 || Report.Chain.Count == 0) return;

        int parameters = whole.Length - reader.Rest().Length;
        TlsReader tail = new(whole[parameters..], "ServerKeyExchange");
        int scheme = tail.Short();
        ReadOnlySpan<byte> signature = tail.Vector(2).Rest();
        tail.End();
        byte[] signed = [.. _hello.Random, .. _serverRandom, .. whole[..parameters]];
        Report = Report with
        {
            SignatureScheme = scheme,
            SignatureValid = HandshakeSignature.Verify(scheme, Report.Chain[0], signed, signature)
        };
    }

    private static bool IsDhe(int suite) => suite is 0x009E or 0x009F or 0x0033 or 0x0039;

    private byte[] TranscriptHash() =>
        CryptographicOperations.HashData(HandshakeKeys.HashOf(Report.CipherSuite!.Value),
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_transcript));

    // The record version of a first flight is 0x0301 (RFC 8446, section 5.1).
    private static byte[] Record(byte[] message) =>
        new TlsWriter().Byte(22).Short(TlsNumbers.Tls10).Vector(2, w => w.Bytes(message)).ToArray();

    private static string MessageName(int type) => type switch
    {
        2 => "ServerHello",
        8 => "EncryptedExtensions",
        11 => "Certificate",
        12 => "ServerKeyExchange",
        13 => "CertificateRequest",
        14 => "ServerHelloDone",
        15 => "CertificateVerify",
        20 => "Finished",
        22 => "CertificateStatus",
        _ => $"handshake message {type}",
    };
}
