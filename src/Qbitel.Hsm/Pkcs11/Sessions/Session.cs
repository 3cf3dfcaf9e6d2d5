using Qbitel.Hsm.Pkcs11.Interop;

namespace Qbitel.Hsm.Pkcs11.Sessions;

/// <summary>A session of one epoch, used by one thread for one operation at a time.</summary>
internal sealed unsafe class Session(FunctionTable functions, ulong handle, TokenConnection connection, int epoch)
{
    private const int MaxAnswer = 1 << 20;

    public ulong Handle { get; } = handle;

    /// <summary>Every handle found through this session is worth something in this epoch only.</summary>
    public int Epoch { get; } = epoch;

    public FunctionTable Functions { get; } = functions;

    public SlotCapabilities Capabilities => connection.Capabilities;

    public static Session Open(TokenConnection connection)
    {
        ulong slot = connection.Connect();
        ulong session;
        FunctionTable functions = connection.Module.Functions;
        FunctionTable.Check("C_OpenSession",
            functions.OpenSession(slot, Ck.SerialSession | Ck.ReadWriteSession, &session));
        return new Session(functions, session, connection, connection.Module.Epoch);
    }

    public void Close() => Functions.CloseSession(Handle);

    /// <exception cref="Pkcs11Error">The session is gone.</exception>
    public void Ping()
    {
        CkSessionInfo info;
        FunctionTable.Check("C_GetSessionInfo", Functions.GetSessionInfo(Handle, &info));
    }

    /// <summary>All objects that have these attributes.</summary>
    public List<ulong> FindObjects(Template template)
    {
        if (connection.Searches is not { } searches) return Search(template);
        lock (searches) return Search(template);
    }

    /// <summary>The value of an attribute; null where the object has none or keeps it to itself.</summary>
    public byte[]? Attribute(ulong handle, Cka type)
    {
        CkAttribute attribute = new() { Type = type };
        Ckr answer = Functions.GetAttributeValue(Handle, handle, &attribute, 1);
        if (IsAbsent(answer, attribute)) return null;
        FunctionTable.Check("C_GetAttributeValue", answer);
        if (attribute.Length > MaxAnswer) throw new Pkcs11Error("C_GetAttributeValue", Ckr.AttributeValueInvalid);

        byte[] value = new byte[attribute.Length];
        fixed (byte* place = value)
        {
            attribute.Value = place;
            answer = Functions.GetAttributeValue(Handle, handle, &attribute, 1);
            if (IsAbsent(answer, attribute)) return null;
            FunctionTable.Check("C_GetAttributeValue", answer);
        }

        return attribute.Length == (ulong)value.Length ? value : value[..checked((int)attribute.Length)];
    }

    /// <summary>An attribute that is a number.</summary>
    public ulong? Number(ulong handle, Cka type) =>
        Attribute(handle, type) is { Length: 8 } value ? BitConverter.ToUInt64(value) : null;

    public void Destroy(ulong handle) =>
        FunctionTable.Check("C_DestroyObject", Functions.DestroyObject(Handle, handle));

    public ulong CreateObject(Template template)
    {
        ulong created;
        FunctionTable.Check("C_CreateObject",
            Functions.CreateObject(Handle, template.Attributes, template.Count, &created));
        return created;
    }

    public ulong GenerateKey(Ckm mechanism, Template template)
    {
        ulong key;
        CkMechanism how = new() { Type = mechanism };
        FunctionTable.Check("C_GenerateKey",
            Functions.GenerateKey(Handle, &how, template.Attributes, template.Count, &key));
        return key;
    }

    public (ulong Public, ulong Private) GenerateKeyPair(Ckm mechanism, Template publicKey, Template privateKey)
    {
        ulong publicHandle, privateHandle;
        CkMechanism how = new() { Type = mechanism };
        FunctionTable.Check("C_GenerateKeyPair", Functions.GenerateKeyPair(
            Handle, &how, publicKey.Attributes, publicKey.Count, privateKey.Attributes, privateKey.Count,
            &publicHandle, &privateHandle));
        return (publicHandle, privateHandle);
    }

    /// <summary>Signs or computes a MAC, at most as long as <paramref name="maxSize"/>.</summary>
    public byte[] Sign(CkMechanism mechanism, ulong key, ReadOnlySpan<byte> data, int maxSize)
    {
        byte[] signature = new byte[maxSize];
        ulong length = (ulong)maxSize;
        fixed (byte* source = data, place = signature)
        {
            FunctionTable.Check("C_SignInit", Functions.SignInit(Handle, &mechanism, key));
            FunctionTable.Check("C_Sign",
                Functions.Sign(Handle, Some(source, &length), (ulong)data.Length, place, &length));
        }

        return length == (ulong)maxSize ? signature : signature[..checked((int)length)];
    }

    /// <summary>Encrypts into the destination and returns how many bytes it took.</summary>
    public int Encrypt(CkMechanism mechanism, ulong key, ReadOnlySpan<byte> data, Span<byte> destination)
    {
        ulong length = (ulong)destination.Length;
        fixed (byte* source = data, place = destination)
        {
            FunctionTable.Check("C_EncryptInit", Functions.EncryptInit(Handle, &mechanism, key));
            FunctionTable.Check("C_Encrypt",
                Functions.Encrypt(Handle, Some(source, &length), (ulong)data.Length, place, &length));
        }

        return checked((int)length);
    }

    public int Decrypt(CkMechanism mechanism, ulong key, ReadOnlySpan<byte> data, Span<byte> destination)
    {
        ulong length = (ulong)destination.Length;
        byte none = 0;
        fixed (byte* source = data, place = destination)
        {
            FunctionTable.Check("C_DecryptInit", Functions.DecryptInit(Handle, &mechanism, key));
            FunctionTable.Check("C_Decrypt",
                Functions.Decrypt(Handle, source, (ulong)data.Length, Some(place, &none), &length));
        }

        return checked((int)length);
    }

    public byte[] Wrap(CkMechanism mechanism, ulong wrappingKey, ulong key, int maxSize)
    {
        byte[] wrapped = new byte[maxSize];
        ulong length = (ulong)maxSize;
        fixed (byte* place = wrapped)
            FunctionTable.Check("C_WrapKey", Functions.WrapKey(Handle, &mechanism, wrappingKey, key, place, &length));
        return wrapped[..checked((int)length)];
    }

    public ulong Unwrap(CkMechanism mechanism, ulong unwrappingKey, ReadOnlySpan<byte> wrapped, Template template)
    {
        ulong key;
        fixed (byte* source = wrapped)
        {
            FunctionTable.Check("C_UnwrapKey", Functions.UnwrapKey(
                Handle, &mechanism, unwrappingKey, source, (ulong)wrapped.Length, template.Attributes, template.Count,
                &key));
        }

        return key;
    }

    public ulong Derive(CkMechanism mechanism, ulong baseKey, Template template)
    {
        ulong key;
        FunctionTable.Check("C_DeriveKey",
            Functions.DeriveKey(Handle, &mechanism, baseKey, template.Attributes, template.Count, &key));
        return key;
    }

    public (byte[] Ciphertext, ulong Key) Encapsulate(ulong publicKey, Template template, int ciphertextSize)
    {
        byte[] ciphertext = new byte[ciphertextSize];
        ulong length = (ulong)ciphertextSize, key;
        CkMechanism how = new() { Type = Ckm.MlKem };
        fixed (byte* place = ciphertext)
        {
            FunctionTable.Check("C_EncapsulateKey", Functions.EncapsulateKey(
                Handle, &how, publicKey, template.Attributes, template.Count, place, &length, &key));
        }

        return (ciphertext, key);
    }

    public ulong Decapsulate(ulong privateKey, ReadOnlySpan<byte> ciphertext, Template template)
    {
        ulong key;
        CkMechanism how = new() { Type = Ckm.MlKem };
        fixed (byte* source = ciphertext)
        {
            FunctionTable.Check("C_DecapsulateKey", Functions.DecapsulateKey(
                Handle, &how, privateKey, template.Attributes, template.Count, source, (ulong)ciphertext.Length, &key));
        }

        return key;
    }

    public void Random(Span<byte> destination)
    {
        fixed (byte* place = destination)
        {
            FunctionTable.Check("C_GenerateRandom",
                Functions.GenerateRandom(Handle, place, (ulong)destination.Length));
        }
    }

    private List<ulong> Search(Template template)
    {
        FunctionTable.Check("C_FindObjectsInit",
            Functions.FindObjectsInit(Handle, template.Attributes, template.Count));
        List<ulong> found = [];
        try
        {
            ulong* handles = stackalloc ulong[64];
            ulong count;
            do
            {
                FunctionTable.Check("C_FindObjects", Functions.FindObjects(Handle, handles, 64, &count));
                for (ulong i = 0; i < count; i++) found.Add(handles[i]);
            }
            while (count > 0);
        }
        finally
        {
            Functions.FindObjectsFinal(Handle);
        }

        return found;
    }

    // Some modules refuse a null pointer even for no bytes: they get one to something, and a length of none.
    private static byte* Some(byte* pointer, void* something) => pointer is null ? (byte*)something : pointer;

    private static bool IsAbsent(Ckr answer, in CkAttribute attribute) =>
        answer is Ckr.AttributeTypeInvalid or Ckr.AttributeSensitive
            || (answer == Ckr.Ok && attribute.Length == Ck.Unavailable);
}
