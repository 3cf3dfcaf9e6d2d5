using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Discovery.Tls;

namespace Qbitel.Discovery.Tests.Tls;

/// <summary>
/// The server half of a TLS 1.3 handshake with AES-256-GCM, written for tests with a key schedule of its own, so that
/// groups and signatures which the platform cannot speak are exercised too. It can be told to lie.
/// </summary>
internal sealed class ScriptedServer(int group, X509Certificate2 certificate, int scheme, Func<byte[], byte[]> sign)
{
    private const int Suite = 0x1302;
    private static readonly HashAlgorithmName Hash = HashAlgorithmName.SHA384;
    private readonly List<byte> _transcript = [];

    public bool AsksForRetry { get; init; }

    public Func<byte[], byte[]> ChangeShare { get; init; } = share => share;

    public Func<byte[], byte[]> ChangeFinished { get; init; } = data => data;

    /// <summary>Answers the records of a ClientHello.</summary>
    public byte[] Answer(ReadOnlySpan<byte> clientRecord)
    {
        byte[] hello = clientRecord[5..].ToArray();
        byte[] sessionId = hello[39..(39 + hello[38])];
        _transcript.AddRange(hello);
        byte[]? share = ShareIn(hello, group);
        if (AsksForRetry && share is null)
        {
            byte[] first = CryptographicOperations.HashData(Hash, [.. _transcript]);
            _transcript.Clear();
            _transcript.AddRange([254, 0, 0, (byte)first.Length, .. first]);
            byte[] retry = ServerHello(
                Convert.FromHexString("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C"), sessionId,
                Short(group));
            _transcript.AddRange(retry);
            return [.. Plain(22, retry), .. Plain(20, [1])];
        }

        (byte[] ours, byte[] secret) = Agree(share
            ?? throw new InvalidOperationException("the hello has no share of the scripted group"));
        byte[] serverHello = ServerHello(RandomNumberGenerator.GetBytes(32), sessionId,
            [.. Short(group), .. Vector2(ChangeShare(ours))]);
        _transcript.AddRange(serverHello);

        byte[] zero = new byte[48], none = CryptographicOperations.HashData(Hash, []);
        byte[] handshake = HKDF.Extract(Hash, secret, Expand(HKDF.Extract(Hash, zero, zero), "derived", none, 48));
        byte[] traffic = Expand(handshake, "s hs traffic", TranscriptHash(), 48);
        using AesGcm key = new(Expand(traffic, "key", [], 32), 16);
        byte[] iv = Expand(traffic, "iv", [], 12);

        byte[] encryptedExtensions = Message(8, [0, 0]);
        byte[] list = [.. Vector3(certificate.RawData), 0, 0];
        byte[] certificates = Message(11, [0, .. Vector3(list)]);
        _transcript.AddRange([.. encryptedExtensions, .. certificates]);
        byte[] signature = sign([.. Enumerable.Repeat((byte)32, 64), .. "TLS 1.3, server CertificateVerify\0"u8,
            .. TranscriptHash()]);
        byte[] verify = Message(15, [.. Short(scheme), .. Vector2(signature)]);
        _transcript.AddRange(verify);
        byte[] finished = Message(20,
            ChangeFinished(CryptographicOperations.HmacData(Hash, Expand(traffic, "finished", [], 48),
            TranscriptHash())));

        byte[] flight = [.. encryptedExtensions, .. certificates, .. verify, .. finished];
        byte[] encrypted = [.. flight.Chunk(3_000)
            .SelectMany((part, i) => Encrypted(key, iv, (ulong)i, [.. part, 22, .. new byte[i]]))];
        return [.. Plain(22, serverHello), .. Plain(20, [1]), .. encrypted];
    }

    private (byte[] Share, byte[] Secret) Agree(byte[] client)
    {
        switch (group)
        {
            case TlsNumbers.X25519MLKem768:
                return Encapsulate(KemAlgorithm.X25519MLKem768, client);
            case TlsNumbers.Secp256r1MLKem768:
            case TlsNumbers.Secp384r1MLKem1024:
                bool small = group == TlsNumbers.Secp256r1MLKem768;
                int point = small ? 65 : 97;
                (byte[] ecShare, byte[] ecSecret) = Ecdh(small ? ECCurve.NamedCurves.nistP256
                    : ECCurve.NamedCurves.nistP384, client[..point]);
                (byte[] ciphertext, byte[] kemSecret) = Encapsulate(small ? KemAlgorithm.MLKem768
                    : KemAlgorithm.MLKem1024, client[point..]);
                return ([.. ecShare, .. ciphertext], [.. ecSecret, .. kemSecret]);
            default:
                return Ecdh(ECCurve.NamedCurves.nistP521, client);
        }
    }

    private static (byte[] Share, byte[] Secret) Encapsulate(KemAlgorithm algorithm, byte[] key)
    {
        using KemKey peer = KemKeys.ImportPublic(algorithm, key);
        byte[] ciphertext = new byte[algorithm.CiphertextSize], secret = new byte[algorithm.SharedSecretSize];
        peer.Encapsulate(ciphertext, secret);
        return (ciphertext, secret);
    }

    private static (byte[] Share, byte[] Secret) Ecdh(ECCurve curve, byte[] point)
    {
        int size = (point.Length - 1) / 2;
        using var own = ECDiffieHellman.Create(curve);
        using var peer = ECDiffieHellman.Create(new ECParameters
        {
            Curve = curve,
            Q = new ECPoint { X = point[1..(1 + size)], Y = point[(1 + size)..] }
        });
        ECPoint q = own.ExportParameters(includePrivateParameters: false).Q;
        return ([4, .. q.X!, .. q.Y!], own.DeriveRawSecretAgreement(peer.PublicKey));
    }

    private static byte[]? ShareIn(byte[] hello, int group)
    {
        int at = 39 + hello[38];
        at += 2 + BinaryPrimitives.ReadUInt16BigEndian(hello.AsSpan(at));
        at += 1 + hello[at] + 2;
        while (at < hello.Length)
        {
            int type = BinaryPrimitives.ReadUInt16BigEndian(hello.AsSpan(at)),
                size = BinaryPrimitives.ReadUInt16BigEndian(hello.AsSpan(at + 2));
            for (int i = at + 6; type == 51 && i < at + 4 + size;)
            {
                int length = BinaryPrimitives.ReadUInt16BigEndian(hello.AsSpan(i + 2));
                if (BinaryPrimitives.ReadUInt16BigEndian(hello.AsSpan(i)) == group)
                    return hello[(i + 4)..(i + 4 + length)];
                i += 4 + length;
            }

            at += 4 + size;
        }

        return null;
    }

    private static byte[] ServerHello(byte[] random, byte[] sessionId, byte[] keyShare)
    {
        byte[] extensions = [0, 43, 0, 2, 3, 4, 0, 51, .. Vector2(keyShare)];
        return Message(2, [3, 3, .. random, (byte)sessionId.Length, .. sessionId, .. Short(Suite), 0,
            .. Vector2(extensions)]);
    }

    private static byte[] Encrypted(AesGcm key, byte[] iv, ulong sequence, byte[] inner)
    {
        byte[] nonce = [.. iv], body = new byte[inner.Length], tag = new byte[16];
        for (int i = 0; i < 8; i++) nonce[11 - i] ^= (byte)((sequence >> (8 * i)) & 0xFF);
        byte[] header = [23, 3, 3, .. Short(inner.Length + 16)];
        key.Encrypt(nonce, inner, body, tag, header);
        return [.. header, .. body, .. tag];
    }

    private static byte[] Expand(byte[] secret, string label, byte[] context, int length)
    {
        byte[] name = Encoding.ASCII.GetBytes("tls13 " + label);
        return HKDF.Expand(Hash, secret, length,
            [.. Short(length), (byte)name.Length, .. name, (byte)context.Length, .. context]);
    }

    private byte[] TranscriptHash() => CryptographicOperations.HashData(Hash, [.. _transcript]);

    private static byte[] Message(byte type, byte[] body) => [type, .. Vector3(body)];

    private static byte[] Plain(byte type, byte[] body) => [type, 3, 3, .. Vector2(body)];

    private static byte[] Vector3(byte[] bytes) =>
        [(byte)(bytes.Length >> 16), .. Short(bytes.Length & 0xFFFF), .. bytes];

    private static byte[] Vector2(byte[] bytes) => [.. Short(bytes.Length), .. bytes];

    private static byte[] Short(int value) => [(byte)(value >> 8), (byte)(value & 0xFF)];
}
