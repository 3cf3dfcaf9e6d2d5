using System.Security.Cryptography;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Tests.Lattices;

public sealed class ReadmeTests
{
    [Fact]
    public void The_example_of_lattice_keys_holds()
    {
        #region LatticeKeys
        using MLKem recipient = ManagedMLKem.GenerateKey(MLKemAlgorithm.MLKem768);
        using MLKem sender =
            ManagedMLKem.ImportEncapsulationKey(MLKemAlgorithm.MLKem768, recipient.ExportEncapsulationKey());
        sender.Encapsulate(out byte[] ciphertext, out byte[] sharedSecret);
        byte[] received = recipient.Decapsulate(ciphertext); // equal to sharedSecret

        using MLDsa signer = ManagedMLDsa.GenerateKey(MLDsaAlgorithm.MLDsa65);
        byte[] context = "payments"u8.ToArray();
        byte[] signature = signer.SignData(received, context);
        bool genuine = signer.VerifyData(received, signature, context);

        byte[] seed = signer.ExportMLDsaPrivateSeed(); // 32 bytes are the whole private key
        using MLDsa again = ManagedMLDsa.ImportMLDsaPrivateSeed(MLDsaAlgorithm.MLDsa65, seed);
        #endregion

        Assert.Equal(sharedSecret, received);
        Assert.True(genuine);
        Assert.True(again.VerifyData(received, signature, context));
    }
}
