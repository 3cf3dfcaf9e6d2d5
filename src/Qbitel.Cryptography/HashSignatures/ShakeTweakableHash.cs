using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;

namespace Qbitel.Cryptography.HashSignatures;

/// <summary>FIPS 205, section 11.1: every function is SHAKE256 of the public seed, the address and the input.</summary>
internal sealed class ShakeTweakableHash(SlhDsaParameters parameters, ReadOnlySpan<byte> publicSeed)
    : TweakableHash(parameters)
{
    private const int Rate = Sponge.Shake256Rate / sizeof(ulong);
    private const int AddressWords = Address.Size / sizeof(ulong);
    private const ulong Suffix = 0x1F;
    private const ulong LastBit = 1UL << 63;

    private readonly byte[] _publicSeed = publicSeed.ToArray();
    private readonly ulong[] _seedWords = MemoryMarshal.Cast<byte, ulong>(publicSeed).ToArray();

    private static int Lanes => CodePath.IsAvx2 ? 4 : 1;

    private int Words => Parameters.N / sizeof(ulong);

    public override void Chain(ReadOnlySpan<Address> addresses, Span<byte> values, int steps)
    {
        while (!addresses.IsEmpty)
        {
            int lanes = addresses.Length > 1 ? Lanes : 1, count = Math.Min(lanes, addresses.Length);
            ChainLanes(lanes, addresses[..count], values[..(count * Parameters.N)], steps);
            addresses = addresses[count..];
            values = values[(count * Parameters.N)..];
        }
    }

    public override void Compress(ReadOnlySpan<Address> addresses, ReadOnlySpan<byte> messages, Span<byte> digests)
    {
        int size = addresses.IsEmpty ? 0 : messages.Length / addresses.Length;
        while (!addresses.IsEmpty)
        {
            int lanes = addresses.Length > 1 ? Lanes : 1, count = Math.Min(lanes, addresses.Length);
            CompressLanes(lanes, addresses[..count], messages[..(count * size)], digests[..(count * Parameters.N)]);
            addresses = addresses[count..];
            messages = messages[(count * size)..];
            digests = digests[(count * Parameters.N)..];
        }
    }

    public override void Randomize(
        ReadOnlySpan<byte> secret, ReadOnlySpan<byte> randomness,
        ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> message, Span<byte> randomizer)
    {
        Sponge sponge = Sponge.Shake256();
        sponge.Absorb(secret);
        sponge.Absorb(randomness);
        sponge.Absorb(prefix);
        sponge.Absorb(message);
        sponge.Squeeze(randomizer);
        sponge.Clear();
    }

    public override void HashMessage(
        ReadOnlySpan<byte> randomizer, ReadOnlySpan<byte> root,
        ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> message, Span<byte> digest)
    {
        Sponge sponge = Sponge.Shake256();
        sponge.Absorb(randomizer);
        sponge.Absorb(_publicSeed);
        sponge.Absorb(root);
        sponge.Absorb(prefix);
        sponge.Absorb(message);
        sponge.Squeeze(digest);
        sponge.Clear();
    }

    // The values stay in the states from step to step: an input is less than one block.
    private void ChainLanes(int lanes, ReadOnlySpan<Address> addresses, Span<byte> values, int steps)
    {
        int words = Words, start = lanes * (words + AddressWords), size = lanes * words;
        Span<ulong> input = stackalloc ulong[lanes * Keccak.Lanes];
        Span<ulong> states = stackalloc ulong[input.Length];
        for (int lane = 0; lane < addresses.Length; lane++)
        {
            WriteHead(addresses[lane], lanes, lane, input);
            ReadOnlySpan<byte> value = values[(lane * Parameters.N)..];
            for (int i = 0; i < words; i++)
                states[(i * lanes) + lane] = BinaryPrimitives.ReadUInt64LittleEndian(value[(sizeof(ulong) * i)..]);
        }

        for (int lane = 0; lane < lanes; lane++)
        {
            input[start + size + lane] = Suffix;
            input[((Rate - 1) * lanes) + lane] |= LastBit;
        }

        Span<ulong> place = input.Slice(start - lanes, lanes); // whose last byte is the last of the address
        for (int step = 0; step < steps; step++)
        {
            states[..size].CopyTo(input[start..]);
            input.CopyTo(states);
            Permute(lanes, states);
            for (int lane = 0; lane < lanes; lane++) place[lane] = unchecked(place[lane] + (1UL << 56));
        }

        for (int lane = 0; lane < addresses.Length; lane++) ReadDigest(lanes, lane, states, values);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(states));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(input));
    }

    private void CompressLanes(
        int lanes, ReadOnlySpan<Address> addresses, ReadOnlySpan<byte> messages, Span<byte> digests)
    {
        int size = messages.Length / addresses.Length;
        Debug.Assert(size % sizeof(ulong) == 0, "messages are of nodes");

        Span<ulong> states = stackalloc ulong[lanes * Keccak.Lanes];
        for (int lane = 0; lane < addresses.Length; lane++) WriteHead(addresses[lane], lanes, lane, states);

        int position = Words + AddressWords;
        for (int i = 0; i < size; i += sizeof(ulong))
        {
            for (int lane = 0; lane < addresses.Length; lane++)
            {
                states[(position * lanes) + lane] ^=
                    BinaryPrimitives.ReadUInt64LittleEndian(messages[((lane * size) + i)..]);
            }

            if (++position < Rate) continue;
            Permute(lanes, states);
            position = 0;
        }

        for (int lane = 0; lane < lanes; lane++)
        {
            states[(position * lanes) + lane] ^= Suffix;
            states[((Rate - 1) * lanes) + lane] ^= LastBit;
        }

        Permute(lanes, states);
        for (int lane = 0; lane < addresses.Length; lane++) ReadDigest(lanes, lane, states, digests);
    }

    private void WriteHead(Address address, int lanes, int lane, Span<ulong> states)
    {
        Span<byte> bytes = stackalloc byte[Address.Size];
        address.Write(bytes);
        for (int i = 0; i < Words; i++) states[(i * lanes) + lane] = _seedWords[i];
        for (int i = 0; i < AddressWords; i++)
        {
            states[((Words + i) * lanes) + lane] =
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[(sizeof(ulong) * i)..]);
        }
    }

    private void ReadDigest(int lanes, int lane, ReadOnlySpan<ulong> states, Span<byte> digests)
    {
        Span<byte> digest = digests[(lane * Parameters.N)..];
        for (int i = 0; i < Words; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(digest[(sizeof(ulong) * i)..], states[(i * lanes) + lane]);
    }

    private static void Permute(int lanes, Span<ulong> states)
    {
        if (lanes == 1) Keccak.Permute(states);
        else Keccak.PermuteFour(states);
    }
}
