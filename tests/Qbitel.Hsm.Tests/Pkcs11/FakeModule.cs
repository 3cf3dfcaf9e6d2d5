using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Qbitel.Hsm.Pkcs11.Interop;
using Qbitel.Hsm.Pkcs11.Sessions;

namespace Qbitel.Hsm.Tests.Pkcs11;

/// <summary>The fake has one set of static callbacks: its tests take turns.</summary>
[CollectionDefinition(Name)]
public sealed class FakeModules
{
    public const string Name = "Fake PKCS#11 module";
}

/// <summary>
/// A PKCS#11 module made of unmanaged callbacks, to answer, fail, hang and forget exactly as a test says. It makes real
/// P-256 keys. Real modules are tested in their own classes.
/// </summary>
internal sealed unsafe class FakeModule : IDisposable
{
    private static FakeModule _current = null!;

    private readonly Lock _gate = new();
    private readonly HashSet<ulong> _sessions = [];
    private readonly Dictionary<ulong, FakeObject> _byHandle = [];
    private readonly Dictionary<ulong, Queue<ulong>> _searches = [];
    private readonly Dictionary<ulong, ulong> _signing = [];
    private ulong _nextSession = 100;
    private bool _initialized;
    private bool _loggedIn;

    public FakeModule(byte major = 2, byte minor = 40)
    {
        _current = this;
        List = NewList(major, minor);
        Module = new Pkcs11Module($"fake-{Guid.CreateVersion7()}", new FunctionTable(List));
    }

    public nint* List { get; }

    public Pkcs11Module Module { get; }

    /// <summary>Called first in every function: an answer instead of the function's own, or null.</summary>
    public Func<string, Ckr?> Intercept { get; set; } = _ => null;

    public Dictionary<string, int> Calls { get; } = [];

    public List<FakeObject> Objects { get; } = [];

    public byte[] Pin { get; set; } = "fake-pin-of-the-test"u8.ToArray();

    public List<FakeToken> Tokens { get; } = [new(7, "bank", "0001")];

    public List<(Ckm Mechanism, MechanismFlags Flags)> Mechanisms { get; } =
        [(Ckm.EcKeyPairGen, MechanismFlags.GenerateKeyPair), (Ckm.Ecdsa, MechanismFlags.Sign)];

    /// <summary>The handles of objects; changed, they are other ones after the next initialisation.</summary>
    public Func<int, ulong> Numbering { get; set; } = index => (ulong)index + 1;

    public int Count(string function)
    {
        lock (_gate) return Calls.GetValueOrDefault(function);
    }

    /// <summary>A list of this version; behind its last place lies a function that must never be called.</summary>
    public nint* NewList(byte major, byte minor)
    {
        int places = major == 2 ? 68 : minor < 2 ? 92 : 104;
        nint* list = (nint*)NativeMemory.AllocZeroed((nuint)(1 + places + 64) * 8);
        *(CkVersion*)list = new CkVersion(major, minor);
        for (int i = places; i < places + 64; i++)
            list[1 + i] = (nint)(delegate* unmanaged[Cdecl]<ulong, ulong, Ckr>)&Beyond;
        nint* f = list + 1;
        f[0] = (nint)(delegate* unmanaged[Cdecl]<void*, Ckr>)&Initialize;
        f[1] = (nint)(delegate* unmanaged[Cdecl]<void*, Ckr>)&Finalize;
        f[4] = (nint)(delegate* unmanaged[Cdecl]<byte, ulong*, ulong*, Ckr>)&GetSlotList;
        f[5] = (nint)(delegate* unmanaged[Cdecl]<ulong, CkSlotInfo*, Ckr>)&GetSlotInfo;
        f[6] = (nint)(delegate* unmanaged[Cdecl]<ulong, CkTokenInfo*, Ckr>)&GetTokenInfo;
        f[7] = (nint)(delegate* unmanaged[Cdecl]<ulong, Ckm*, ulong*, Ckr>)&GetMechanismList;
        f[8] = (nint)(delegate* unmanaged[Cdecl]<ulong, Ckm, CkMechanismInfo*, Ckr>)&GetMechanismInfo;
        f[12] = (nint)(delegate* unmanaged[Cdecl]<ulong, ulong, void*, void*, ulong*, Ckr>)&OpenSession;
        f[13] = (nint)(delegate* unmanaged[Cdecl]<ulong, Ckr>)&CloseSession;
        f[15] = (nint)(delegate* unmanaged[Cdecl]<ulong, CkSessionInfo*, Ckr>)&GetSessionInfo;
        f[18] = (nint)(delegate* unmanaged[Cdecl]<ulong, ulong, byte*, ulong, Ckr>)&Login;
        f[22] = (nint)(delegate* unmanaged[Cdecl]<ulong, ulong, Ckr>)&DestroyObject;
        f[24] = (nint)(delegate* unmanaged[Cdecl]<ulong, ulong, CkAttribute*, ulong, Ckr>)&GetAttributeValue;
        f[26] = (nint)(delegate* unmanaged[Cdecl]<ulong, CkAttribute*, ulong, Ckr>)&FindObjectsInit;
        f[27] = (nint)(delegate* unmanaged[Cdecl]<ulong, ulong*, ulong, ulong*, Ckr>)&FindObjects;
        f[28] = (nint)(delegate* unmanaged[Cdecl]<ulong, Ckr>)&FindObjectsFinal;
        f[42] = (nint)(delegate* unmanaged[Cdecl]<ulong, CkMechanism*, ulong, Ckr>)&SignInit;
        f[43] = (nint)(delegate* unmanaged[Cdecl]<ulong, byte*, ulong, byte*, ulong*, Ckr>)&Sign;
        f[59] = (nint)(delegate* unmanaged[Cdecl]<ulong, CkMechanism*, CkAttribute*, ulong, CkAttribute*, ulong, ulong*,
            ulong*, Ckr>)&GenerateKeyPair;
        f[64] = (nint)(delegate* unmanaged[Cdecl]<ulong, byte*, ulong, Ckr>)&GenerateRandom;
        return list;
    }

    /// <summary>What a technician or another library does to the module behind our back.</summary>
    public void FinalizeFromOutside()
    {
        lock (_gate) Forget();
    }

    public void Dispose()
    {
        // Its functions stay, as those of a loaded library do: a thread that was stuck may come back and call them.
        foreach (FakeObject each in Objects) each.Key?.Dispose();
    }

    private void Forget()
    {
        _initialized = _loggedIn = false;
        _sessions.Clear();
        _byHandle.Clear();
        _signing.Clear();
    }

    private void Number()
    {
        _byHandle.Clear();
        for (int i = 0; i < Objects.Count; i++) _byHandle[Numbering(i)] = Objects[i];
    }

    private static Ckr Answer(Func<FakeModule, Ckr> act, bool needsSession = false, ulong session = 0,
        [CallerMemberName] string function = "")
    {
        FakeModule fake = _current;
        lock (fake._gate) fake.Calls[function] = fake.Calls.GetValueOrDefault(function) + 1;
        if (fake.Intercept(function) is { } instead) return instead; // outside the lock: it may hang
        lock (fake._gate)
        {
            if (!fake._initialized && function != nameof(Initialize)) return Ckr.CryptokiNotInitialized;
            return needsSession && !fake._sessions.Contains(session) ? Ckr.SessionHandleInvalid : act(fake);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Ckr Beyond(ulong a, ulong b) => Answer(_ => Ckr.Ok);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Ckr Initialize(void* args) => Answer(fake =>
    {
        if (fake._initialized) return Ckr.CryptokiAlreadyInitialized;
        fake.Forget();
        fake._initialized = true;
        fake.Number();
        return Ckr.Ok;
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Ckr Finalize(void* reserved) => Answer(fake =>
    {
        fake.Forget();
        return Ckr.Ok;
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Ckr GetSlotList(byte withToken, ulong* slots, ulong* count) => Answer(fake =>
    {
        ulong had = *count;
        *count = (ulong)fake.Tokens.Count;
        if (slots is null) return Ckr.Ok;
        if (had < *count) return Ckr.BufferTooSmall;
        for (int i = 0; i < fake.Tokens.Count; i++) slots[i] = fake.Tokens[i].Slot;
        return Ckr.Ok;
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Ckr GetSlotInfo(ulong slot, CkSlotInfo* info) => Answer(_ =>
    {
        *info = default;
        info->Flags = Ck.SlotTokenPresent | Ck.SlotHardware;
        return Ckr.Ok;
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Ckr GetTokenInfo(ulong slot, CkTokenInfo* info) => Answer(fake =>
    {
        if (fake.Tokens.Find(t => t.Slot == slot) is not { } token) return Ckr.TokenNotPresent;
        *info = default;
        Fill(token.Label, info->Label, 32);
        Fill(token.Serial, info->Serial, 16);
        info->Flags = token.Flags;
        info->MaxSessions = token.MaxSessions;
        return Ckr.Ok;

        static void Fill(string text, byte* place, int size) =>
            Encoding.UTF8.GetBytes(text.PadRight(size), new Span<byte>(place, size));
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Ckr GetMechanismList(ulong slot, Ckm* list, ulong* count) => Answer(fake =>
    {
        *count = (ulong)fake.Mechanisms.Count;
        for (int i = 0; list is not null && i < fake.Mechanisms.Count; i++) list[i] = fake.Mechanisms[i].Mechanism;
        return Ckr.Ok;
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Ckr GetMechanismInfo(ulong slot, Ckm mechanism, CkMechanismInfo* info) => Answer(fake =>
    {
        *info = new CkMechanismInfo { Flags = fake.Mechanisms.Find(m => m.Mechanism == mechanism).Flags };
        return Ckr.Ok;
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Ckr OpenSession(ulong slot, ulong flags, void* application, void* notify, ulong* session) =>
        Answer(fake =>
        {
            if (!fake.Tokens.Exists(t => t.Slot == slot)) return Ckr.TokenNotPresent;
            *session = fake._nextSession++;
            fake._sessions.Add(*session);
            return Ckr.Ok;
        });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Ckr CloseSession(ulong session) => Answer(fake =>
    {
        fake._sessions.Remove(session);
        return Ckr.Ok;
    }, needsSession: true, session);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Ckr GetSessionInfo(ulong session, CkSessionInfo* info) =>
        Answer(_ => Ckr.Ok, needsSession: true, session);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Ckr Login(ulong session, ulong user, byte* pin, ulong length) => Answer(fake =>
    {
        if (!new ReadOnlySpan<byte>(pin, (int)length).SequenceEqual(fake.Pin)) return Ckr.PinIncorrect;
        if (fake._loggedIn) return Ckr.UserAlreadyLoggedIn;
        fake._loggedIn = true;
        return Ckr.Ok;
    }, needsSession: true, session);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Ckr DestroyObject(ulong session, ulong handle) => Answer(fake =>
    {
        if (!fake._byHandle.Remove(handle, out FakeObject? gone)) return Ckr.ObjectHandleInvalid;
        fake.Objects.Remove(gone);
        return Ckr.Ok;
    }, needsSession: true, session);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Ckr GetAttributeValue(ulong session, ulong handle, CkAttribute* template, ulong count) =>
        Answer(fake =>
        {
            if (!fake._byHandle.TryGetValue(handle, out FakeObject? found)) return Ckr.ObjectHandleInvalid;
            if (!found.Attributes.TryGetValue(template->Type, out byte[]? value)) return Ckr.AttributeTypeInvalid;
            if (template->Value is not null) value.CopyTo(new Span<byte>(template->Value, (int)template->Length));
            template->Length = (ulong)value.Length;
            return Ckr.Ok;
        }, needsSession: true, session);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Ckr FindObjectsInit(ulong session, CkAttribute* template, ulong count) => Answer(fake =>
    {
        Queue<ulong> found = new();
        foreach ((ulong handle, FakeObject each) in fake._byHandle)
        {
            bool fits = fake._loggedIn;
            for (ulong i = 0; i < count; i++)
            {
                fits &= each.Attributes.TryGetValue(template[i].Type, out byte[]? value)
                    && value.AsSpan().SequenceEqual(new ReadOnlySpan<byte>(template[i].Value, (int)template[i].Length));
            }

            if (fits) found.Enqueue(handle);
        }

        fake._searches[session] = found;
        return Ckr.Ok;
    }, needsSession: true, session);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Ckr FindObjects(ulong session, ulong* handles, ulong max, ulong* count) => Answer(fake =>
    {
        for (*count = 0; *count < max && fake._searches[session].TryDequeue(out ulong found); (*count)++)
            handles[*count] = found;
        return Ckr.Ok;
    }, needsSession: true, session);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Ckr FindObjectsFinal(ulong session) => Answer(_ => Ckr.Ok, needsSession: true, session);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Ckr SignInit(ulong session, CkMechanism* mechanism, ulong key) => Answer(fake =>
    {
        if (!fake._byHandle.ContainsKey(key)) return Ckr.KeyHandleInvalid;
        fake._signing[session] = key;
        return Ckr.Ok;
    }, needsSession: true, session);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Ckr Sign(ulong session, byte* data, ulong length, byte* signature, ulong* signatureLength) =>
        Answer(fake =>
        {
            if (!fake._signing.Remove(session, out ulong key)) return Ckr.OperationNotInitialized;
            byte[] made = fake._byHandle[key].Key!.SignHash(new ReadOnlySpan<byte>(data, (int)length).ToArray());
            made.CopyTo(new Span<byte>(signature, (int)*signatureLength));
            *signatureLength = (ulong)made.Length;
            return Ckr.Ok;
        }, needsSession: true, session);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Ckr GenerateKeyPair(
        ulong session, CkMechanism* mechanism, CkAttribute* publicTemplate, ulong publicCount,
        CkAttribute* privateTemplate, ulong privateCount, ulong* publicKey, ulong* privateKey) => Answer(fake =>
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ECPoint q = key.ExportParameters(includePrivateParameters: false).Q;
        FakeObject half = new(Read(publicTemplate, publicCount), null);
        half.Attributes[Cka.Class] = BitConverter.GetBytes((ulong)Cko.PublicKey);
        half.Attributes[Cka.EcPoint] = [4, 65, 4, .. q.X!, .. q.Y!];
        FakeObject secret = new(Read(privateTemplate, privateCount), key);
        secret.Attributes[Cka.Class] = BitConverter.GetBytes((ulong)Cko.PrivateKey);
        secret.Attributes[Cka.KeyType] = BitConverter.GetBytes((ulong)Ckk.Ec);
        *publicKey = fake.Add(half);
        *privateKey = fake.Add(secret);
        return Ckr.Ok;
    }, needsSession: true, session);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Ckr GenerateRandom(ulong session, byte* place, ulong length) => Answer(_ =>
    {
        RandomNumberGenerator.Fill(new Span<byte>(place, (int)length));
        return Ckr.Ok;
    }, needsSession: true, session);

    private ulong Add(FakeObject made)
    {
        Objects.Add(made);
        ulong handle = Numbering(Objects.Count - 1);
        _byHandle[handle] = made;
        return handle;
    }

    private static Dictionary<Cka, byte[]> Read(CkAttribute* template, ulong count)
    {
        Dictionary<Cka, byte[]> attributes = [];
        for (ulong i = 0; i < count; i++)
            attributes[template[i].Type] = new ReadOnlySpan<byte>(template[i].Value, (int)template[i].Length).ToArray();
        return attributes;
    }
}

internal sealed record FakeToken(ulong Slot, string Label, string Serial)
{
    public TokenFlags Flags { get; init; } =
        TokenFlags.LoginRequired | TokenFlags.UserPinInitialized | TokenFlags.TokenInitialized;

    public ulong MaxSessions { get; init; }
}

internal sealed record FakeObject(Dictionary<Cka, byte[]> Attributes, ECDsa? Key)
{
    public ECDsa? Key { get; set; } = Key;
}
