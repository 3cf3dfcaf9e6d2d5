using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Qbitel.Cryptography.Envelopes;

/// <summary>
/// Seals or opens a stream chunk by chunk: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár, 2015) over
/// AES-256-GCM, with the nonce prefix || counter || last.
/// </summary>
/// <remarks>
/// Fill <see cref="Free"/>, hand over how much came, write what it gives back. It needs one byte beyond a chunk to know
/// whether the chunk is the last one.
/// </remarks>
internal sealed class ChunkPump : IDisposable
{
    public const int KeySize = 32;
    public const int NoncePrefixSize = 7;
    public const int TagSize = 16;

    private readonly AesGcm _cipher;
    private readonly byte[] _nonce = new byte[NoncePrefixSize + sizeof(uint) + 1];
    private readonly byte[] _input;
    private readonly byte[] _output;
    private readonly bool _isSealing;
    private uint _counter;
    private int _kept;

    public ChunkPump(ReadOnlySpan<byte> key, ReadOnlySpan<byte> noncePrefix, int chunkSize, bool isSealing)
    {
        _cipher = new AesGcm(key, TagSize);
        noncePrefix.CopyTo(_nonce);
        _isSealing = isSealing;
        int plain = chunkSize, sealedSize = chunkSize + TagSize;
        _input = new byte[(isSealing ? plain : sealedSize) + 1];
        _output = new byte[isSealing ? sealedSize : plain];
    }

    public Memory<byte> Free => _input.AsMemory(_kept);

    /// <summary>The last chunk has gone through.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Bytes of plaintext so far.</summary>
    public long Done { get; private set; }

    /// <summary>
    /// The next chunk, after <paramref name="read"/> bytes came; fewer than there was room for mean the end.
    /// </summary>
    /// <exception cref="CryptographicException">The chunk was changed, cut, moved or is missing.</exception>
    public ReadOnlyMemory<byte> Next(int read)
    {
        int filled = _kept + read, chunk = _input.Length - 1;
        bool isLast = filled <= chunk;
        int size = Math.Min(filled, chunk);
        BinaryPrimitives.WriteUInt32BigEndian(_nonce.AsSpan(NoncePrefixSize), _counter);
        _nonce[^1] = isLast ? (byte)1 : (byte)0;
        int written = _isSealing ? Seal(size) : Open(size, isLast);

        if (!isLast && _counter == uint.MaxValue)
            throw new CryptographicException("The file is too long: it has more than 2^32 chunks.");

        IsFinished = isLast;
        Done += Math.Min(size, written);
        if (!isLast)
        {
            _counter++;
            _input[0] = _input[chunk];
            _kept = 1;
        }

        return _output.AsMemory(0, written);
    }

    public void Dispose()
    {
        _cipher.Dispose();
        CryptographicOperations.ZeroMemory(_input);
        CryptographicOperations.ZeroMemory(_output);
    }

    private int Seal(int size)
    {
        _cipher.Encrypt(_nonce, _input.AsSpan(0, size), _output.AsSpan(0, size), _output.AsSpan(size, TagSize));
        return size + TagSize;
    }

    private int Open(int size, bool isLast)
    {
        int plain = size - TagSize;

        // Only an empty file has an empty chunk, so that each content has one form.
        if (plain < 0 || (plain == 0 && _counter > 0)) throw Refused(inner: null);

        try
        {
            _cipher.Decrypt(
                _nonce, _input.AsSpan(0, plain), _input.AsSpan(plain, TagSize), _output.AsSpan(0, plain));
            return plain;
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw Refused(e);
        }

        CryptographicException Refused(Exception? inner) => new(
            $"Sealed file: chunk {_counter}{(isLast ? ", where the file ends," : "")} was changed, cut, moved, or is "
            + "not the last as it should be. The chunks before it were authentic; the file as a whole is not.", inner);
    }
}
