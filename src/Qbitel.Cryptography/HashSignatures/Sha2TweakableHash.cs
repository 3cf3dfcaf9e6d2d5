using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;

namespace Qbitel.Cryptography.HashSignatures;

/// <summary>
/// FIPS 205, sections 11.2.1 and 11.2.2: the functions over SHA-256, and SHA-512 for whatever but PRF and F in
/// categories 3 and 5.
/// </summary>
/// <remarks>
/// Every input begins with the public seed, padded to a whole block, which is therefore compressed once for all.
/// </remarks>
internal sealed class Sha2TweakableHash : TweakableHash
{
    private const int Block256 = 64;
    private const int Block512 = 128;

    private readonly byte[] _publicSeed;
    private readonly uint[] _start256 = [.. Sha256Rounds.Start];
    private readonly ulong[] _start512 = [.. Sha512Rounds.Start];

    public Sha2TweakableHash(SlhDsaParameters parameters, ReadOnlySpan<byte> publicSeed)
        : base(parameters)
    {
        _publicSeed = publicSeed.ToArray();

        Span<byte> padded = stackalloc byte[Block512];
        publicSeed.CopyTo(padded);
        Span<uint> words32 = stackalloc uint[16];
        Span<ulong> words64 = stackalloc ulong[16];
        for (int i = 0; i < 16; i++)
        {
            words32[i] = BinaryPrimitives.ReadUInt32BigEndian(padded[(sizeof(uint) * i)..]);
            words64[i] = BinaryPrimitives.ReadUInt64BigEndian(padded[(sizeof(ulong) * i)..]);
        }

        Sha256Rounds.Compress<uint, Words32>(_start256, words32);
        Sha512Rounds.Compress<ulong, Words64>(_start512, words64);
    }

    private bool IsWide => Parameters.N > 16;

    private HashAlgorithmName HashName => IsWide ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256;

    public override void Chain(ReadOnlySpan<Address> addresses, Span<byte> values, int steps)
    {
        while (!addresses.IsEmpty)
        {
            int count = 1;
            if (Words32x16.IsSupported && addresses.Length > Words32x8.Count)
                Chain<Vector512<uint>, Words32x16>(addresses, values, steps, ref count);
            else if (Words32x8.IsSupported && (addresses.Length > 1 || Words32x8.FillRegisters))
                Chain<Vector256<uint>, Words32x8>(addresses, values, steps, ref count);
            else
                Chain<uint, Words32>(addresses, values, steps, ref count);
            addresses = addresses[count..];
            values = values[(count * Parameters.N)..];
        }
    }

    public override void Compress(
        ReadOnlySpan<Address> addresses, ReadOnlySpan<byte> messages, Span<byte> digests)
    {
        int size = addresses.IsEmpty ? 0 : messages.Length / addresses.Length;
        while (!addresses.IsEmpty)
        {
            int count = 1;
            if (IsWide && Words64x8.IsSupported && addresses.Length > Words64x4.Count)
                Compress512<Vector512<ulong>, Words64x8>(addresses, messages, size, digests, ref count);
            else if (IsWide && Words64x4.IsSupported && (addresses.Length > 1 || Words64x4.FillRegisters))
                Compress512<Vector256<ulong>, Words64x4>(addresses, messages, size, digests, ref count);
            else if (IsWide)
                Compress512<ulong, Words64>(addresses, messages, size, digests, ref count);
            else if (Words32x16.IsSupported && addresses.Length > Words32x8.Count)
                Compress256<Vector512<uint>, Words32x16>(addresses, messages, size, digests, ref count);
            else if (Words32x8.IsSupported && (addresses.Length > 1 || Words32x8.FillRegisters))
                Compress256<Vector256<uint>, Words32x8>(addresses, messages, size, digests, ref count);
            else
                Compress256<uint, Words32>(addresses, messages, size, digests, ref count);
            addresses = addresses[count..];
            messages = messages[(count * size)..];
            digests = digests[(count * Parameters.N)..];
        }
    }

    // Trunc_n(HMAC(SK.prf, opt_rand || M)).
    public override void Randomize(
        ReadOnlySpan<byte> secret, ReadOnlySpan<byte> randomness,
        ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> message, Span<byte> randomizer)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashName, secret);
        hmac.AppendData(randomness);
        hmac.AppendData(prefix);
        hmac.AppendData(message);
        Finish(hmac, randomizer);
    }

    // MGF1(R || PK.seed || Hash(R || PK.seed || PK.root || M), m).
    public override void HashMessage(
        ReadOnlySpan<byte> randomizer, ReadOnlySpan<byte> root,
        ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> message, Span<byte> digest)
    {
        using var hash = IncrementalHash.CreateHash(HashName);
        hash.AppendData(randomizer);
        hash.AppendData(_publicSeed);
        hash.AppendData(root);
        hash.AppendData(prefix);
        hash.AppendData(message);
        Span<byte> inner = stackalloc byte[hash.HashLengthInBytes];
        hash.GetHashAndReset(inner);

        Span<byte> counter = stackalloc byte[sizeof(uint)];
        for (uint i = 0; !digest.IsEmpty; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(counter, i);
            hash.AppendData(randomizer);
            hash.AppendData(_publicSeed);
            hash.AppendData(inner);
            hash.AppendData(counter);
            Span<byte> part = digest[..Math.Min(digest.Length, inner.Length)];
            Finish(hash, part);
            digest = digest[part.Length..];
        }
    }

    private static void Finish(IncrementalHash hash, Span<byte> destination)
    {
        Span<byte> whole = stackalloc byte[hash.HashLengthInBytes];
        hash.GetHashAndReset(whole);
        whole[..destination.Length].CopyTo(destination);
        CryptographicOperations.ZeroMemory(whole);
    }

    // The values stay in the lanes from step to step. An input is one block: the address, whose 22 bytes leave the
    // value astride the words, the value, and the padding.
    private void Chain<TVector, TLanes>(
        ReadOnlySpan<Address> addresses, Span<byte> values, int steps, ref int count)
        where TVector : unmanaged
        where TLanes : struct, ILanes<TVector, uint>
    {
        count = Math.Min(addresses.Length, TLanes.Count);
        int words = Parameters.N / sizeof(uint);
        Span<TVector> head = stackalloc TVector[6];
        Span<TVector> state = stackalloc TVector[8];
        Span<TVector> block = stackalloc TVector[16];
        Span<uint> headWords = MemoryMarshal.Cast<TVector, uint>(head);
        Span<uint> stateWords = MemoryMarshal.Cast<TVector, uint>(state);
        Span<byte> address = stackalloc byte[24];
        for (int lane = 0; lane < count; lane++)
        {
            addresses[lane].WriteCompressed(address);
            for (int i = 0; i < head.Length; i++)
            {
                headWords[(i * TLanes.Count) + lane] =
                    BinaryPrimitives.ReadUInt32BigEndian(address[(sizeof(uint) * i)..]);
            }

            ReadOnlySpan<byte> value = values.Slice(lane * Parameters.N, Parameters.N);
            for (int i = 0; i < words; i++)
            {
                stateWords[(i * TLanes.Count) + lane] =
                    BinaryPrimitives.ReadUInt32BigEndian(value[(sizeof(uint) * i)..]);
            }
        }

        TVector one = TLanes.Broadcast(1u << 16), end = TLanes.Broadcast(0x8000);
        TVector bits = TLanes.Broadcast((uint)(8 * (Block256 + Address.CompressedSize + Parameters.N)));
        for (int step = 0; step < steps; step++)
        {
            head.CopyTo(block);
            block[5] = TLanes.Or(head[5], TLanes.ShiftRight(state[0], 16));
            for (int i = 1; i < words; i++)
                block[5 + i] = TLanes.Or(TLanes.ShiftLeft(state[i - 1], 16), TLanes.ShiftRight(state[i], 16));
            block[5 + words] = TLanes.Or(TLanes.ShiftLeft(state[words - 1], 16), end);
            block[(6 + words)..15].Clear();
            block[15] = bits;
            for (int i = 0; i < state.Length; i++) state[i] = TLanes.Broadcast(_start256[i]);
            Sha256Rounds.Compress<TVector, TLanes>(state, block);
            head[5] = TLanes.Add(head[5], one);
        }

        for (int lane = 0; lane < count; lane++)
        {
            Span<byte> value = values.Slice(lane * Parameters.N, Parameters.N);
            for (int i = 0; i < words; i++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(
                    value[(sizeof(uint) * i)..], stateWords[(i * TLanes.Count) + lane]);
            }
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(state));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(block));
    }

    private void Compress256<TVector, TLanes>(
        ReadOnlySpan<Address> addresses, ReadOnlySpan<byte> messages, int size, Span<byte> digests, ref int count)
        where TVector : unmanaged
        where TLanes : struct, ILanes<TVector, uint>
    {
        count = Math.Min(addresses.Length, TLanes.Count);
        Span<byte> padded = stackalloc byte[PaddedSize(size, Block256, sizeof(ulong))];
        Span<TVector> blocks = stackalloc TVector[padded.Length / sizeof(uint)];
        Span<uint> words = MemoryMarshal.Cast<TVector, uint>(blocks);
        for (int lane = 0; lane < count; lane++)
        {
            Pad(addresses[lane], messages.Slice(lane * size, size), Block256, padded);
            for (int i = 0; i < blocks.Length; i++)
            {
                words[(i * TLanes.Count) + lane] =
                    BinaryPrimitives.ReadUInt32BigEndian(padded[(sizeof(uint) * i)..]);
            }
        }

        Span<TVector> state = stackalloc TVector[8];
        for (int i = 0; i < state.Length; i++) state[i] = TLanes.Broadcast(_start256[i]);
        for (; !blocks.IsEmpty; blocks = blocks[16..]) Sha256Rounds.Compress<TVector, TLanes>(state, blocks[..16]);

        Span<uint> stateWords = MemoryMarshal.Cast<TVector, uint>(state);
        for (int lane = 0; lane < count; lane++)
        {
            Span<byte> digest = digests.Slice(lane * Parameters.N, Parameters.N);
            for (int i = 0; i < digest.Length / sizeof(uint); i++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(
                    digest[(sizeof(uint) * i)..], stateWords[(i * TLanes.Count) + lane]);
            }
        }
    }

    private void Compress512<TVector, TLanes>(
        ReadOnlySpan<Address> addresses, ReadOnlySpan<byte> messages, int size, Span<byte> digests, ref int count)
        where TVector : unmanaged
        where TLanes : struct, ILanes<TVector, ulong>
    {
        count = Math.Min(addresses.Length, TLanes.Count);
        Span<byte> padded = stackalloc byte[PaddedSize(size, Block512, 2 * sizeof(ulong))];
        Span<TVector> blocks = stackalloc TVector[padded.Length / sizeof(ulong)];
        Span<ulong> words = MemoryMarshal.Cast<TVector, ulong>(blocks);
        for (int lane = 0; lane < count; lane++)
        {
            Pad(addresses[lane], messages.Slice(lane * size, size), Block512, padded);
            for (int i = 0; i < blocks.Length; i++)
            {
                words[(i * TLanes.Count) + lane] =
                    BinaryPrimitives.ReadUInt64BigEndian(padded[(sizeof(ulong) * i)..]);
            }
        }

        Span<TVector> state = stackalloc TVector[8];
        for (int i = 0; i < state.Length; i++) state[i] = TLanes.Broadcast(_start512[i]);
        for (; !blocks.IsEmpty; blocks = blocks[16..]) Sha512Rounds.Compress<TVector, TLanes>(state, blocks[..16]);

        Span<ulong> stateWords = MemoryMarshal.Cast<TVector, ulong>(state);
        for (int lane = 0; lane < count; lane++)
        {
            Span<byte> digest = digests.Slice(lane * Parameters.N, Parameters.N);
            for (int i = 0; i < digest.Length / sizeof(ulong); i++)
            {
                BinaryPrimitives.WriteUInt64BigEndian(
                    digest[(sizeof(ulong) * i)..], stateWords[(i * TLanes.Count) + lane]);
            }
        }
    }

    // FIPS 180-4, section 5.1, of the address and the message.
    private static int PaddedSize(int size, int block, int length) =>
        (Address.CompressedSize + size + length + block) / block * block;

    private static void Pad(Address address, ReadOnlySpan<byte> message, int block, Span<byte> padded)
    {
        address.WriteCompressed(padded);
        message.CopyTo(padded[Address.CompressedSize..]);
        int end = Address.CompressedSize + message.Length;
        padded[end] = 0x80;
        padded[(end + 1)..].Clear();
        BinaryPrimitives.WriteInt64BigEndian(padded[^sizeof(long)..], 8L * (block + end));
    }
}
