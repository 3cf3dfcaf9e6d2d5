using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Qbitel.Hsm.Pkcs11.Interop;

/// <summary>Attributes of an object to make or to look for, in memory that does not move.</summary>
internal sealed unsafe class Template : IDisposable
{
    private const int MaxAttributes = 24, MaxValues = 1024;

    private readonly byte* _memory;
    private readonly int _room;
    private int _used;

    /// <param name="room">For values, in bytes: a public key of ML-KEM needs more than the attributes of
    /// others.</param>
    public Template(int room = MaxValues)
    {
        _room = room;
        _memory = (byte*)NativeMemory.AllocZeroed((nuint)((MaxAttributes * sizeof(CkAttribute)) + room));
    }

    public CkAttribute* Attributes => (CkAttribute*)_memory;

    public ulong Count { get; private set; }

    public Template Add(Cka type, bool value) => Add(type, [value ? (byte)1 : (byte)0]);

    public Template Add(Cka type, ulong value) => Add(type, MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in value)));

    public Template Add(Cka type, ReadOnlySpan<byte> value)
    {
        if (Count == MaxAttributes || value.Length > _room - _used)
            throw new InvalidOperationException("The template has no room for another attribute.");

        byte* place = _memory + (MaxAttributes * sizeof(CkAttribute)) + _used;
        value.CopyTo(new Span<byte>(place, value.Length));
        Attributes[Count++] = new CkAttribute { Type = type, Value = place, Length = (ulong)value.Length };
        _used += (value.Length + 7) & ~7; // numbers stay aligned
        return this;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(
            new Span<byte>(_memory, (MaxAttributes * sizeof(CkAttribute)) + _room));
        NativeMemory.Free(_memory);
    }
}
