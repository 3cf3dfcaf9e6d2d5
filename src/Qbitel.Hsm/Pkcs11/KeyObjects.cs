using System.Collections.Concurrent;
using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;

namespace Qbitel.Hsm.Pkcs11;

/// <summary>
/// Key objects of a token: found by identifier and label, verified by what they do, never by their handle.
/// </summary>
internal sealed class KeyObjects(string provider, Lock changes, TimeProvider time)
{
    // Not a message anybody would sign: it cannot be taken for one.
    private static readonly byte[] ProbePrefix = "qbitel: does this private key belong to its public key? "u8.ToArray();

    private readonly ConcurrentDictionary<TokenKeyId, FoundKey> _found = new();
    private readonly ConcurrentDictionary<TokenKeyId, long> _uses = new();

    /// <summary>Uses the key behind the description; looks for it again when another process replaced it.</summary>
    /// <exception cref="HsmException">It is gone, or another key than described.</exception>
    public T Use<T>(Session session, HsmKey key, HsmOperation operation, Func<FoundKey, T> use)
    {
        FoundKey found = Hold(session, key, operation);
        try
        {
            return use(found);
        }
        catch (Pkcs11Error e) when (e.LosesKey)
        {
            Forget(key.Id);
            return use(Hold(session, key, operation));
        }
    }

    public void Forget(TokenKeyId id) => _found.TryRemove(id, out _);

    /// <summary>Encryptions with the key by this process, this one included.</summary>
    public long CountUse(TokenKeyId id) => _uses.AddOrUpdate(id, 1, (_, used) => used + 1);

    /// <summary>Looks in the token, whatever was found before.</summary>
    public FoundKey? Find(Session session, TokenKeyId id, HsmOperation operation)
    {
        try
        {
            return Look(session, id, operation);
        }
        catch (HsmException e) when (e.Failure == HsmFailure.Damaged)
        {
            // A pair comes and goes one object after the other, and a module may show the one without the other. Who
            // makes or destroys one holds this lock, so what is still half a pair under it is damaged.
            lock (changes) return Look(session, id, operation);
        }
    }

    private FoundKey? Look(Session session, TokenKeyId id, HsmOperation operation)
    {
        List<ulong> objects = Objects(session, id);
        if (objects.Count == 0) return null;

        List<(Cko Class, ulong Handle)> keys = [];
        foreach (ulong handle in objects)
        {
            if (session.Number(handle, Cka.Class) is { } kind && (Cko)kind is Cko.PrivateKey or Cko.PublicKey
                or Cko.SecretKey)
            {
                keys.Add(((Cko)kind, handle));
            }
        }

        if (keys.Count == 0) return null;
        ulong[] privates = [.. keys.Where(k => k.Class is not Cko.PublicKey).Select(k => k.Handle)];
        ulong[] publics = [.. keys.Where(k => k.Class == Cko.PublicKey).Select(k => k.Handle)];
        if (privates.Length != 1 || publics.Length > 1)
        {
            throw Failed(operation, privates.Length == 0 ? HsmFailure.Damaged : HsmFailure.KeyConflict,
                $"there are {privates.Length} private or secret keys and {publics.Length} public keys with the "
                + $"identifier {id}; none of them is used. Remove those that do not belong, with the vendor's tool.");
        }

        ulong secret = privates[0];
        if (session.Attribute(secret, Cka.Label) is not { } text || !KeyLabel.TryParse(text, out KeyLabel? label)
            || label.Mechanism() is not { } mechanism)
        {
            throw Failed(operation, HsmFailure.KeyConflict,
                $"the object with the identifier {id} has a label that is not ours; it is not used.");
        }

        if (session.Number(secret, Cka.KeyType) != (ulong)mechanism.KeyType)
            throw Failed(operation, HsmFailure.KeyConflict, $"key {id} is labelled {label.Kind} and is none.");

        FoundKey found;
        if (mechanism.IsPair)
        {
            byte[]? publicKey = publics.Length == 1 ? PublicKeyEncoding.Read(session, publics[0], mechanism) : null;
            if (publicKey is null)
            {
                throw Failed(operation, HsmFailure.Damaged,
                    $"the public key of {id} is missing, or is no {label.Kind} key. Destroy it and make it again.");
            }

            HsmKey pair = HsmKey.OfPair(id, mechanism.Algorithm, publicKey, label.MadeAt);
            found = new FoundKey(pair, mechanism, secret, publics[0], session.Epoch);
        }
        else
        {
            HsmKey cipher = HsmKey.OfCipher(
                id, (CipherAlgorithm)mechanism.Algorithm, AesCheckValue(session, secret), label.MadeAt);
            found = new FoundKey(cipher, mechanism, secret, 0, session.Epoch) { IsVerified = true };
        }

        // What was verified stays so while nothing about it changed.
        if (_found.TryGetValue(id, out FoundKey? before) && before.Epoch == found.Epoch && before.Handle == found.Handle
            && before.Description.IsSameKeyAs(found.Description))
        {
            return before;
        }

        _found[id] = found;
        return found;
    }

    public static IEnumerable<TokenKeyId> List(Session session)
    {
        HashSet<TokenKeyId> seen = [];
        foreach (Cko kind in (Cko[])[Cko.PrivateKey, Cko.SecretKey])
        {
            using Template template = new();
            template.Add(Cka.Class, (ulong)kind).Add(Cka.Token, true);
            foreach (ulong handle in session.FindObjects(template))
            {
                // Keys of other programs in the same token are theirs.
                if (session.Attribute(handle, Cka.Id) is { Length: TokenKeyId.Size } id
                    && session.Attribute(handle, Cka.Label) is { } text && KeyLabel.TryParse(text, out KeyLabel? label)
                    && label.Mechanism() is not null)
                {
                    seen.Add(new TokenKeyId(id));
                }
            }
        }

        return seen;
    }

    /// <summary>Makes the key, or finds the one that came first.</summary>
    public HsmKey Generate(Session session, TokenKeyId id, KeyMechanism mechanism)
    {
        lock (changes) // PKCS#11 has no "create unless it is there"
        {
            if (Find(session, id, HsmOperation.GenerateKey) is { } first) return first.Description;

            ulong secret, publicKey;
            try
            {
                (secret, publicKey) = Make(session, id, mechanism);
            }
            catch (Pkcs11Error e) when (e.Code is Ckr.GeneralError or Ckr.FunctionFailed)
            {
                // SoftHSM does so now and then while other processes look for objects. Nothing had the name before:
                // what has it now is half a key.
                DestroyAlone(session, id);
                (secret, publicKey) = Make(session, id, mechanism);
            }

            if (Objects(session, id).Count > (mechanism.IsPair ? 2 : 1))
            {
                // Another process was as fast: ours goes, and who asks again finds the other.
                session.Destroy(secret);
                if (publicKey != 0) session.Destroy(publicKey);
                throw new HsmException(provider, HsmOperation.GenerateKey, HsmFailure.KeyConflict,
                    $"another process made key {id} at the same moment; ask again.", isTransient: true);
            }

            return Find(session, id, HsmOperation.GenerateKey)?.Description
                ?? throw Failed(HsmOperation.GenerateKey, HsmFailure.Damaged, $"key {id} was made and is not there.");
        }
    }

    /// <summary>The private or secret key goes first: half a pair that is left can do nothing.</summary>
    public bool Destroy(Session session, TokenKeyId id)
    {
        lock (changes) return DestroyAlone(session, id);
    }

    /// <summary>All token objects with the identifier.</summary>
    public static List<ulong> Objects(Session session, TokenKeyId id)
    {
        Span<byte> bytes = stackalloc byte[TokenKeyId.Size];
        id.WriteTo(bytes);
        using Template template = new();
        template.Add(Cka.Id, bytes).Add(Cka.Token, true);
        return session.FindObjects(template);
    }

    /// <summary>The check value of ANSI X9.24-1: the head of the CMAC of zeros, by two encryptions.</summary>
    public static byte[] AesCheckValue(Session session, ulong key)
    {
        CkMechanism ecb = new() { Type = Ckm.AesEcb };
        Span<byte> block = stackalloc byte[16];
        block.Clear();
        session.Encrypt(ecb, key, block, block);

        // SP 800-38B, section 6.1: the first subkey is L doubled; a whole block of zeros is that subkey, encrypted.
        int carry = block[0] >> 7;
        for (int i = 0; i < 16; i++)
            block[i] = (byte)(((block[i] << 1) & 0xFF) | (i < 15 ? block[i + 1] >> 7 : 0));
        block[15] ^= (byte)(carry * 0x87);
        session.Encrypt(ecb, key, block, block);
        return block[..5].ToArray();
    }

    private bool DestroyAlone(Session session, TokenKeyId id)
    {
        Forget(id);
        List<ulong> keys =
        [
            .. Objects(session, id).Where(h => session.Number(h, Cka.Class) is { } kind
                && (Cko)kind is Cko.PrivateKey or Cko.PublicKey or Cko.SecretKey),
        ];
        foreach (ulong handle in keys.OrderBy(h => session.Number(h, Cka.Class) == (ulong)Cko.PublicKey))
        {
            if (session.Attribute(handle, Cka.Label) is not { } text || !KeyLabel.TryParse(text, out _))
            {
                throw Failed(HsmOperation.Destroy, HsmFailure.KeyConflict,
                    $"the object with the identifier {id} has a label that is not ours; it is not destroyed.");
            }

            session.Destroy(handle);
        }

        return keys.Count > 0;
    }

    private FoundKey Hold(Session session, HsmKey key, HsmOperation operation)
    {
        if (_found.TryGetValue(key.Id, out FoundKey? found) && found.Epoch == session.Epoch && found.IsVerified
            && (ReferenceEquals(found.Description, key) || found.Description.IsSameKeyAs(key)))
        {
            return found;
        }

        found = Find(session, key.Id, operation)
            ?? throw Failed(operation, HsmFailure.KeyMissing, $"there is no key {key.Id}.");
        if (!found.Description.IsSameKeyAs(key))
        {
            throw Failed(operation, HsmFailure.KeyConflict,
                $"key {key.Id} is another {found.Description.Algorithm} key than the caller described.");
        }

        if (!found.IsVerified) Verify(session, found, operation);
        return found;
    }

    // The handle behind a label may be another key's after a reset: it is used only after it has done what only the
    // described key can do.
    private void Verify(Session session, FoundKey found, HsmOperation operation)
    {
        bool belongs;
        if (found.Mechanism.Algorithm is SignatureAlgorithm signature)
        {
            byte[] probe = [.. ProbePrefix, .. RandomNumberGenerator.GetBytes(32)];
            using SignatureKey publicKey = SignatureKeys.ImportPublic(signature, found.Description.PublicKey.Span);
            belongs = publicKey.Verify(probe, Signatures.Sign(session, found, probe, default), default);
        }
        else
        {
            KemAlgorithm kem = (KemAlgorithm)found.Mechanism.Algorithm;
            using KemKey publicKey = KemKeys.ImportPublic(kem, found.Description.PublicKey.Span);
            byte[] ciphertext = new byte[kem.CiphertextSize], secret = new byte[kem.SharedSecretSize];
            publicKey.Encapsulate(ciphertext, secret);
            byte[] opened = Secrets.Decapsulate(session, found, ciphertext);
            belongs = CryptographicOperations.FixedTimeEquals(secret, opened);
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(opened);
        }

        if (!belongs)
        {
            throw Failed(operation, HsmFailure.KeyConflict,
                $"the private key of {found.Description.Id} does not belong to its public key; it is not used.");
        }

        found.IsVerified = true;
    }

    private (ulong Secret, ulong Public) Make(Session session, TokenKeyId id, KeyMechanism mechanism)
    {
        byte[] bytes = new byte[TokenKeyId.Size];
        id.WriteTo(bytes);
        byte[] label = System.Text.Encoding.UTF8.GetBytes(KeyLabel.Of(mechanism.Algorithm.Name, time).ToString());

        using Template secret = new();
        secret.Add(Cka.Token, true).Add(Cka.Private, true).Add(Cka.Sensitive, true).Add(Cka.Extractable, false)
            .Add(Cka.Id, bytes).Add(Cka.Label, label);
        if (!mechanism.IsPair)
        {
            secret.Add(Cka.Class, (ulong)Cko.SecretKey).Add(Cka.KeyType, (ulong)mechanism.KeyType)
                .Add(Cka.ValueLen, (ulong)mechanism.Algorithm.PrivateKeySize)
                .Add(Cka.Encrypt, true).Add(Cka.Decrypt, true);
            return (session.GenerateKey(mechanism.Generate, secret), 0);
        }

        bool isKem = mechanism.Algorithm is KemAlgorithm;
        secret.Add(isKem ? Cka.Decapsulate : Cka.Sign, true);
        using Template publicKey = new();
        publicKey.Add(Cka.Token, true).Add(Cka.Private, false).Add(Cka.Id, bytes).Add(Cka.Label, label)
            .Add(isKem ? Cka.Encapsulate : Cka.Verify, true);
        if (mechanism.ParameterSet is { } set) publicKey.Add(Cka.ParameterSet, set);
        if (mechanism.Curve is { } curve) publicKey.Add(Cka.EcParams, PublicKeyEncoding.Curve(curve));
        (ulong publicHandle, ulong privateHandle) = session.GenerateKeyPair(mechanism.Generate, publicKey, secret);
        return (privateHandle, publicHandle);
    }

    private HsmException Failed(HsmOperation operation, HsmFailure failure, string message) =>
        new(provider, operation, failure, message);
}
