using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;

namespace Qbitel.Hsm.Pkcs11;

/// <summary>Device keys as objects: made, found by identifier and label, checked by their check value.</summary>
internal sealed unsafe class DeviceKeyObjects(string provider, Lock changes, TimeProvider time)
{
    private static readonly byte[] CheckText = "qbitel check value"u8.ToArray();
    private static readonly byte[] PublicExponent = [1, 0, 1];

    private readonly ConcurrentDictionary<TokenKeyId, (DeviceKey Key, ulong Handle, int Epoch)> _held = new();

    public T Use<T>(Session session, DeviceKey key, HsmOperation operation, Func<ulong, T> use)
    {
        ulong handle = Hold(session, key, operation);
        try
        {
            return use(handle);
        }
        catch (Pkcs11Error e) when (e.LosesKey)
        {
            _held.TryRemove(key.Id, out _);
            return use(Hold(session, key, operation));
        }
    }

    public DeviceKey Generate(Session session, TokenKeyId id, DeviceKeyKind kind, bool isExtractable)
    {
        if (kind.WhyNot(session.Capabilities) is { } why)
            throw Failed(HsmOperation.GenerateKey, HsmFailure.Unsupported, why + ".");
        return Add(session, id, kind, HsmOperation.GenerateKey, () =>
        {
            using Template secret = Secret(id, kind, isExtractable);
            if (!kind.IsPair)
            {
                if (kind.Type is Ckk.Aes or Ckk.GenericSecret) secret.Add(Cka.ValueLen, (ulong)kind.Size);
                return session.GenerateKey(kind.Generate, secret);
            }

            using Template publicKey = new();
            Name(publicKey, id, kind).Add(Cka.Token, true).Add(Cka.Private, false).Add(Cka.Verify, true)
                .Add(Cka.ModulusBits, (ulong)kind.Size * 8).Add(Cka.PublicExponent, PublicExponent);
            return session.GenerateKeyPair(kind.Generate, publicKey, secret).Private;
        });
    }

    /// <summary>Makes the object unless the name is taken; then that one is returned, if it is of this kind.</summary>
    public DeviceKey Add(Session session, TokenKeyId id, DeviceKeyKind kind, HsmOperation operation, Func<ulong> make)
    {
        lock (changes)
        {
            (DeviceKey Key, ulong Handle)? there = Find(session, id, operation);
            if (there is null)
            {
                make();
                there = Find(session, id, operation)
                    ?? throw Failed(operation, HsmFailure.Damaged, $"key {id} was made and is not there.");
            }

            return there.Value.Key.Kind == kind ? there.Value.Key : throw Failed(operation, HsmFailure.KeyConflict,
                $"key {id} exists as {there.Value.Key.Kind}, asked for was {kind}.");
        }
    }

    public (DeviceKey Key, ulong Handle)? Find(Session session, TokenKeyId id, HsmOperation operation)
    {
        List<ulong> objects = KeyObjects.Objects(session, id);
        ulong[] secrets = [.. objects.Where(h => session.Number(h, Cka.Class) is (ulong)Cko.PrivateKey
            or (ulong)Cko.SecretKey)];
        if (secrets.Length == 0) return null;
        if (secrets.Length > 1)
        {
            throw Failed(operation, HsmFailure.KeyConflict,
                $"there are {secrets.Length} keys with the identifier {id}; none of them is used.");
        }

        if (session.Attribute(secrets[0], Cka.Label) is not { } text || !KeyLabel.TryParse(text, out KeyLabel? label)
            || DeviceKeyKind.All.FirstOrDefault(k => k.Name == label.Kind) is not { } kind
            || session.Number(secrets[0], Cka.KeyType) != (ulong)kind.Type)
        {
            throw Failed(operation, HsmFailure.KeyConflict, $"the object with the identifier {id} is no device key of "
                + "ours; it is not used.");
        }

        byte[] publicKey = [], check;
        if (kind.IsPair)
        {
            ulong half = objects.Find(h => session.Number(h, Cka.Class) == (ulong)Cko.PublicKey);
            publicKey = PublicKey(session, half)
                ?? throw Failed(operation, HsmFailure.Damaged, $"the public key of {id} is missing.");
            check = SHA256.HashData(publicKey);
        }
        else
        {
            check = CheckValue(session, secrets[0], kind);
        }

        return (new DeviceKey(id, kind, check, publicKey, label.MadeAt), secrets[0]);
    }

    /// <summary>The attributes of a secret or private key of the kind, with the uses it has and no other.</summary>
    public Template Secret(TokenKeyId id, DeviceKeyKind kind, bool isExtractable)
    {
        Template template = new();
        Name(template, id, kind).Add(Cka.Token, true).Add(Cka.Private, true).Add(Cka.Sensitive, true)
            .Add(Cka.Extractable, isExtractable);
        if (!kind.IsPair) template.Add(Cka.Class, (ulong)Cko.SecretKey).Add(Cka.KeyType, (ulong)kind.Type);
        if (kind == DeviceKeyKind.AesWrap256)
        {
            // Signing is for the check value: a CMAC gives nothing away of what was wrapped, an encryption might.
            template.Add(Cka.Wrap, true).Add(Cka.Unwrap, true).Add(Cka.Sign, true);
        }
        else if (kind.Use == Ckm.HkdfDerive)
        {
            template.Add(Cka.Derive, true);
        }
        else if (kind.Use == Ckm.Des3Cbc)
        {
            template.Add(Cka.Encrypt, true).Add(Cka.Decrypt, true);
        }
        else
        {
            template.Add(Cka.Sign, true);
        }

        return template;
    }

    public void Require(Session session, Ckm mechanism, MechanismFlags use, HsmOperation operation)
    {
        if (session.Capabilities.WhyNot(mechanism, use) is { } why)
            throw Failed(operation, HsmFailure.Unsupported, why + ".");
    }

    public HsmException Failed(HsmOperation operation, HsmFailure failure, string message) =>
        new(provider, operation, failure, message);

    public static byte[] CheckValue(Session session, ulong key, DeviceKeyKind kind)
    {
        if (kind == DeviceKeyKind.AesWrap256 || kind.Use == Ckm.AesCmac)
            return session.Sign(new CkMechanism { Type = Ckm.AesCmac }, key, new byte[16], 16)[..5];
        if (kind.Use == Ckm.Des3Cmac)
            return session.Sign(new CkMechanism { Type = Ckm.Des3Cmac }, key, new byte[8], 8)[..5];
        if (kind.Use == Ckm.Des3Cbc)
        {
            byte[] block = new byte[8];
            session.Encrypt(new CkMechanism { Type = Ckm.Des3Ecb }, key, block, block);
            return block[..3];
        }

        if (kind.Use != Ckm.HkdfDerive)
            return session.Sign(new CkMechanism { Type = kind.Use }, key, CheckText, kind.MacSize)[..5];

        // A derived key is as sensitive as its base: it authenticates the text instead of being read.
        using Template template = new();
        template.Add(Cka.Class, (ulong)Cko.SecretKey).Add(Cka.KeyType, (ulong)Ckk.GenericSecret)
            .Add(Cka.Token, false).Add(Cka.Sensitive, true).Add(Cka.Extractable, false).Add(Cka.Sign, true)
            .Add(Cka.ValueLen, 32UL);
        ulong derived = Hkdf(session, key, default, CheckText, template);
        try
        {
            return session.Sign(new CkMechanism { Type = Ckm.Sha256Hmac }, derived, CheckText, 32)[..5];
        }
        finally
        {
            session.Functions.DestroyObject(session.Handle, derived);
        }
    }

    /// <summary>HKDF-SHA256 of RFC 5869, both steps, in the device.</summary>
    public static ulong Hkdf(
        Session session, ulong key, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, Template template)
    {
        fixed (byte* saltPlace = salt, infoPlace = info)
        {
            CkHkdfParameters hkdf = new()
            {
                Extract = 1,
                Expand = 1,
                Hash = Ckm.Sha256,
                SaltType = salt.IsEmpty ? Ck.HkdfSaltNull : Ck.HkdfSaltData,
                Salt = saltPlace,
                SaltLength = (ulong)salt.Length,
                Info = infoPlace,
                InfoLength = (ulong)info.Length,
            };
            CkMechanism mechanism = new()
            {
                Type = Ckm.HkdfDerive,
                Parameter = &hkdf,
                ParameterLength = (ulong)sizeof(CkHkdfParameters),
            };
            return session.Derive(mechanism, key, template);
        }
    }

    private ulong Hold(Session session, DeviceKey key, HsmOperation operation)
    {
        if (_held.TryGetValue(key.Id, out (DeviceKey Key, ulong Handle, int Epoch) held)
            && held.Epoch == session.Epoch && held.Key.IsSameKeyAs(key))
        {
            return held.Handle;
        }

        (DeviceKey found, ulong handle) = Find(session, key.Id, operation)
            ?? throw Failed(operation, HsmFailure.KeyMissing, $"there is no key {key.Id}.");
        if (!found.IsSameKeyAs(key))
            throw Failed(operation, HsmFailure.KeyConflict, $"key {key.Id} is another key than the caller described.");
        if (key.Kind.IsPair) VerifyPair(session, found, handle, operation);
        _held[key.Id] = (found, handle, session.Epoch);
        return handle;
    }

    private void VerifyPair(Session session, DeviceKey key, ulong handle, HsmOperation operation)
    {
        byte[] probe = [.. CheckText, .. RandomNumberGenerator.GetBytes(32)];
        byte[] signature = session.Sign(
            new CkMechanism { Type = Ckm.Sha256RsaPkcs }, handle, probe, key.Kind.Size);
        using RSA rsa = RSA.Create();
        rsa.ImportRSAPublicKey(key.PublicKey.Span, out _);
        if (!rsa.VerifyData(probe, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
        {
            throw Failed(operation, HsmFailure.KeyConflict,
                $"the private key of {key.Id} does not belong to its public key; it is not used.");
        }
    }

    private Template Name(Template template, TokenKeyId id, DeviceKeyKind kind)
    {
        byte[] bytes = new byte[TokenKeyId.Size];
        id.WriteTo(bytes);
        return template.Add(Cka.Id, bytes)
            .Add(Cka.Label, Encoding.UTF8.GetBytes(KeyLabel.Of(kind.Name, time).ToString()));
    }

    private static byte[]? PublicKey(Session session, ulong handle)
    {
        if (handle == 0 || session.Attribute(handle, Cka.Modulus) is not { } modulus
            || session.Attribute(handle, Cka.PublicExponent) is not { } exponent)
        {
            return null;
        }

        using RSA rsa = RSA.Create(new RSAParameters
        {
            Modulus = modulus.AsSpan().TrimStart((byte)0).ToArray(),
            Exponent = exponent.AsSpan().TrimStart((byte)0).ToArray(),
        });
        return rsa.ExportRSAPublicKey();
    }
}
