using System.Runtime.InteropServices;

namespace Qbitel.Hsm.Pkcs11.Interop;

// PKCS#11 3.2, section 3, as 64-bit Linux lays it out: natural alignment, CK_ULONG of 8 bytes.

[StructLayout(LayoutKind.Sequential)]
internal readonly record struct CkVersion(byte Major, byte Minor)
{
    public override string ToString() => $"{Major}.{Minor}";
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CkInfo
{
    public CkVersion CryptokiVersion;
    public fixed byte Manufacturer[32];
    public ulong Flags;
    public fixed byte Description[32];
    public CkVersion LibraryVersion;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CkSlotInfo
{
    public fixed byte Description[64];
    public fixed byte Manufacturer[32];
    public ulong Flags;
    public CkVersion HardwareVersion;
    public CkVersion FirmwareVersion;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CkTokenInfo
{
    public fixed byte Label[32];
    public fixed byte Manufacturer[32];
    public fixed byte Model[16];
    public fixed byte Serial[16];
    public TokenFlags Flags;
    public ulong MaxSessions;
    public ulong Sessions;
    public ulong MaxReadWriteSessions;
    public ulong ReadWriteSessions;
    public ulong MaxPinLength;
    public ulong MinPinLength;
    public ulong TotalPublicMemory;
    public ulong FreePublicMemory;
    public ulong TotalPrivateMemory;
    public ulong FreePrivateMemory;
    public CkVersion HardwareVersion;
    public CkVersion FirmwareVersion;
    public fixed byte Time[16];
}

[StructLayout(LayoutKind.Sequential)]
internal struct CkSessionInfo
{
    public ulong Slot;
    public ulong State;
    public ulong Flags;
    public ulong DeviceError;
}

[StructLayout(LayoutKind.Sequential)]
internal struct CkMechanismInfo
{
    public ulong MinKeySize;
    public ulong MaxKeySize;
    public MechanismFlags Flags;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CkMechanism
{
    public Ckm Type;
    public void* Parameter;
    public ulong ParameterLength;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CkAttribute
{
    public Cka Type;
    public byte* Value;
    public ulong Length;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CkInterface
{
    public byte* Name;
    public nint* FunctionList;
    public ulong Flags;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CkInitializeArgs
{
    public void* CreateMutex;
    public void* DestroyMutex;
    public void* LockMutex;
    public void* UnlockMutex;
    public ulong Flags;
    public void* Reserved;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CkGcmParameters
{
    public byte* Iv;
    public ulong IvLength;
    public ulong IvBits;
    public byte* AssociatedData;
    public ulong AssociatedDataLength;
    public ulong TagBits;
}

[StructLayout(LayoutKind.Sequential)]
internal struct CkPssParameters
{
    public Ckm Hash;
    public ulong Mgf;
    public ulong SaltLength;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CkHkdfParameters
{
    public byte Extract;
    public byte Expand;
    public Ckm Hash;
    public ulong SaltType;
    public byte* Salt;
    public ulong SaltLength;
    public ulong SaltKey;
    public byte* Info;
    public ulong InfoLength;
}

/// <summary>CK_KEY_DERIVATION_STRING_DATA.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CkDerivationData
{
    public byte* Data;
    public ulong Length;
}

/// <summary>Parameter of CKM_ML_DSA and CKM_SLH_DSA; hedge 0 prefers hedged signing.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CkSignContext
{
    public ulong Hedge;
    public byte* Context;
    public ulong ContextLength;
}
