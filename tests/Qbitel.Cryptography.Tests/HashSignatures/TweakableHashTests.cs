using System.Security.Cryptography;
using Qbitel.Cryptography.Hashing;
using Qbitel.Cryptography.HashSignatures;

namespace Qbitel.Cryptography.Tests.HashSignatures;

/// <summary>
/// The functions on any number of lanes against their definitions (FIPS 205, section 11) over hashes of whole messages.
/// </summary>
public sealed class TweakableHashTests
{
    public static readonly TheoryData<string> Names = [.. SlhDsaParameters.All.Select(set => set.Algorithm.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Chain_is_f_again_and_again_in_every_lane(string name)
    {
        TweakableHash hash = Create(name, out byte[] seed);
        int n = seed.Length;
        foreach (int steps in (ReadOnlySpan<int>)[0, 1, 2, 15])
        {
            for (int count = 0; count <= 35; count++)
            {
                Address[] addresses = Addresses(count);
                byte[] values = RandomNumberGenerator.GetBytes(count * n), expected = [.. values];
                for (int i = 0; i < count; i++)
                {
                    Address address = addresses[i];
                    for (int step = 0; step < steps; step++, address.Hash++)
                    {
                        byte[] value = expected[(i * n)..((i + 1) * n)];
                        F(hash.Parameters, seed, address, value).CopyTo(expected, i * n);
                    }
                }

                hash.Chain(addresses, values, steps);

                Assert.Equal(expected, values);
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Compress_is_h_and_t_in_every_lane(string name)
    {
        TweakableHash hash = Create(name, out byte[] seed);
        int n = seed.Length;
        foreach (int nodes in (ReadOnlySpan<int>)[2, 3, 4, 5, 6, 14, 17, 35, 51, 67])
        {
            foreach (int count in (ReadOnlySpan<int>)[0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33])
            {
                Address[] addresses = Addresses(count);
                byte[] messages = RandomNumberGenerator.GetBytes(count * nodes * n), digests = new byte[count * n];
                byte[] expected =
                [
                    .. addresses.SelectMany((address, i) =>
                        H(hash.Parameters, seed, address, messages[(i * nodes * n)..((i + 1) * nodes * n)])),
                ];

                hash.Compress(addresses, messages, digests);
                Assert.Equal(expected, digests);

                hash.Compress(addresses, messages, messages);
                Assert.Equal(expected, messages[..digests.Length]);
            }
        }
    }

    private static TweakableHash Create(string name, out byte[] seed)
    {
        SlhDsaParameters set = SlhDsaParameters.All.Single(known => known.Algorithm.Name == name);
        seed = RandomNumberGenerator.GetBytes(set.N);
        return TweakableHash.Create(set, seed);
    }

    private static Address[] Addresses(int count) =>
    [
        .. Enumerable.Range(0, count).Select(_ => new Address(
            (AddressType)Random.Shared.Next(7), (uint)Random.Shared.Next(22), (ulong)Random.Shared.NextInt64(),
            (uint)Random.Shared.Next())
        {
            Chain = (uint)Random.Shared.Next(), Hash = (uint)Random.Shared.Next(1 << 20) & 0xFFF0, // as chains begin
        }),
    ];

    // Section 11.2: SHA-256 in every category; section 11.1.
    private static byte[] F(SlhDsaParameters set, byte[] seed, Address address, byte[] value) =>
        set.IsShake
            ? Shake([.. seed, .. Full(address), .. value], set.N)
            : SHA256.HashData([.. seed, .. new byte[64 - set.N], .. Compressed(address), .. value])[..set.N];

    private static byte[] H(SlhDsaParameters set, byte[] seed, Address address, byte[] message) =>
        set.IsShake || set.N == 16
            ? F(set, seed, address, message)
            : SHA512.HashData([.. seed, .. new byte[128 - set.N], .. Compressed(address), .. message])[..set.N];

    // Section 4.2, Figures 2 to 9, and section 11.2: layer 3, tree 8 to 15, type 19, and the last twelve bytes.
    private static byte[] Compressed(Address address) =>
        [.. Full(address)[3..4], .. Full(address)[8..16], .. Full(address)[19..]];

    private static byte[] Full(Address address)
    {
        byte[] bytes = new byte[32];
        address.Write(bytes);
        return bytes;
    }

    private static byte[] Shake(byte[] data, int size)
    {
        byte[] digest = new byte[size];
        Fips202.Shake256(digest, data);
        return digest;
    }
}
