using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.BlockCiphers;
using Qbitel.Cryptography.Classical;
using Qbitel.Cryptography.Falcon;
using Qbitel.Cryptography.Hybrid;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.ConstantTime;

/// <summary>One operation on poisoned secrets; what it reports is judged apart from the others.</summary>
internal sealed record Section(string Name, Action Run)
{
    public const string PlantedBranch = "control: a branch on a secret";
    public const string PlantedIndex = "control: an index by a secret";
    public const string NothingPlanted = "control: no branch";

    private static readonly int[] Table = [3, 1, 4, 1, 5, 9, 2, 6];

    public static IReadOnlyList<Section> All { get; } =
    [
        new(NothingPlanted, () => Mask(Secret.Of(1)[0])),
        new(PlantedBranch, () => Branch(Secret.Of(1)[0])),
        new(PlantedIndex, () => Index(Secret.Of(1)[0])),
        .. new[] { MLKemAlgorithm.MLKem512, MLKemAlgorithm.MLKem768, MLKemAlgorithm.MLKem1024 }
            .Select(algorithm => new Section(algorithm.Name, () => Encapsulation(algorithm))),
        .. new[] { MLDsaAlgorithm.MLDsa44, MLDsaAlgorithm.MLDsa65, MLDsaAlgorithm.MLDsa87 }
            .Select(algorithm => new Section(algorithm.Name, () => Signing(algorithm))),
        new("KEM combiner", Combiner),
        new("X-Wing", XWing),
        new("P-256 scalar check", ScalarCheck),
        new("comparison", Comparison),
        new("TDEA and the retail MAC", Cards),
        new("the sampler of Falcon", FalconSampler),
    ];

    private static void Encapsulation(MLKemAlgorithm algorithm)
    {
        using var holder = ManagedMLKem.ImportPrivateSeed(algorithm, Secret.Of(algorithm.PrivateSeedSizeInBytes));
        byte[] publicKey = Secret.Publish(holder.ExportEncapsulationKey());

        using var sender = ManagedMLKem.ImportEncapsulationKey(algorithm, publicKey);
        byte[] ciphertext = new byte[algorithm.CiphertextSizeInBytes], secret = new byte[32];
        sender.Encapsulate(Secret.Of(32), ciphertext, secret);

        byte[] sent = Secret.Publish(ciphertext);
        holder.Decapsulate(sent, secret);
        sent[7] ^= 1; // implicit rejection must look the same
        holder.Decapsulate(sent, secret);
    }

    private static void Signing(MLDsaAlgorithm algorithm)
    {
        using var signer = ManagedMLDsa.ImportMLDsaPrivateSeed(algorithm, Secret.Of(algorithm.PrivateSeedSizeInBytes));
        byte[] signature = new byte[algorithm.SignatureSizeInBytes], message = new byte[64];
        for (int i = 0; i < 3; i++)
        {
            message[0] = (byte)i;
            signer.Sign(message, Secret.Of(32), signature);
        }
    }

    private static void Combiner()
    {
        foreach (HybridKemScheme scheme in HybridKemScheme.All)
        {
            byte[] ciphertext = new byte[scheme.Classical.CiphertextSize];
            byte[] key = new byte[scheme.Classical.PublicKeySize];
            scheme.Combine(
                Secret.Of(32), Secret.Of(scheme.Classical.SecretSize), ciphertext, key,
                new byte[scheme.Algorithm.SharedSecretSize]);
        }
    }

    // With X25519 in libcrypto, whose frames carry its name.
    private static void XWing()
    {
        HybridKemScheme scheme = HybridKemScheme.Of(KemAlgorithm.XWing);
        using var holder = HybridKemKey.ImportPrivate(scheme, Secret.Of(32));
        byte[] publicKey = Secret.Publish(holder.ExportEncapsulationKey());
        using var sender = HybridKemKey.ImportPublic(scheme, publicKey);
        byte[] ciphertext = new byte[KemAlgorithm.XWing.CiphertextSize], secret = new byte[32];
        sender.Encapsulate(Secret.Of(64), ciphertext, secret);
        holder.Decapsulate(Secret.Publish(ciphertext), secret);
    }

    private static void ScalarCheck()
    {
        byte[] answer = GC.AllocateArray<byte>(1, pinned: true);
        answer[0] = Unsafe.BitCast<bool, byte>(NamedCurve.P256.IsScalar(Secret.Of(32)));
    }

    private static void Comparison()
    {
        byte[] answer = GC.AllocateArray<byte>(1, pinned: true);
        answer[0] = Unsafe.BitCast<bool, byte>(
            CryptographicOperations.FixedTimeEquals(Secret.Of(32), Secret.Of(32)));
    }

    private static void Cards()
    {
        TripleDes cipher = new(Secret.Of(16));
        byte[] mac = GC.AllocateArray<byte>(8, pinned: true);
        BinaryPrimitives.WriteUInt64BigEndian(mac, RetailMac.Compute(cipher, Secret.Of(39), MacPadding.OneThenZeros));
        BinaryPrimitives.WriteUInt64BigEndian(mac, cipher.Decrypt(BinaryPrimitives.ReadUInt64BigEndian(Secret.Of(8))));
        cipher.Clear();
    }

    private static void FalconSampler()
    {
        FalconRandom random = new(Secret.Of(FalconRandom.MemorySize));
        byte[] sum = GC.AllocateArray<byte>(4, pinned: true);
        double centre = Secret.Of(1)[0] / 256.0;
        for (int i = 0; i < 64; i++) sum[0] ^= unchecked((byte)GaussianSampler.Sample(ref random, centre, 1 / 1.7));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Mask(byte secret) => (secret ^ 0x55) & 0x0F;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Branch(byte secret)
    {
        if ((secret & 1) == 0) Console.Out.Flush();
        return 1;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Index(byte secret) => Table[secret & 7];
}
