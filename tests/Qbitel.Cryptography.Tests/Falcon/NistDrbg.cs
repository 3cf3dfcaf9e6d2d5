using System.Security.Cryptography;

namespace Qbitel.Cryptography.Tests.Falcon;

/// <summary>
/// CTR_DRBG with AES-256, no derivation function and no prediction resistance (NIST SP 800-90A, section 10.2.1), as the
/// known-answer programs of NIST's post-quantum competition draw from it.
/// </summary>
internal sealed class NistDrbg : IDisposable
{
    private const int BlockSize = 16;
    private const int SeedSize = 48;

    private readonly Aes _aes = Aes.Create();
    private readonly byte[] _counter = new byte[BlockSize];

    public NistDrbg(ReadOnlySpan<byte> seed)
    {
        _aes.Key = new byte[32];
        Update(seed);
    }

    public byte[] Next(int size)
    {
        byte[] output = Blocks(size);
        Update(default);
        return output;
    }

    public void Dispose() => _aes.Dispose();

    private void Update(ReadOnlySpan<byte> provided)
    {
        byte[] next = Blocks(SeedSize);
        for (int i = 0; i < provided.Length; i++) next[i] ^= provided[i];
        _aes.Key = next[..32];
        next.AsSpan(32).CopyTo(_counter);
    }

    private byte[] Blocks(int size)
    {
        byte[] output = new byte[(size + BlockSize - 1) / BlockSize * BlockSize];
        for (int i = 0; i < output.Length; i += BlockSize)
        {
            for (int j = BlockSize - 1; j >= 0 && unchecked(++_counter[j]) == 0; j--)
            {
            }

            _aes.EncryptEcb(_counter, output.AsSpan(i, BlockSize), PaddingMode.None);
        }

        return output[..size];
    }
}
