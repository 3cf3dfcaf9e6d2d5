namespace Qbitel.Hsm.Pkcs11.Interop;

/// <summary>
/// The functions of a module, by their place in the list of its version; a place beyond it is never read.
/// </summary>
/// <remarks>
/// Names, places and signatures: PKCS#11 3.2, section 5. The pointers begin 8 bytes into the list, after the version.
/// </remarks>
internal sealed unsafe class FunctionTable
{
    // Places in a list of 2.x, of 3.0 and 3.1, and of 3.2.
    private const int Of2 = 68, Of30 = 92, Of32 = 104;

    private readonly nint* _functions;

    public FunctionTable(nint* list)
    {
        Version = *(CkVersion*)list;
        Count = Version switch
        {
            { Major: 2 } => Of2,
            { Major: 3, Minor: < 2 } => Of30,
            { Major: 3 } => Of32,
            _ => 0,
        };
        if (Count == 0) throw new NotSupportedException($"A function list of version {Version} is not known.");
        _functions = list + 1;
    }

    public CkVersion Version { get; }

    public int Count { get; }

    /// <summary>The list has this function: it is not beyond its version, and not left empty.</summary>
    public bool Has(int place) => place < Count && _functions[place] != 0;

    public bool HasEncapsulation => Has(92) && Has(93);

    public Ckr Initialize(CkInitializeArgs* args) =>
        ((delegate* unmanaged[Cdecl]<CkInitializeArgs*, Ckr>)At(0, "C_Initialize"))(args);

    public Ckr FinalizeModule() => ((delegate* unmanaged[Cdecl]<void*, Ckr>)At(1, "C_Finalize"))(null);

    public void GetInfo(CkInfo* info) =>
        Check("C_GetInfo", ((delegate* unmanaged[Cdecl]<CkInfo*, Ckr>)At(2, "C_GetInfo"))(info));

    public Ckr GetSlotList(byte withToken, ulong* slots, ulong* count) =>
        ((delegate* unmanaged[Cdecl]<byte, ulong*, ulong*, Ckr>)At(4, "C_GetSlotList"))(withToken, slots, count);

    public void GetSlotInfo(ulong slot, CkSlotInfo* info) => Check("C_GetSlotInfo",
        ((delegate* unmanaged[Cdecl]<ulong, CkSlotInfo*, Ckr>)At(5, "C_GetSlotInfo"))(slot, info));

    public Ckr GetTokenInfo(ulong slot, CkTokenInfo* info) =>
        ((delegate* unmanaged[Cdecl]<ulong, CkTokenInfo*, Ckr>)At(6, "C_GetTokenInfo"))(slot, info);

    public Ckr GetMechanismList(ulong slot, Ckm* mechanisms, ulong* count) =>
        ((delegate* unmanaged[Cdecl]<ulong, Ckm*, ulong*, Ckr>)At(7, "C_GetMechanismList"))(slot, mechanisms, count);

    public Ckr GetMechanismInfo(ulong slot, Ckm mechanism, CkMechanismInfo* info) =>
        ((delegate* unmanaged[Cdecl]<ulong, Ckm, CkMechanismInfo*, Ckr>)At(8, "C_GetMechanismInfo"))(
            slot, mechanism, info);

    public Ckr InitToken(ulong slot, byte* pin, ulong length, byte* label) =>
        ((delegate* unmanaged[Cdecl]<ulong, byte*, ulong, byte*, Ckr>)At(9, "C_InitToken"))(slot, pin, length, label);

    public Ckr InitPin(ulong session, byte* pin, ulong length) =>
        ((delegate* unmanaged[Cdecl]<ulong, byte*, ulong, Ckr>)At(10, "C_InitPIN"))(session, pin, length);

    public Ckr OpenSession(ulong slot, ulong flags, ulong* session) =>
        ((delegate* unmanaged[Cdecl]<ulong, ulong, void*, void*, ulong*, Ckr>)At(12, "C_OpenSession"))(
            slot, flags, null, null, session);

    public Ckr CloseSession(ulong session) =>
        ((delegate* unmanaged[Cdecl]<ulong, Ckr>)At(13, "C_CloseSession"))(session);

    public Ckr GetSessionInfo(ulong session, CkSessionInfo* info) =>
        ((delegate* unmanaged[Cdecl]<ulong, CkSessionInfo*, Ckr>)At(15, "C_GetSessionInfo"))(session, info);

    public Ckr Login(ulong session, ulong user, byte* pin, ulong length) =>
        ((delegate* unmanaged[Cdecl]<ulong, ulong, byte*, ulong, Ckr>)At(18, "C_Login"))(session, user, pin, length);

    public Ckr Logout(ulong session) => ((delegate* unmanaged[Cdecl]<ulong, Ckr>)At(19, "C_Logout"))(session);

    public Ckr CreateObject(ulong session, CkAttribute* template, ulong count, ulong* handle) =>
        ((delegate* unmanaged[Cdecl]<ulong, CkAttribute*, ulong, ulong*, Ckr>)At(20, "C_CreateObject"))(
            session, template, count, handle);

    public Ckr DestroyObject(ulong session, ulong handle) =>
        ((delegate* unmanaged[Cdecl]<ulong, ulong, Ckr>)At(22, "C_DestroyObject"))(session, handle);

    public Ckr GetAttributeValue(ulong session, ulong handle, CkAttribute* template, ulong count) =>
        ((delegate* unmanaged[Cdecl]<ulong, ulong, CkAttribute*, ulong, Ckr>)At(24, "C_GetAttributeValue"))(
            session, handle, template, count);

    public Ckr FindObjectsInit(ulong session, CkAttribute* template, ulong count) =>
        ((delegate* unmanaged[Cdecl]<ulong, CkAttribute*, ulong, Ckr>)At(26, "C_FindObjectsInit"))(
            session, template, count);

    public Ckr FindObjects(ulong session, ulong* handles, ulong max, ulong* count) =>
        ((delegate* unmanaged[Cdecl]<ulong, ulong*, ulong, ulong*, Ckr>)At(27, "C_FindObjects"))(
            session, handles, max, count);

    public Ckr FindObjectsFinal(ulong session) =>
        ((delegate* unmanaged[Cdecl]<ulong, Ckr>)At(28, "C_FindObjectsFinal"))(session);

    public Ckr EncryptInit(ulong session, CkMechanism* mechanism, ulong key) =>
        Init(29, "C_EncryptInit", session, mechanism, key);

    public Ckr Encrypt(ulong session, byte* data, ulong length, byte* output, ulong* outputLength) =>
        Transform(30, "C_Encrypt", session, data, length, output, outputLength);

    public Ckr DecryptInit(ulong session, CkMechanism* mechanism, ulong key) =>
        Init(33, "C_DecryptInit", session, mechanism, key);

    public Ckr Decrypt(ulong session, byte* data, ulong length, byte* output, ulong* outputLength) =>
        Transform(34, "C_Decrypt", session, data, length, output, outputLength);

    public Ckr SignInit(ulong session, CkMechanism* mechanism, ulong key) =>
        Init(42, "C_SignInit", session, mechanism, key);

    public Ckr Sign(ulong session, byte* data, ulong length, byte* output, ulong* outputLength) =>
        Transform(43, "C_Sign", session, data, length, output, outputLength);

    public Ckr GenerateKey(ulong session, CkMechanism* mechanism, CkAttribute* template, ulong count, ulong* key) =>
        ((delegate* unmanaged[Cdecl]<ulong, CkMechanism*, CkAttribute*, ulong, ulong*, Ckr>)At(58, "C_GenerateKey"))(
            session, mechanism, template, count, key);

    public Ckr GenerateKeyPair(
        ulong session, CkMechanism* mechanism, CkAttribute* publicTemplate, ulong publicCount,
        CkAttribute* privateTemplate, ulong privateCount, ulong* publicKey, ulong* privateKey) =>
        ((delegate* unmanaged[Cdecl]<ulong, CkMechanism*, CkAttribute*, ulong, CkAttribute*, ulong, ulong*, ulong*,
            Ckr>)At(59, "C_GenerateKeyPair"))(session, mechanism, publicTemplate, publicCount, privateTemplate,
            privateCount, publicKey, privateKey);

    public Ckr WrapKey(
        ulong session, CkMechanism* mechanism, ulong wrappingKey, ulong key, byte* output, ulong* outputLength) =>
        ((delegate* unmanaged[Cdecl]<ulong, CkMechanism*, ulong, ulong, byte*, ulong*, Ckr>)At(60, "C_WrapKey"))(
            session, mechanism, wrappingKey, key, output, outputLength);

    public Ckr UnwrapKey(
        ulong session, CkMechanism* mechanism, ulong unwrappingKey, byte* wrapped, ulong length, CkAttribute* template,
        ulong count, ulong* key) =>
        ((delegate* unmanaged[Cdecl]<ulong, CkMechanism*, ulong, byte*, ulong, CkAttribute*, ulong, ulong*, Ckr>)At(
            61, "C_UnwrapKey"))(session, mechanism, unwrappingKey, wrapped, length, template, count, key);

    public Ckr DeriveKey(
        ulong session, CkMechanism* mechanism, ulong baseKey, CkAttribute* template, ulong count, ulong* key) =>
        ((delegate* unmanaged[Cdecl]<ulong, CkMechanism*, ulong, CkAttribute*, ulong, ulong*, Ckr>)At(
            62, "C_DeriveKey"))(session, mechanism, baseKey, template, count, key);

    public Ckr GenerateRandom(ulong session, byte* output, ulong length) =>
        ((delegate* unmanaged[Cdecl]<ulong, byte*, ulong, Ckr>)At(64, "C_GenerateRandom"))(session, output, length);

    public Ckr EncapsulateKey(
        ulong session, CkMechanism* mechanism, ulong publicKey, CkAttribute* template, ulong count, byte* ciphertext,
        ulong* ciphertextLength, ulong* key) =>
        ((delegate* unmanaged[Cdecl]<ulong, CkMechanism*, ulong, CkAttribute*, ulong, byte*, ulong*, ulong*, Ckr>)At(
            92, "C_EncapsulateKey"))(
            session, mechanism, publicKey, template, count, ciphertext, ciphertextLength, key);

    public Ckr DecapsulateKey(
        ulong session, CkMechanism* mechanism, ulong privateKey, CkAttribute* template, ulong count, byte* ciphertext,
        ulong ciphertextLength, ulong* key) =>
        ((delegate* unmanaged[Cdecl]<ulong, CkMechanism*, ulong, CkAttribute*, ulong, byte*, ulong, ulong*, Ckr>)At(
            93, "C_DecapsulateKey"))(
            session, mechanism, privateKey, template, count, ciphertext, ciphertextLength, key);

    /// <exception cref="Pkcs11Error">The answer is not CKR_OK.</exception>
    public static void Check(string function, Ckr code)
    {
        if (code != Ckr.Ok) throw new Pkcs11Error(function, code);
    }

    private Ckr Init(int place, string name, ulong session, CkMechanism* mechanism, ulong key) =>
        ((delegate* unmanaged[Cdecl]<ulong, CkMechanism*, ulong, Ckr>)At(place, name))(session, mechanism, key);

    private Ckr Transform(
        int place, string name, ulong session, byte* data, ulong length, byte* output, ulong* outputLength) =>
        ((delegate* unmanaged[Cdecl]<ulong, byte*, ulong, byte*, ulong*, Ckr>)At(place, name))(
            session, data, length, output, outputLength);

    private void* At(int place, string name) =>
        Has(place) ? (void*)_functions[place] : throw new Pkcs11Error(name, Ckr.FunctionNotSupported);
}
