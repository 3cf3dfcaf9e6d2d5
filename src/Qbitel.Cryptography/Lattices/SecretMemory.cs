using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.Lattices;

/// <summary>
/// Memory for the secrets of a key, outside of the collector's heap: nothing moves or copies it, and it is zeroed
/// before it is given back, at the latest when the collector finds that nobody holds the key any more.
/// </summary>
/// <remarks>
/// Pinned arrays would do the same, but they count as old objects at once: some hundred keys made and dropped, and the
/// collector goes through the whole heap. Disposing waits for open leases, so that a key disposed while it signs ends
/// the signature first.
/// </remarks>
internal sealed unsafe class SecretMemory : SafeHandle
{
    private const nuint Alignment = 64; // a vector of AVX-512, and a line of the cache

    private readonly int _size;
    private readonly Action<nint>? _zeroed;

    /// <param name="size">How many bytes; their content is undefined.</param>
    /// <param name="zeroed">Is told the address when the memory has been zeroed, before it is given back.</param>
    public SecretMemory(int size, Action<nint>? zeroed = null)
        : base(0, ownsHandle: true)
    {
        _size = size;
        _zeroed = zeroed;
        SetHandle((nint)NativeMemory.AlignedAlloc((nuint)size, Alignment));
    }

    public override bool IsInvalid => handle == 0;

    /// <exception cref="ObjectDisposedException">It has been given back.</exception>
    public Lease Open()
    {
        bool isHeld = false;
        DangerousAddRef(ref isHeld);
        return new Lease(this);
    }

    /// <summary>The memory, for callers under a lease that somebody above them holds.</summary>
    public Span<byte> Leased => new((void*)handle, _size);

    protected override bool ReleaseHandle()
    {
        CryptographicOperations.ZeroMemory(new Span<byte>((void*)handle, _size));
        _zeroed?.Invoke(handle);
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }

    /// <summary>The right to use the memory, until it is disposed. The default is of no memory.</summary>
    public readonly ref struct Lease(SecretMemory owner)
    {
        private readonly SecretMemory? _owner = owner;

        public Span<byte> Bytes => _owner is null ? [] : _owner.Leased;

        public void Dispose() => _owner?.DangerousRelease();
    }
}
