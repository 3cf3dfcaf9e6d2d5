using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cards;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;

namespace Qbitel.Hsm.Pkcs11;

/// <summary>Card keys as objects of a module: for one use, never extractable, known by what they compute.</summary>
/// <remarks>
/// The label says algorithm and use, such as <c>qbitel/TDEA-2-KEY+E0/2026-…</c>. The retail MAC and the CVV also
/// encrypt with the left half of their key alone: it comes in, twice, as an object of its own beside the whole key,
/// since most modules cannot take it out of that.
/// </remarks>
internal sealed class CardKeyObjects(string provider, Lock changes, TimeProvider time)
{
    private const char Separator = '+';
    private const string HalfKind = "TDEA-HALF";

    private static readonly byte[] ProofText = "qbitel card key!"u8.ToArray(); // 16 bytes
    private static readonly byte[] HalfText = "the left half of card key "u8.ToArray();

    private readonly ConcurrentDictionary<TokenKeyId, (HsmKey Key, ulong Handle, ulong Half, int Epoch)> _held = new();

    /// <summary>The uses that a module has mechanisms for; each as one attribute.</summary>
    public static Cka? AttributeOf(CardKeyUse use) => use switch
    {
        CardKeyUse.Cryptograms or CardKeyUse.ScriptIntegrity or CardKeyUse.ScriptConfidentiality => Cka.Derive,
        CardKeyUse.CardVerification or CardKeyUse.RetailMac => Cka.Encrypt,
        CardKeyUse.Cmac => Cka.Sign,
        _ => null,
    };

    public static bool NeedsHalf(CardKeyUse use) => AttributeOf(use) == Cka.Encrypt;

    /// <summary>Uses the key behind the description; looks for it again when another process replaced it.</summary>
    public T Use<T>(Session session, HsmKey key, HsmOperation operation, Func<ulong, ulong, T> use)
    {
        (ulong handle, ulong half) = Hold(session, key, operation);
        try
        {
            return use(handle, half);
        }
        catch (Pkcs11Error e) when (e.LosesKey)
        {
            _held.TryRemove(key.Id, out _);
            (handle, half) = Hold(session, key, operation);
            return use(handle, half);
        }
    }

    /// <summary>Makes the key, in the module where no value is given, or finds the one that has the name.</summary>
    public HsmKey Add(
        Session session, TokenKeyId id, CardKeyAlgorithm algorithm, CardKeyUse use, ReadOnlySpan<byte> value)
    {
        lock (changes)
        {
            if (Find(session, id, HsmOperation.ImportCardKey) is { } first) return first.Key;
            if (KeyObjects.Objects(session, id).Count > 0)
            {
                throw Failed(HsmOperation.ImportCardKey, HsmFailure.KeyConflict,
                    $"key {id} exists and is no card key.");
            }

            if (NeedsHalf(use))
            {
                // First the half: without the whole key it is never found, and is made anew.
                DestroyAlone(session, HalfOf(id));
                Span<byte> twice = stackalloc byte[16];
                value[..8].CopyTo(twice);
                value[..8].CopyTo(twice[8..]);
                using Template half = Describe(HalfOf(id), Ckk.Des2, $"{HalfKind}{Separator}{use.Code}", use);
                half.Add(Cka.Value, twice);
                CryptographicOperations.ZeroMemory(twice);
                session.CreateObject(half);
            }

            Ckk type = algorithm.IsAes ? Ckk.Aes : algorithm.PrivateKeySize == 16 ? Ckk.Des2 : Ckk.Des3;
            using Template template = Describe(id, type, $"{algorithm.Name}{Separator}{use.Code}", use);
            if (!value.IsEmpty)
            {
                session.CreateObject(template.Add(Cka.Value, value));
            }
            else
            {
                if (algorithm.IsAes) template.Add(Cka.ValueLen, (ulong)algorithm.PrivateKeySize);
                session.GenerateKey(
                    type switch { Ckk.Aes => Ckm.AesKeyGen, Ckk.Des2 => Ckm.Des2KeyGen, _ => Ckm.Des3KeyGen },
                        template);
            }

            return Find(session, id, HsmOperation.ImportCardKey)?.Key
                ?? throw Failed(HsmOperation.ImportCardKey, HsmFailure.Damaged, $"key {id} was made and is not there.");
        }
    }

    /// <summary>The card key of the name; null where there is none, or another kind of key.</summary>
    public (HsmKey Key, ulong Handle, ulong Half)? Find(Session session, TokenKeyId id, HsmOperation operation)
    {
        List<ulong> objects = [.. Secrets(session, id)];
        if (objects.Count == 0 || session.Attribute(objects[0], Cka.Label) is not { } text
            || !TryRead(text, out KeyLabel label, out CardKeyAlgorithm algorithm, out CardKeyUse use))
        {
            return null;
        }

        if (objects.Count > 1)
        {
            throw Failed(operation, HsmFailure.KeyConflict,
                $"there are {objects.Count} keys with the identifier {id}; none of them is used.");
        }

        ulong half = 0;
        if (NeedsHalf(use))
        {
            List<ulong> halves = [.. Secrets(session, HalfOf(id))];
            if (halves.Count != 1)
            {
                throw Failed(operation, HsmFailure.Damaged,
                    $"there are {halves.Count} left halves of key {id}. Destroy it and import it again.");
            }

            half = halves[0];
        }

        byte[] check = CheckValue(session, objects[0], algorithm, use);
        return (HsmKey.OfCard(id, algorithm, use, isExportable: false, check, label.MadeAt), objects[0], half);
    }

    public static IEnumerable<TokenKeyId> List(Session session)
    {
        using Template template = new();
        template.Add(Cka.Class, (ulong)Cko.SecretKey).Add(Cka.Token, true);
        foreach (ulong handle in session.FindObjects(template))
        {
            // A half has a kind that is no algorithm's: it goes with its whole.
            if (session.Attribute(handle, Cka.Id) is { Length: TokenKeyId.Size } id
                && session.Attribute(handle, Cka.Label) is { } text && TryRead(text, out _, out _, out _))
            {
                yield return new TokenKeyId(id);
            }
        }
    }

    /// <summary>What belongs to a card key of the name and is not under it.</summary>
    public void DestroyHalf(Session session, TokenKeyId id)
    {
        _held.TryRemove(id, out _);
        lock (changes) DestroyAlone(session, HalfOf(id));
    }

    public HsmException Failed(HsmOperation operation, HsmFailure failure, string message) =>
        new(provider, operation, failure, message);

    /// <summary>
    /// A key that encrypts shows the usual check value, and one for CMAC that of CMAC. One that only derives must not
    /// encrypt, or the keys of cards could be computed with it in the clear: it shows that of a key it derives.
    /// </summary>
    private static byte[] CheckValue(Session session, ulong key, CardKeyAlgorithm algorithm, CardKeyUse use)
    {
        int size = algorithm.IsAes ? 5 : 3, blockSize = algorithm.IsAes ? 16 : 8;
        if (use == CardKeyUse.Cmac)
        {
            Ckm mac = algorithm.IsAes ? Ckm.AesCmac : Ckm.Des3Cmac;
            return session.Sign(new CkMechanism { Type = mac }, key, new byte[blockSize], blockSize)[..size];
        }

        if (AttributeOf(use) == Cka.Derive)
        {
            using DerivedKeys derived = new(session);
            ulong shown = algorithm.IsAes ? derived.Aes(key, ProofText, 16, Cka.Encrypt)
                : derived.Tdea(key, ProofText, Cka.Encrypt);
            return Encrypted(shown)[..size];
        }

        return Encrypted(key)[..size];

        byte[] Encrypted(ulong handle)
        {
            byte[] block = new byte[blockSize];
            session.Encrypt(new CkMechanism { Type = algorithm.IsAes ? Ckm.AesEcb : Ckm.Des3Ecb }, handle, block,
                block);
            return block;
        }
    }

    private (ulong Handle, ulong Half) Hold(Session session, HsmKey key, HsmOperation operation)
    {
        if (_held.TryGetValue(key.Id, out (HsmKey Key, ulong Handle, ulong Half, int Epoch) held)
            && held.Epoch == session.Epoch && held.Key.IsSameKeyAs(key))
        {
            return (held.Handle, held.Half);
        }

        (HsmKey found, ulong handle, ulong half) = Find(session, key.Id, operation)
            ?? throw Failed(operation, HsmFailure.KeyMissing, $"there is no card key {key.Id}.");
        if (!found.IsSameKeyAs(key))
            throw Failed(operation, HsmFailure.KeyConflict, $"key {key.Id} is another key than the caller described.");
        _held[key.Id] = (found, handle, half, session.Epoch);
        return (handle, half);
    }

    private Template Describe(TokenKeyId id, Ckk type, string kind, CardKeyUse use)
    {
        byte[] bytes = new byte[TokenKeyId.Size];
        id.WriteTo(bytes);
        return new Template().Add(Cka.Class, (ulong)Cko.SecretKey).Add(Cka.KeyType, (ulong)type).Add(Cka.Token, true)
            .Add(Cka.Private, true).Add(Cka.Sensitive, true).Add(Cka.Extractable, false).Add(Cka.Id, bytes)
            .Add(Cka.Label, Encoding.UTF8.GetBytes(KeyLabel.Of(kind, time).ToString()))
            .Add(AttributeOf(use)!.Value, true);
    }

    private static bool TryRead(
        ReadOnlySpan<byte> text, out KeyLabel label, out CardKeyAlgorithm algorithm, out CardKeyUse use)
    {
        (algorithm, use) = (null!, default);
        if (!KeyLabel.TryParse(text, out label!) || label.Kind.Split(Separator) is not [{ } name, { } code])
            return false;
        return CardKeyAlgorithm.TryParse(name, out algorithm!) && CardKeyUses.TryParse(code, out use)
            && AttributeOf(use) is not null;
    }

    private static IEnumerable<ulong> Secrets(Session session, TokenKeyId id) =>
        KeyObjects.Objects(session, id).Where(handle => session.Number(handle, Cka.Class) == (ulong)Cko.SecretKey);

    private static void DestroyAlone(Session session, TokenKeyId id)
    {
        foreach (ulong handle in Secrets(session, id)) session.Destroy(handle);
    }

    private static TokenKeyId HalfOf(TokenKeyId id)
    {
        byte[] name = [.. HalfText, .. new byte[TokenKeyId.Size]];
        id.WriteTo(name.AsSpan(HalfText.Length));
        return new TokenKeyId(SHA256.HashData(name).AsSpan(0, TokenKeyId.Size));
    }
}
