using System.Security.Cryptography;
using System.Text;

namespace Qbitel.Printing.Shares;

/// <summary>UTF-8 text that is written piece by piece, and zeroed wherever it was.</summary>
internal sealed class SecretText : IDisposable
{
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(16 << 10, pinned: true);
    private int _size;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _size);

    public SecretText Append(ReadOnlySpan<char> text)
    {
        int needed = _size + Encoding.UTF8.GetMaxByteCount(text.Length);
        if (needed > _bytes.Length)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(2 * needed, pinned: true);
            Written.CopyTo(larger);
            CryptographicOperations.ZeroMemory(_bytes);
            _bytes = larger;
        }

        _size += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_size));
        return this;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    public override string ToString() => "***";
}
