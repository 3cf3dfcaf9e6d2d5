using System.Runtime.InteropServices;
using Qbitel.Cryptography.Lattices;

namespace Qbitel.Cryptography.Tests.Lattices;

public sealed class SecretMemoryTests
{
    [Fact]
    public void It_is_zeroed_before_it_is_given_back()
    {
        byte[] left = [1];
        SecretMemory memory = new(1000, zeroed: address =>
        {
            left = new byte[1000];
            Marshal.Copy(address, left, 0, left.Length);
        });
        using (SecretMemory.Lease lease = memory.Open()) lease.Bytes.Fill(0xA5);

        memory.Dispose();

        Assert.Equal(new byte[1000], left);
    }

    [Fact]
    public void Disposing_waits_for_an_open_lease()
    {
        bool isZeroed = false;
        SecretMemory memory = new(10, zeroed: _ => isZeroed = true);
        using (SecretMemory.Lease lease = memory.Open())
        {
            lease.Bytes.Fill(1);
            memory.Dispose();
            Assert.False(isZeroed);
            Assert.False(lease.Bytes.ContainsAnyExcept((byte)1));
        }

        Assert.True(isZeroed);
        Assert.Throws<ObjectDisposedException>(() => memory.Open());
    }
}
