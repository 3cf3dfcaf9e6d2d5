using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;

namespace Qbitel.Hsm.Wrapping;

/// <summary>The keys of a token as they stand there, also those of other programs.</summary>
internal static unsafe class DeviceInventory
{
    private static readonly byte[] CheckText = "qbitel check value"u8.ToArray();

    private static readonly (KeyUses Use, Cka Attribute)[] Attributes =
    [
        (KeyUses.Encrypt, Cka.Encrypt), (KeyUses.Decrypt, Cka.Decrypt), (KeyUses.Sign, Cka.Sign),
        (KeyUses.Verify, Cka.Verify), (KeyUses.Wrap, Cka.Wrap), (KeyUses.Unwrap, Cka.Unwrap),
        (KeyUses.Derive, Cka.Derive), (KeyUses.Decapsulate, Cka.Decapsulate),
    ];

    /// <summary>Every secret and private key of the token, in the order of their names.</summary>
    public static List<(TransferKey Key, ulong Handle)> List(Session session)
    {
        List<(TransferKey Key, ulong Handle)> found = [];
        foreach (Cko kind in (Cko[])[Cko.SecretKey, Cko.PrivateKey])
        {
            using Template template = new();
            template.Add(Cka.Class, (ulong)kind).Add(Cka.Token, true);
            foreach (ulong handle in session.FindObjects(template))
                found.Add((Describe(session, handle, kind == Cko.PrivateKey), handle));
        }

        found.Sort((one, other) => string.CompareOrdinal(Order(one.Key), Order(other.Key)));
        return found;

        static string Order(TransferKey key) => $"{key.Label}\0{key.Id}\0{key.Kind}";
    }

    /// <summary>The objects of this class with this identifier and label.</summary>
    public static List<ulong> Find(Session session, Cko kind, ReadOnlySpan<byte> id, ReadOnlySpan<byte> label)
    {
        using Template template = new();
        template.Add(Cka.Class, (ulong)kind).Add(Cka.Token, true).Add(Cka.Id, id).Add(Cka.Label, label);
        return session.FindObjects(template);
    }

    /// <param name="session">Of the token.</param>
    /// <param name="handle">The secret or private key.</param>
    /// <param name="isPrivate">It is a private key.</param>
    /// <param name="expected">
    /// What it should be: SoftHSM shows no length of a key that came in wrapped, and the check value tells whether it
    /// is.
    /// </param>
    public static TransferKey Describe(
        Session session, ulong handle, bool isPrivate, TransferKind? expected = null)
    {
        ulong? type = session.Number(handle, Cka.KeyType);
        byte[] id = session.Attribute(handle, Cka.Id) ?? [];
        TransferKind? kind = KindOf(session, handle, type, id, expected, out byte[] publicKey);
        KeyUses uses = KeyUses.None;
        foreach ((KeyUses use, Cka attribute) in Attributes)
            if (Is(session, handle, attribute)) uses |= use;

        byte[] label = session.Attribute(handle, Cka.Label) ?? [];
        string? obstacle = id.Length + label.Length == 0 ? "it has neither an identifier nor a label to be found by"
            : kind is null ? $"its kind is not known here ({TransferKind.Unknown(type)})"
            : kind.IsPair != isPrivate ? "its class does not fit its kind"
            : null;
        string check = "";
        if (obstacle is null)
        {
            if (kind!.IsPair)
            {
                if (publicKey.Length > 0) check = "public:" + Convert.ToHexStringLower(SHA256.HashData(publicKey));
                else obstacle = "its public key is not in the token, so that a copy could not be proved to be it";
            }
            else
            {
                check = CheckValue(session, handle, kind, uses) ?? "";
                if (check.Length == 0)
                {
                    obstacle =
                        $"no use of it ({uses}) gives a check value, so that a copy could not be proved to be it";
                }
            }

            obstacle ??= kind.IsPair ? DeviceProof.WhyNot(kind, uses) : null;
        }

        return new TransferKey
        {
            Id = Convert.ToHexStringLower(id),
            Label = Encoding.UTF8.GetString(label),
            Kind = kind?.Name ?? TransferKind.Unknown(type),
            Uses = uses,
            IsExtractable = Is(session, handle, Cka.Extractable),
            CheckValue = check,
            PublicKey = publicKey,
            Obstacle = obstacle,
        };
    }

    /// <summary>A public value only this key gives, by a use it has; null where it has none that gives one.</summary>
    public static string? CheckValue(Session session, ulong handle, TransferKind kind, KeyUses uses)
    {
        try
        {
            return Compute(session, handle, kind, uses);
        }
        catch (Pkcs11Error e) when (!e.LosesDevice)
        {
            return null; // the key is not for what its attributes say, or the mechanism is not there
        }
    }

    /// <summary>The public key of a pair, as its kind encodes it; empty where the token does not show it.</summary>
    public static byte[] PublicKey(Session session, ulong handle, TransferKind kind) => kind.Type switch
    {
        Ckk.Rsa => Rsa(session, handle),
        Ckk.Ec or Ckk.EcEdwards => Point(session.Attribute(handle, Cka.EcPoint), kind) ?? [],
        _ => session.Attribute(handle, Cka.Value) is { } value && value.Length == kind.Size ? value : [],
    };

    private static string? Compute(Session session, ulong handle, TransferKind kind, KeyUses uses)
    {
        SlotCapabilities slot = session.Capabilities;
        switch (kind.Type)
        {
            case Ckk.Aes:
                if (uses.HasFlag(KeyUses.Encrypt) && slot.Can(Ckm.AesEcb, MechanismFlags.Encrypt))
                    return Text("cmac", KeyObjects.AesCheckValue(session, handle));
                if (uses.HasFlag(KeyUses.Sign) && slot.Can(Ckm.AesCmac, MechanismFlags.Sign))
                    return Text("cmac", Mac(Ckm.AesCmac, new byte[16], 16).AsSpan(0, 5));
                return uses.HasFlag(KeyUses.Wrap) && slot.Can(Ckm.AesKeyWrap, MechanismFlags.Wrap)
                    ? Text("wrap", ByWrapping(session, handle)) : null;
            case Ckk.Des2 or Ckk.Des3:
                if (uses.HasFlag(KeyUses.Encrypt) && slot.Can(Ckm.Des3Ecb, MechanismFlags.Encrypt))
                {
                    byte[] block = new byte[8];
                    session.Encrypt(new CkMechanism { Type = Ckm.Des3Ecb }, handle, block, block);
                    return Text("des", block.AsSpan(0, 3));
                }

                return uses.HasFlag(KeyUses.Sign) && slot.Can(Ckm.Des3Cmac, MechanismFlags.Sign)
                    ? Text("des-cmac", Mac(Ckm.Des3Cmac, new byte[8], 8).AsSpan(0, 5)) : null;
            case Ckk.GenericSecret:
                return uses.HasFlag(KeyUses.Sign) && slot.Can(Ckm.Sha256Hmac, MechanismFlags.Sign)
                    ? Text("hmac-sha256", Mac(Ckm.Sha256Hmac, CheckText, 32).AsSpan(0, 5)) : null;
            default:
                return null;
        }

        byte[] Mac(Ckm mechanism, byte[] data, int size) =>
            session.Sign(new CkMechanism { Type = mechanism }, handle, data, size);
    }

    // Of a key that only wraps: what it makes of a known key, by RFC 3394, which is deterministic. Hashed, so that the
    // wrapped form of nothing is given away.
    private static byte[] ByWrapping(Session session, ulong handle)
    {
        using Template template = new();
        template.Add(Cka.Class, (ulong)Cko.SecretKey).Add(Cka.KeyType, (ulong)Ckk.Aes).Add(Cka.Token, false)
            .Add(Cka.Extractable, true).Add(Cka.Encrypt, true).Add(Cka.Value, new byte[32]);
        ulong known = session.CreateObject(template);
        try
        {
            return SHA256.HashData(session.Wrap(new CkMechanism { Type = Ckm.AesKeyWrap }, handle, known, 64))[..5];
        }
        finally
        {
            session.Functions.DestroyObject(session.Handle, known);
        }
    }

    private static TransferKind? KindOf(
        Session session, ulong handle, ulong? type, byte[] id, TransferKind? expected, out byte[] publicKey)
    {
        publicKey = [];
        if (type is null) return null;
        Ckk known = (Ckk)type.Value;
        if (known is Ckk.Aes or Ckk.GenericSecret)
        {
            ulong length = session.Number(handle, Cka.ValueLen) ?? 0;
            if (length == 0) return expected?.Type == known ? expected : null;
            return TransferKind.All.FirstOrDefault(k => k.Type == known && (ulong)k.Size == length);
        }

        if (known is Ckk.Des2 or Ckk.Des3) return TransferKind.All.FirstOrDefault(k => k.Type == known);

        ulong half = PublicHalf(session, id, known);
        if (known == Ckk.Rsa)
        {
            publicKey = Rsa(session, half != 0 ? half : handle);
            int size = session.Attribute(handle, Cka.Modulus)?.AsSpan().TrimStart((byte)0).Length ?? 0;
            return TransferKind.All.FirstOrDefault(k => k.Type == known && k.Size == size);
        }

        TransferKind? kind = known is Ckk.Ec or Ckk.EcEdwards
            ? OnCurve(known, session.Attribute(handle, Cka.EcParams))
            : TransferKind.All.FirstOrDefault(k => k.Type == known
                && k.ParameterSet == session.Number(handle, Cka.ParameterSet));
        if (kind is not null && half != 0) publicKey = PublicKey(session, half, kind);
        return kind;
    }

    private static TransferKind? OnCurve(Ckk type, byte[]? parameters) => parameters is null ? null
        : TransferKind.All.FirstOrDefault(k => k.Type == type && k.Curve is { } curve
            && PublicKeyEncoding.Curve(curve).AsSpan().SequenceEqual(parameters));

    // By the identifier both halves have; several are none.
    private static ulong PublicHalf(Session session, byte[] id, Ckk type)
    {
        if (id.Length == 0) return 0;
        using Template template = new();
        template.Add(Cka.Class, (ulong)Cko.PublicKey).Add(Cka.KeyType, (ulong)type).Add(Cka.Id, id);
        List<ulong> halves = session.FindObjects(template);
        return halves.Count == 1 ? halves[0] : 0;
    }

    private static byte[] Rsa(Session session, ulong handle)
    {
        if (session.Attribute(handle, Cka.Modulus) is not { Length: > 0 } modulus
            || session.Attribute(handle, Cka.PublicExponent) is not { Length: > 0 } exponent)
        {
            return [];
        }

        using RSA rsa = RSA.Create(new RSAParameters
        {
            Modulus = modulus.AsSpan().TrimStart((byte)0).ToArray(),
            Exponent = exponent.AsSpan().TrimStart((byte)0).ToArray(),
        });
        return rsa.ExportRSAPublicKey();
    }

    private static byte[]? Point(byte[]? value, TransferKind kind)
    {
        int size = kind.Type == Ckk.EcEdwards ? kind.Size : 1 + (2 * kind.Size);
        if (value is null || value.Length == size) return value;
        try
        {
            byte[] point = Asn1Tag.Decode(value, out _) == Asn1Tag.PrimitiveBitString
                ? AsnDecoder.ReadBitString(value, AsnEncodingRules.DER, out _, out _)
                : AsnDecoder.ReadOctetString(value, AsnEncodingRules.DER, out _);
            return point.Length == size ? point : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static string Text(string method, ReadOnlySpan<byte> value) =>
        $"{method}:{Convert.ToHexStringLower(value)}";

    private static bool Is(Session session, ulong handle, Cka attribute) =>
        session.Attribute(handle, attribute) is [not 0];
}
