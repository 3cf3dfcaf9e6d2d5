using System.Buffers.Binary;
using System.Numerics;
using Qbitel.Cryptography.Falcon;

namespace Qbitel.Cryptography.Tests.Falcon;

public sealed class FalconRandomTests
{
    [Theory]
    [InlineData(0UL)]
    [InlineData(0xFFFFFFFCUL)]
    [InlineData(0xFFFFFFFFFFFFFFFDUL)]
    public void Bytes_are_those_of_interleaved_blocks_of_ChaCha20(ulong counter)
    {
        byte[] memory = new byte[FalconRandom.MemorySize];
        Span<byte> seed = FalconRandom.SeedOf(memory);
        for (int i = 0; i < 48; i++) seed[i] = (byte)(i * 5);
        BinaryPrimitives.WriteUInt64LittleEndian(seed[48..], counter);
        uint[] state = new uint[12];
        for (int i = 0; i < 12; i++) state[i] = BinaryPrimitives.ReadUInt32LittleEndian(memory.AsSpan(512 + (4 * i)));

        FalconRandom random = new(memory);
        for (int refill = 0; refill < 3; refill++)
        {
            byte[] expected = new byte[512];
            for (int block = 0; block < 8; block++, counter = unchecked(counter + 1))
            {
                uint[] words = Block(state, counter);
                for (int word = 0; word < 16; word++)
                    BinaryPrimitives.WriteUInt32LittleEndian(expected.AsSpan((32 * word) + (4 * block)), words[word]);
            }

            for (int i = 0; i < 512; i++) Assert.Equal(expected[i], random.NextByte());
        }
    }

    [Fact]
    public void A_number_near_the_end_comes_from_the_next_blocks()
    {
        byte[] memory = new byte[FalconRandom.MemorySize], other = new byte[FalconRandom.MemorySize];
        FalconRandom random = new(memory), bytes = new(other);
        for (int i = 0; i < 503; i++) Assert.Equal(bytes.NextByte(), random.NextByte());
        for (int i = 503; i < 512; i++) bytes.NextByte();
        ulong expected = 0;
        for (int i = 0; i < 8; i++) expected |= (ulong)bytes.NextByte() << (8 * i);
        Assert.Equal(expected, random.NextUInt64());
    }

    // RFC 8439, section 2.3, with the counter where the generator has it.
    private static uint[] Block(uint[] state, ulong counter)
    {
        unchecked
        {
            uint[] input = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, .. state];
            input[14] ^= (uint)counter;
            input[15] ^= (uint)(counter >> 32);
            uint[] x = [.. input];
            for (int round = 0; round < 10; round++)
            {
                for (int i = 0; i < 4; i++) Quarter(x, i, 4 + i, 8 + i, 12 + i);
                for (int i = 0; i < 4; i++) Quarter(x, i, 4 + ((i + 1) % 4), 8 + ((i + 2) % 4), 12 + ((i + 3) % 4));
            }

            return [.. x.Zip(input, (a, b) => a + b)];
        }
    }

    private static void Quarter(uint[] x, int a, int b, int c, int d)
    {
        unchecked
        {
            x[a] += x[b];
            x[d] = BitOperations.RotateLeft(x[d] ^ x[a], 16);
            x[c] += x[d];
            x[b] = BitOperations.RotateLeft(x[b] ^ x[c], 12);
            x[a] += x[b];
            x[d] = BitOperations.RotateLeft(x[d] ^ x[a], 8);
            x[c] += x[d];
            x[b] = BitOperations.RotateLeft(x[b] ^ x[c], 7);
        }
    }
}
