using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cms;
using Qbitel.Cryptography.Envelopes;
using Qbitel.Hsm.Pkcs11;
using Qbitel.Hsm.Pkcs11.Configuration;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;

namespace Qbitel.Hsm.Wrapping;

/// <summary>
/// Makes and opens <see cref="CmsWrappedKey"/> in a session: inside the module where it has every mechanism for it, and
/// otherwise with the wrapping key, and only that, in this process.
/// </summary>
internal static unsafe class DeviceWrapping
{
    private const int KeySize = 32;
    private const int MaxWrapped = 16 << 10; // an expanded ML-DSA-87 key takes less than 5 KiB, RSA-4096 less than 3

    /// <summary>Why the module cannot encapsulate, derive and wrap by itself; null when it can.</summary>
    public static string? WhyNotWrapInside(SlotCapabilities slot, KemAlgorithm recipient) =>
        MLKemOf(recipient) is null ? $"PKCS#11 has no mechanism for {recipient}"
        : !slot.HasEncapsulation ? "the module's interface has no C_EncapsulateKey (PKCS#11 3.2)"
        : slot.WhyNot(Ckm.MlKem, MechanismFlags.Encapsulate) ?? slot.WhyNot(Ckm.HkdfDerive, MechanismFlags.Derive)
            ?? slot.WhyNot(Ckm.AesKeyWrap, MechanismFlags.Wrap) ?? slot.WhyNot(Ckm.AesKeyWrapKwp, MechanismFlags.Wrap);

    /// <summary>Why the module cannot decapsulate, derive and unwrap by itself; null when it can.</summary>
    public static string? WhyNotUnwrapInside(SlotCapabilities slot, KemAlgorithm recipient) =>
        MLKemOf(recipient) is null ? $"PKCS#11 has no mechanism for {recipient}"
        : !slot.HasEncapsulation ? "the module's interface has no C_DecapsulateKey (PKCS#11 3.2)"
        : slot.WhyNot(Ckm.MlKem, MechanismFlags.Decapsulate) ?? slot.WhyNot(Ckm.HkdfDerive, MechanismFlags.Derive)
            ?? slot.WhyNot(Ckm.AesKeyWrap, MechanismFlags.Unwrap)
            ?? slot.WhyNot(Ckm.AesKeyWrapKwp, MechanismFlags.Unwrap);

    /// <summary>Wraps an extractable key of the token.</summary>
    public static (CmsWrappedKey Cms, BoundaryReport Boundary) Wrap(
        Session session, string token, ulong key, TransferKind kind, CmsRecipient recipient)
    {
        // Asked here too: NSS softoken wraps what it was told to keep.
        if (session.Attribute(key, Cka.Extractable) is not [not 0])
            throw new Pkcs11Error("C_WrapKey", Ckr.KeyUnextractable);

        return WhyNotWrapInside(session.Capabilities, recipient.Algorithm) is { } why
            ? WrapFromHere(session, token, key, kind, recipient, why)
            : WrapInside(session, token, key, recipient);
    }

    /// <summary>Opens a message with an ML-KEM key of the token, and makes the key an object of it.</summary>
    public static (ulong Key, BoundaryReport Boundary) UnwrapInside(
        Session session, string token, ulong kemKey, CmsWrappedKey message, Template template)
    {
        using DerivedHandles handles = new(session);
        ulong secret = handles.Add(session.Decapsulate(kemKey, message.Encapsulated.Span, SecretOf(handles)));
        ulong wrappingKey = handles.Add(DeviceKeyObjects.Hkdf(
            session, secret, default, CmsWrappedKey.DerivationInfo.Span, AesOf(handles, Cka.Unwrap)));
        ulong contentKey = handles.Add(session.Unwrap(
            new CkMechanism { Type = Ckm.AesKeyWrap }, wrappingKey, message.WrappedContentKey.Span,
            AesOf(handles, Cka.Unwrap, hasLength: false)));
        Ckm how = message.IsPadded ? Ckm.AesKeyWrapKwp : Ckm.AesKeyWrap;
        ulong key = session.Unwrap(new CkMechanism { Type = how }, contentKey, message.Wrapped.Span, template);
        return (key, new BoundaryReport("unwrap", token, Exposure.InsideToken, Exposure.InsideToken,
        [
            $"{message.Algorithm} decapsulated in the token, the secret non-extractable",
            "wrapping key derived in the token by HKDF-SHA256 (RFC 9629)",
            $"content key unwrapped in the token (RFC 3394), the key by it ({Rfc(message.IsPadded)})",
        ]));
    }

    /// <summary>Opens a message with a content key that is in this process, and makes the key an object.</summary>
    public static (ulong Key, BoundaryReport Boundary) UnwrapFromHere(
        Session session, string token, ReadOnlySpan<byte> contentKey, bool isPadded, ReadOnlySpan<byte> wrapped,
        Template template, string why)
    {
        using DerivedHandles handles = new(session);
        ulong unwrapping = handles.Add(session.CreateObject(KeyOf(handles, contentKey, Cka.Unwrap)));
        Ckm how = isPadded ? Padded(session, MechanismFlags.Unwrap) : Ckm.AesKeyWrap;
        ulong key = session.Unwrap(new CkMechanism { Type = how }, unwrapping, wrapped, template);
        return (key, new BoundaryReport("unwrap", token, Exposure.InsideToken, Exposure.ThisProcess,
        [
            why,
            "the content key was opened in this process and handed to the token as a session key",
            $"the key was unwrapped in the token ({Rfc(isPadded)})",
        ]));
    }

    /// <summary>The attributes of the object the key becomes.</summary>
    public static Template TemplateFor(
        Pkcs11Vendor vendor, TransferKey key, TransferKind kind, bool isExtractable, bool isOfSession = false)
    {
        Template template = new();
        template.Add(Cka.Class, (ulong)(kind.IsPair ? Cko.PrivateKey : Cko.SecretKey))
            .Add(Cka.KeyType, (ulong)kind.Type).Add(Cka.Token, !isOfSession).Add(Cka.Private, true)
            .Add(Cka.Sensitive, true).Add(Cka.Extractable, isExtractable).Add(Cka.Id, Convert.FromHexString(key.Id))
            .Add(Cka.Label, Encoding.UTF8.GetBytes(key.Label));
        (KeyUses Use, Cka Attribute)[] uses = kind.IsPair
            ? [(KeyUses.Sign, Cka.Sign), (KeyUses.Decrypt, Cka.Decrypt), (KeyUses.Unwrap, Cka.Unwrap),
                (KeyUses.Derive, Cka.Derive)]
            : [(KeyUses.Encrypt, Cka.Encrypt), (KeyUses.Decrypt, Cka.Decrypt), (KeyUses.Sign, Cka.Sign),
                (KeyUses.Verify, Cka.Verify), (KeyUses.Wrap, Cka.Wrap), (KeyUses.Unwrap, Cka.Unwrap),
                (KeyUses.Derive, Cka.Derive)];
        // Said of every use: what is left out, some modules allow.
        foreach ((KeyUses use, Cka attribute) in uses) template.Add(attribute, key.Uses.HasFlag(use));
        if (kind.Type == Ckk.MlKem) template.Add(Cka.Decapsulate, key.Uses.HasFlag(KeyUses.Decapsulate));
        if (kind.Type == Ckk.Ec && vendor.PointOfUnwrappedKey is { } point) template.Add(point, key.PublicKey.Span);
        return template;
    }

    /// <summary>Makes the public half an object beside the private one.</summary>
    public static ulong AddPublic(Session session, TransferKey key, TransferKind kind) =>
        AddPublic(session, key, kind, isRaw: false);

    private static ulong AddPublic(Session session, TransferKey key, TransferKind kind, bool isRaw)
    {
        using Template template = new(room: 4096);
        template.Add(Cka.Class, (ulong)Cko.PublicKey).Add(Cka.KeyType, (ulong)kind.Type).Add(Cka.Token, true)
            .Add(Cka.Private, false).Add(Cka.Id, Convert.FromHexString(key.Id))
            .Add(Cka.Label, Encoding.UTF8.GetBytes(key.Label));
        if (kind.Type == Ckk.Rsa)
        {
            using RSA rsa = RSA.Create();
            rsa.ImportRSAPublicKey(key.PublicKey.Span, out _);
            RSAParameters parts = rsa.ExportParameters(false);
            template.Add(Cka.Modulus, parts.Modulus).Add(Cka.PublicExponent, parts.Exponent);
        }
        else if (kind.Curve is { } curve)
        {
            AsnWriter point = new(AsnEncodingRules.DER);
            point.WriteOctetString(key.PublicKey.Span);
            template.Add(Cka.EcParams, PublicKeyEncoding.Curve(curve))
                .Add(Cka.EcPoint, isRaw ? key.PublicKey.ToArray() : point.Encode());
        }
        else
        {
            template.Add(Cka.ParameterSet, kind.ParameterSet!.Value).Add(Cka.Value, key.PublicKey.Span);
        }

        if (kind.Type == Ckk.MlKem) template.Add(Cka.Encapsulate, true);
        else template.Add(Cka.Verify, true);
        if (kind.Type == Ckk.Rsa && key.Uses.HasFlag(KeyUses.Decrypt)) template.Add(Cka.Encrypt, true);
        try
        {
            return session.CreateObject(template);
        }
        catch (Pkcs11Error e) when (kind.Type == Ckk.EcEdwards && !isRaw
            && e.Code is Ckr.TemplateInconsistent or Ckr.AttributeValueInvalid)
        {
            // Older modules take the point in an OCTET STRING, as of other curves; NSS takes the bytes of RFC 8032
            // alone, which is what PKCS#11 3.1 says.
            return AddPublic(session, key, kind, isRaw: true);
        }
    }

    private static (CmsWrappedKey Cms, BoundaryReport Boundary) WrapInside(
        Session session, string token, ulong key, CmsRecipient recipient)
    {
        using DerivedHandles handles = new(session);
        ulong publicKey = handles.Add(session.CreateObject(PublicOf(handles, recipient)));
        (byte[] encapsulated, ulong secret) = session.Encapsulate(
            publicKey, SecretOf(handles), recipient.Algorithm.CiphertextSize);
        handles.Add(secret);
        ulong wrappingKey = handles.Add(DeviceKeyObjects.Hkdf(
            session, secret, default, CmsWrappedKey.DerivationInfo.Span, AesOf(handles, Cka.Wrap)));
        Template content = AesOf(handles, Cka.Wrap, isExtractable: true);
        ulong contentKey = handles.Add(session.GenerateKey(Ckm.AesKeyGen, content));
        byte[] wrappedContentKey = session.Wrap(
            new CkMechanism { Type = Ckm.AesKeyWrap }, wrappingKey, contentKey, KeySize + AesKeyWrap.Overhead);
        byte[] wrapped = session.Wrap(new CkMechanism { Type = Ckm.AesKeyWrapKwp }, contentKey, key, MaxWrapped);
        return (CmsWrappedKey.Assemble(recipient, encapsulated, wrappedContentKey, isPadded: true, wrapped),
            new BoundaryReport("wrap", token, Exposure.InsideToken, Exposure.InsideToken,
            [
                $"{recipient.Algorithm} encapsulated in the token, the secret non-extractable",
                "wrapping key derived in the token by HKDF-SHA256 (RFC 9629)",
                $"content key made and wrapped in the token (RFC 3394), the key under it ({Rfc(true)})",
            ]));
    }

    private static (CmsWrappedKey Cms, BoundaryReport Boundary) WrapFromHere(
        Session session, string token, ulong key, TransferKind kind, CmsRecipient recipient, string why)
    {
        using SecretBuffer contentKey = new(KeySize);
        RandomNumberGenerator.Fill(contentKey.Bytes);
        using DerivedHandles handles = new(session);
        ulong wrapping = handles.Add(session.CreateObject(KeyOf(handles, contentKey.Bytes, Cka.Wrap)));
        bool isPadded = WhyNotPadded(session, MechanismFlags.Wrap) is null;
        Ckm how = isPadded ? Padded(session, MechanismFlags.Wrap) : Ckm.AesKeyWrap;
        if (!isPadded && (kind.IsPair || kind.Size % 8 != 0)) throw new Pkcs11Error("C_WrapKey", Ckr.MechanismInvalid);

        byte[] wrapped = session.Wrap(new CkMechanism { Type = how }, wrapping, key, MaxWrapped);
        (byte[] encapsulated, byte[] wrappedContentKey) = CmsWrappedKey.WrapContentKey(contentKey.Bytes, recipient);
        return (CmsWrappedKey.Assemble(recipient, encapsulated, wrappedContentKey, isPadded, wrapped),
            new BoundaryReport("wrap", token, Exposure.InsideToken, Exposure.ThisProcess,
            [
                why,
                "the content key was made in this process and handed to the token as a session key",
                $"the key was wrapped in the token ({Rfc(isPadded)})"
                    + (how == Ckm.AesKeyWrapPad
                        ? ", by CKM_AES_KEY_WRAP_PAD, after it was seen to make RFC 5649 of a known key" : ""),
                $"{recipient.Algorithm} encapsulated in this process, HKDF-SHA256 (RFC 9629), content key wrapped here",
            ]));
    }

    /// <summary>Why the slot has no wrapping by RFC 5649; null when it has.</summary>
    public static string? WhyNotPadded(Session session, MechanismFlags use)
    {
        if (session.Capabilities.Can(Ckm.AesKeyWrapKwp, use)) return null;
        return session.Capabilities.Can(Ckm.AesKeyWrapPad, use)
            ? PadsByRfc5649(session) ? null : "its CKM_AES_KEY_WRAP_PAD is not RFC 5649"
            : session.Capabilities.WhyNot(Ckm.AesKeyWrapKwp, use);
    }

    /// <summary>
    /// Why the module makes no key of this kind from a wrapped one; null when it does, or does not show it.
    /// </summary>
    /// <remarks>
    /// The mechanisms do not tell: SoftHSM 2.6.1 unwraps other pairs and signs by Ed25519, and unwraps no Ed25519 key.
    /// So the slot shows it, of a known key and for the session only.
    /// </remarks>
    public static string? WhyNotUnwrapKind(Session session, Pkcs11Vendor vendor, TransferKind kind)
    {
        if (kind.Type != Ckk.EcEdwards || WhyNotPadded(session, MechanismFlags.Unwrap) is not null) return null;

        // RFC 8410, section 7: a PrivateKeyInfo around the seed.
        byte[] known = [.. Convert.FromHexString("302e020100300506032b657004220420"), .. new byte[kind.Size]];
        byte[] wrappingKey = new byte[KeySize];
        wrappingKey.AsSpan().Fill(0x5A);
        TransferKey named = new()
        {
            Id = "",
            Label = "",
            Kind = kind.Name,
            Uses = KeyUses.Sign,
            IsExtractable = false,
            CheckValue = "",
        };
        try
        {
            using DerivedHandles handles = new(session);
            ulong unwrapping = handles.Add(session.CreateObject(KeyOf(handles, wrappingKey, Cka.Unwrap)));
            Template template = handles.Keep(
                TemplateFor(vendor, named, kind, isExtractable: false, isOfSession: true));
            handles.Add(session.Unwrap(new CkMechanism { Type = Padded(session, MechanismFlags.Unwrap) }, unwrapping,
                AesKeyWrap.WrapPadded(wrappingKey, known), template));
            return null;
        }
        catch (Pkcs11Error e) when (e.Function == "C_UnwrapKey"
            && e.Code is Ckr.FunctionFailed or Ckr.KeyTypeInconsistent or Ckr.TemplateInconsistent
                or Ckr.AttributeValueInvalid or Ckr.WrappedKeyInvalid)
        {
            return $"tried with a known {kind} key, {e.Message}";
        }
        catch (Pkcs11Error e) when (!e.LosesDevice)
        {
            return null; // says nothing of the kind: whether it can is seen when it is done
        }
    }

    private static Ckm Padded(Session session, MechanismFlags use) =>
        session.Capabilities.Can(Ckm.AesKeyWrapKwp, use) ? Ckm.AesKeyWrapKwp
        : PadsByRfc5649(session) ? Ckm.AesKeyWrapPad
        : throw new Pkcs11Error("C_WrapKey", Ckr.MechanismInvalid);

    // The number means RFC 5649 to one vendor and PKCS#7 padding to another, and their documents differ from their
    // modules. So the slot shows it: a known key under a known key, compared with the standard.
    private static bool PadsByRfc5649(Session session)
    {
        byte[] wrappingKey = new byte[KeySize], known = new byte[24];
        wrappingKey.AsSpan().Fill(0x5A);
        known.AsSpan().Fill(0xA5);
        try
        {
            using DerivedHandles handles = new(session);
            ulong wrapping = handles.Add(session.CreateObject(KeyOf(handles, wrappingKey, Cka.Wrap)));
            Template template = handles.Keep(new Template());
            template.Add(Cka.Class, (ulong)Cko.SecretKey).Add(Cka.KeyType, (ulong)Ckk.Aes).Add(Cka.Token, false)
                .Add(Cka.Extractable, true).Add(Cka.Encrypt, true).Add(Cka.Value, known);
            ulong key = handles.Add(session.CreateObject(template));
            byte[] wrapped = session.Wrap(new CkMechanism { Type = Ckm.AesKeyWrapPad }, wrapping, key, 64);
            return wrapped.AsSpan().SequenceEqual(AesKeyWrap.WrapPadded(wrappingKey, known));
        }
        catch (Pkcs11Error e) when (!e.LosesDevice)
        {
            return false;
        }
    }

    private static Template PublicOf(DerivedHandles handles, CmsRecipient recipient)
    {
        Template template = handles.Keep(new Template(room: 4096));
        return template.Add(Cka.Class, (ulong)Cko.PublicKey).Add(Cka.KeyType, (ulong)Ckk.MlKem).Add(Cka.Token, false)
            .Add(Cka.ParameterSet, MLKemOf(recipient.Algorithm)!.ParameterSet!.Value).Add(Cka.Encapsulate, true)
            .Add(Cka.Value, recipient.PublicKey.Key.Span);
    }

    private static Template SecretOf(DerivedHandles handles) => handles.Keep(new Template())
        .Add(Cka.Class, (ulong)Cko.SecretKey).Add(Cka.KeyType, (ulong)Ckk.GenericSecret).Add(Cka.Token, false)
        .Add(Cka.Sensitive, true).Add(Cka.Extractable, false).Add(Cka.Derive, true).Add(Cka.ValueLen, (ulong)KeySize);

    private static Template AesOf(
        DerivedHandles handles, Cka use, bool isExtractable = false, bool hasLength = true)
    {
        Template template = handles.Keep(new Template());
        template.Add(Cka.Class, (ulong)Cko.SecretKey).Add(Cka.KeyType, (ulong)Ckk.Aes).Add(Cka.Token, false)
            .Add(Cka.Sensitive, true).Add(Cka.Extractable, isExtractable).Add(use, true);
        if (hasLength) template.Add(Cka.ValueLen, (ulong)KeySize);
        return template;
    }

    private static Template KeyOf(DerivedHandles handles, ReadOnlySpan<byte> value, Cka use) =>
        handles.Keep(new Template()).Add(Cka.Class, (ulong)Cko.SecretKey).Add(Cka.KeyType, (ulong)Ckk.Aes)
            .Add(Cka.Token, false).Add(Cka.Sensitive, true).Add(Cka.Extractable, false).Add(use, true)
            .Add(Cka.Value, value);

    private static KeyMechanism? MLKemOf(KemAlgorithm algorithm) =>
        KeyMechanism.Of(algorithm) is { KeyType: Ckk.MlKem } mechanism ? mechanism : null;

    private static string Rfc(bool isPadded) => isPadded ? "RFC 5649" : "RFC 3394";

    /// <summary>Session objects and templates of one transfer: gone, and zeroed, with this.</summary>
    private sealed class DerivedHandles(Session session) : IDisposable
    {
        private readonly List<ulong> _handles = [];
        private readonly List<Template> _templates = [];

        public ulong Add(ulong handle)
        {
            _handles.Add(handle);
            return handle;
        }

        public Template Keep(Template template)
        {
            _templates.Add(template);
            return template;
        }

        public void Dispose()
        {
            foreach (ulong handle in _handles) session.Functions.DestroyObject(session.Handle, handle);
            foreach (Template template in _templates) template.Dispose();
        }
    }
}
