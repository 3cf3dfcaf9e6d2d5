using System.Security.Cryptography;

namespace Qbitel.Hsm;

/// <summary>Bytes that are zeroed on dispose and that the garbage collector never copies.</summary>
internal sealed class SecretBuffer : IDisposable
{
    private readonly byte[] _bytes;
    private bool _disposed;

    public SecretBuffer(int size) => _bytes = GC.AllocateUninitializedArray<byte>(size, pinned: true);

    public int Length => _bytes.Length;

    public Span<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }

    public override string ToString() => "***";
}
