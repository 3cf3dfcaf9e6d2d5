using System.Runtime.InteropServices;
using Qbitel.Cryptography.Classical;

namespace Qbitel.Cryptography.Tests.Classical;

public sealed class LibCryptoTests
{
    [Fact]
    public void Load_says_what_is_missing_and_how_to_install_it()
    {
        PlatformNotSupportedException e = Assert.Throws<PlatformNotSupportedException>(
            () => LibCrypto.Load("libcrypto.so.of-no-system"));
        Assert.Contains("libcrypto.so.of-no-system", e.Message, StringComparison.Ordinal);
        Assert.Contains("apt install libssl3", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_self_test_passes() => Assert.True(ClassicalSelfTest.Passes());

    [Fact]
    public void A_refusal_leaves_no_error_behind_for_the_next_caller()
    {
        using var key = EvpKey.Generate(EvpKeyType.X25519);
        using var zero = EvpKey.ImportPublic(EvpKeyType.X25519, new byte[32]);
        using var signer = EvpKey.Generate(EvpKeyType.Ed25519);
        Assert.False(key.TryDerive(zero, new byte[32]));
        Assert.False(signer.Verify([1], new byte[64]));
        nint peek = NativeLibrary.GetExport(LibCrypto.Load("libcrypto.so.3"), "ERR_peek_error");
        Assert.Equal((nuint)0, Marshal.GetDelegateForFunctionPointer<PeekError>(peek)());
    }

    private delegate nuint PeekError();
}
